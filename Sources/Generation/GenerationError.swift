public import Chat
public import Client
public import Engines
public import JSON

/// What can go wrong between a request and a completion.
public enum GenerationError: Error, Sendable {
    case field(FieldError)
    case json(JSONError)
    case chat(ChatError)
    case client(ClientError)
    case engine(EngineError)
    /// The prompt leaves no room in the window. Nothing was sent.
    case window(length: Int, limit: Int, source: WindowSource)
    case vocabulary(path: String, id: Int, limit: Int)

    public enum WindowSource: Sendable {
        case server
        case request
    }
}
