import CTypecase
import Chat
import JSON
import Template
import Tokenizer

extension Failure {
    /// `document` is what the text was: "request", "context", the path of a file.
    init(_ error: JSONError, document: String) {
        self.init(
            TYPECASE_ERR_JSON,
            "\(document) is not JSON: \(error.message) (line \(error.line), column \(error.column))", field: document)
        line = error.line
        column = error.column
        offset = error.offset
    }

    init(_ error: FieldError) {
        let text =
            switch error.problem {
            case .missing: "is required and is not there"
            case .wrongKind(let expected, let found): "must be \(expected), and is \(found)"
            case .notAllowed(let why): why
            }
        self.init(TYPECASE_ERR_FIELD, "\(error.path) \(text)", field: error.path)
    }

    init(_ error: ChatError) {
        switch error {
        case .json(let document, let error): self.init(error, document: document)
        case .field(let error): self.init(error)
        case .file(let path, let problem): self.init(path, problem)
        case .template(let error): self.init(error)
        case .tokenizer(let error): self.init(error)
        case .vocabulary(let path, let id, let limit): self.init(outside: path, id: id, limit: limit)
        case .window(let length, let limit):
            self.init(
                TYPECASE_ERR_WINDOW, "the prompt has \(length) tokens, and max_length is \(limit)", field: "max_length")
        case .noChatTemplate(let asked, let names): self.init(noTemplate: asked, names: names)
        case .continuation(let problem): self.init(problem)
        case .notExtendable(let refusal): self.init(refusal)
        case .sample(let index, let error):
            self.init(error)
            let name = "samples[\(index)]"
            message = "\(name): \(message)"
            field = field.isEmpty ? name : "\(name).\(field)"
        }
    }

    init(outside path: String, id: Int, limit: Int) {
        self.init(
            TYPECASE_ERR_VOCABULARY,
            "\(path) is \(id), and the model's ids end at \(limit - 1); nothing was sent", field: path)
    }

    private init(_ path: String, _ problem: ChatError.FileProblem) {
        switch problem {
        case .unreadable(let reason): self.init(TYPECASE_ERR_FILE, "\(path): \(reason)")
        case .json(let error): self.init(error, document: path)
        case .field(let error):
            self.init(error)
            message = "\(path): \(message)"
        case .template(let error):
            self.init(error)
            message = "\(path): \(message)"
        case .tokenizer(let error):
            self.init(error)
            message = "\(path): \(message)"
        }
        field = path
        // A path in the file system holds a slash; the parts of typecase_model_parts do not.
        if path.contains("/") && status != TYPECASE_ERR_UNSUPPORTED { status = TYPECASE_ERR_FILE }
    }

    private init(noTemplate asked: String?, names: [String]) {
        let has =
            names.isEmpty
            ? "the model has no chat template" : "the model's chat templates are \(names.joined(separator: ", "))"
        if let asked {
            self.init(TYPECASE_ERR_FIELD, "chat_template is \"\(asked)\"; \(has)", field: "chat_template")
        } else {
            self.init(
                TYPECASE_ERR_UNSUPPORTED,
                names.isEmpty
                    ? has + ": give one, or render its prompts as text"
                    : has + ", and none is called default: name one in chat_template")
        }
    }

    private init(_ problem: Continuation.Problem) {
        let text =
            switch problem {
            case .noMessage: "there is no message to continue"
            case .fieldMissing(let name): "the last message has no \(name) to continue"
            case .fieldUnknownToTemplate(let name): "the template never uses \(name), so it cannot be continued"
            case .fieldIsNotText(let name): "the last message's \(name) is not text"
            case .noTextPart: "the last message's content has no text part to continue"
            case .notInText:
                "the last message does not appear in the rendered chat: the template drops or rewrites it, so it cannot be continued"
            }
        self.init(TYPECASE_ERR_FIELD, "continue_final_message: " + text, field: "continue_final_message")
    }

    private init(_ refusal: BridgeRefusal) {
        let why =
            switch refusal.reason {
            case .noPrompt: "there is no prompt"
            case .noMessages: "there are no new messages"
            case .assistantMessage: "\(refusal.detail) is the assistant's: its ids would not be what a model sampled"
            case .reasoningOpen: "the model stopped inside its reasoning"
            case .thinkingRetention: "reasoning that was sampled would be dropped: thinking_retention \"all\" keeps it"
            case .rewritesHistory:
                "with the new messages the template writes something else for what came before"
                    + (refusal.detail.isEmpty ? "" : ": " + refusal.detail)
            case .dependsOnHistory:
                "what the template writes of the new messages depends on more than the turn before them"
            case .toolNameMissing:
                "the template writes the name of the tool that was called: \(refusal.detail) is missing"
            case .templateRefuses: "the template does not render such messages: \(refusal.detail)"
            case .turnNotFound: "the template does not show where a turn of the assistant ends"
            }
        self.init(TYPECASE_ERR_NOT_EXTENDABLE, "the conversation must be rendered anew: " + why)
        kind = refusal.reason.rawValue
    }
}
