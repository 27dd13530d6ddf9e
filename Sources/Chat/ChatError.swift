public import JSON
public import Template
public import Tokenizer

/// What can go wrong between a chat and its ids. Cases carry data; the words are made at the C interface.
public enum ChatError: Error, Sendable {
    /// `document` is what the text was: "request", or the path of a file.
    case json(document: String, JSONError)
    case field(FieldError)
    /// A file of a model that is missing, unreadable or wrong.
    case file(path: String, FileProblem)
    case template(TemplateError)
    case tokenizer(TokenizerError)
    case vocabulary(path: String, id: Int, limit: Int)
    case window(length: Int, limit: Int)
    case noChatTemplate(asked: String?, names: [String])
    case continuation(Continuation.Problem)
    case notExtendable(BridgeRefusal)
    /// One of several chats.
    indirect case sample(Int, ChatError)

    public enum FileProblem: Sendable {
        case unreadable(reason: String)
        case json(JSONError)
        case field(FieldError)
        case template(TemplateError)
        case tokenizer(TokenizerError)
    }
}

/// Runs `body`, with its error made a `ChatError`.
func rethrowing<T, E: Error>(
    _ wrap: (E) -> ChatError, _ body: () throws(E) -> T
) throws(ChatError) -> T {
    do {
        return try body()
    } catch {
        throw wrap(error)
    }
}
