import CTypecase
import Tokenizer

extension Failure {
    init(_ error: TokenizerError) {
        switch error.kind {
        case .json(let error): self.init(error, document: "tokenizer.json")
        case .field(let path, _, _), .invalid(let path, _):
            self.init(TYPECASE_ERR_FIELD, "tokenizer.json: \(error.message)", field: path)
        case .unsupported(let component, _): self.init(TYPECASE_ERR_UNSUPPORTED, error.message, field: component)
        case .pattern(let path, _, _, _): self.init(TYPECASE_ERR_UNSUPPORTED, error.message, field: path)
        case .invalidUTF8(let offset):
            self.init(TYPECASE_ERR_UTF8, error.message)
            self.offset = offset
        case .truncation: self.init(TYPECASE_ERR_FIELD, error.message)
        case .textTooLong, .growsTooLong: self.init(TYPECASE_ERR_LIMIT, error.message)
        }
    }

    /// An error in a file: the status says so, unless a component is not supported.
    init(_ error: TokenizerError, file path: String) {
        self.init(error)
        message = "\(path): \(message)"
        field = path
        if status != TYPECASE_ERR_UNSUPPORTED { status = TYPECASE_ERR_FILE }
    }

    /// An error in one of several texts.
    init(_ error: TokenizerError, text name: String) {
        self.init(error)
        message = "\(name): \(message)"
        field = name
    }
}
