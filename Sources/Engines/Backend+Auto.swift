import JSON

/// Finding out what a server is. Both engines sign their list of models.
extension Backend {
    public static func engine(_ models: HTTPResponse) -> ChosenEngine {
        let cards = (try? JSONParser.parse(models.body))?["data"]?.array ?? []
        let owner = cards.lazy.compactMap { $0["owned_by"]?.text }.first ?? "nobody"
        switch owner {
        case VLLM().name: return ChosenEngine(VLLM(), "its models are owned by \(owner)")
        case SGLang().name: return ChosenEngine(SGLang(), "its models are owned by \(owner)")
        default: return ChosenEngine(OpenAI(), "its models are owned by \(owner)")
        }
    }

    /// Where an endpoint is switched off, or is not there yet: the one that every version has.
    public static func fallback(from engine: ChosenEngine, _ response: HTTPResponse) -> ChosenEngine? {
        guard engine.wire is VLLM else { return nil }
        switch response.status {
        case 403, 405, 501: break
        case 404:
            // An unknown model is 404, too; then the endpoint is there, and says more than "Not Found".
            guard (try? JSONParser.parse(response.body))?["detail"] != nil else { return nil }
        default: return nil
        }
        let said = String(decoding: Errors.message(response.body), as: UTF8.self)
        return ChosenEngine(
            OpenAI(), engine.reason + "; it answered \(response.status) to \(engine.wire.path): \(said)")
    }
}
