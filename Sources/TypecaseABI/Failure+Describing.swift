import CTypecase
import Chat
import Client
import Engines
import Generation
import JSON
import Template
import Tokenizer

extension Failure {
    /// Any error of the library as a failure.
    init(describing error: any Error) {
        switch error {
        case let failure as Failure: self = failure
        case let error as ChatError: self.init(error)
        case let error as GenerationError: self.init(error)
        case let error as ClientError: self.init(error)
        case let error as FieldError: self.init(error)
        case let error as TemplateError: self.init(error)
        case let error as TokenizerError: self.init(error)
        case let error as JSONError: self.init(error, document: "the text")
        default: self.init(TYPECASE_ERR_ARGUMENT, "an error without a description: \(error)")
        }
    }
}
