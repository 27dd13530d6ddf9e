import Bytes
import Chat
import Client
import Engines
import JSON

/// A generate request that has been read and checked: all that needs no server.
struct GenerateInput {
    let settings: GenerateSettings
    let request: GenerateRequest
    let deadline: Deadline

    /// A request with messages.
    init(_ text: [UInt8], model: Model?, options: Client.Options, started: Moment) throws(GenerationError) {
        let fields = try GenerateInput.fields(text, model)
        let settings = try GenerateInput.settings(fields, model, options)
        guard let model else {
            throw .field(
                fields.error("messages", .notAllowed("need a model to render them; without one give prompt_ids")))
        }
        if settings.options.promptLengths != nil {
            throw .field(fields.error("prompt_lengths", .notAllowed("go with prompt_ids, not with messages")))
        }
        try self.init(settings, FlatArray(GenerateInput.render(fields, model)), started)
    }

    /// A request whose prompt is there already.
    init(
        _ text: [UInt8], _ promptIDs: FlatArray<UInt32>, model: Model?, options: Client.Options, known: KnownRequests,
        started: Moment
    ) throws(GenerationError) {
        let settings: GenerateSettings
        if let before = known.settings(text, model) {
            settings = before
        } else {
            let fields = try GenerateInput.fields(text, model)
            if fields.value("messages") != nil {
                throw .field(
                    fields.error("messages", .notAllowed("cannot go with prompt_ids: a prompt is one or the other")))
            }
            settings = try GenerateInput.settings(fields, model, options)
            known.add(text, model, settings)
        }
        if promptIDs.count == 0 {
            throw .field(
                FieldError(path: "prompt_ids", problem: .notAllowed("is empty: a prompt needs at least one id")))
        }
        try self.init(settings, promptIDs, started)
    }

    private init(_ settings: GenerateSettings, _ ids: FlatArray<UInt32>, _ started: Moment) throws(GenerationError) {
        self.settings = settings
        request = GenerateRequest(promptIDs: ids, settings.options)
        deadline = Deadline(inMilliseconds: settings.timeout, from: started)
        let limit = settings.vocabularyLimit
        if request.largestID >= limit {
            try ids.withBuffer { ids throws(GenerationError) in
                try GenerateInput.check(ids, "prompt_ids", below: limit)
            }
        }
        try GenerateInput.check(
            settings.options.sampling.stopTokenIDs ?? [], "sampling_params.stop_token_ids", below: limit)
        if let lengths = settings.options.promptLengths, lengths.reduce(0, +) != ids.count {
            let problem = "is \(lengths.reduce(0, +)) ids together, and prompt_ids has \(ids.count)"
            throw .field(FieldError(path: "prompt_lengths", problem: .notAllowed(problem)))
        }
        if let limit = settings.longestPrompt, request.longest > limit {
            throw .window(length: request.longest, limit: limit, source: .request)
        }
    }

    private static func fields(_ text: [UInt8], _ model: Model?) throws(GenerationError) -> Fields {
        let root: Value
        do {
            root = try text.withUnsafeBufferPointer { text throws(JSONError) in
                guard let model else { return try JSONParser.parse(text) }
                return try model.parse(request: text)
            }
        } catch {
            throw .json(error)
        }
        do {
            return try Fields(root: root, name: "request")
        } catch {
            throw .field(error)
        }
    }

    private static func render(_ fields: Fields, _ model: Model) throws(GenerationError) -> [UInt32] {
        let request: RenderRequest
        do {
            request = try RenderRequest(fields, addGenerationPrompt: true)
        } catch {
            throw .field(error)
        }
        do {
            return try model.render(request).ids
        } catch {
            throw .chat(error)
        }
    }

    private static func settings(
        _ fields: Fields, _ model: Model?, _ options: Client.Options
    ) throws(GenerationError) -> GenerateSettings {
        do {
            return try GenerateSettings(fields, model: model, client: options)
        } catch {
            throw .field(error)
        }
    }

    private static func check<IDs: RandomAccessCollection>(
        _ ids: IDs, _ path: String, below limit: Int
    ) throws(GenerationError) where IDs.Element == UInt32, IDs.Index == Int {
        guard let i = ids.firstIndex(where: { Int($0) >= limit }) else { return }
        throw .vocabulary(path: "\(path)[\(i)]", id: Int(ids[i]), limit: limit)
    }
}
