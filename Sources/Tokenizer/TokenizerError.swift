public import JSON

/// Why a tokenizer could not be loaded or a text not encoded: data first, a sentence on demand.
public struct TokenizerError: Error, Sendable, Equatable {
    public enum Kind: Sendable, Equatable {
        /// The file is not JSON.
        case json(JSONError)
        /// The value at `path` is missing or of the wrong kind.
        case field(path: String, expected: String, found: String)
        /// The value at `path` has the right kind and still makes no sense.
        case invalid(path: String, reason: String)
        /// A component of the file that this library does not run. It never guesses.
        case unsupported(component: String, name: String)
        /// A split pattern outside the supported language; `position` counts bytes of the pattern.
        case pattern(path: String, pattern: String, position: Int, reason: String)
        /// The first byte of the text that is not part of valid UTF-8.
        case invalidUTF8(offset: Int)
        /// The text is longer than offsets of 32 bits can say.
        case textTooLong(count: Int, limit: Int)
        /// The file's replacements make a text longer than any real ones would.
        case growsTooLong(limit: Int)
        /// The texts cannot be truncated as the file says.
        case truncation(reason: String)
    }

    public var kind: Kind

    public init(_ kind: Kind) { self.kind = kind }

    public var message: String {
        switch kind {
        case .json(let error):
            "tokenizer.json is not JSON: \(error.message) (line \(error.line), column \(error.column))"
        case .field(let path, let expected, let found): "\(path): expected \(expected), found \(found)"
        case .invalid(let path, let reason): "\(path): \(reason)"
        case .unsupported(let component, let name): "\(component): \"\(name)\" is not supported"
        case .pattern(let path, let pattern, let position, let reason):
            "\(path): \(reason) at byte \(position) of the pattern \(pattern)"
        case .invalidUTF8(let offset): "the text is not UTF-8: invalid byte at offset \(offset)"
        case .growsTooLong(let limit): "the replacements of tokenizer.json make the text longer than \(limit) bytes"
        case .truncation(let reason): "truncation: \(reason)"
        case .textTooLong(let count, let limit): "the text has \(count) bytes; the limit is \(limit)"
        }
    }
}
