import Bytes
public import CTypecase
import Chat
import JSON
import Synchronization

/// What was found in a completion. JSON is made when somebody asks for it.
final class ParsedHandle: Sendable {
    struct Call: Sendable {
        let parts: [TextHandle?]
        let span: FlatArray<Int>

        init(_ call: ParsedCall) {
            parts = [
                call.name.map { TextHandle($0) }, call.id.map { TextHandle($0) }, TextHandle(call.arguments),
                TextHandle(call.status.rawValue.utf8), TextHandle(call.raw),
            ]
            span = FlatArray([call.tokens.lowerBound, call.tokens.upperBound])
        }
    }

    private let parsed: ParsedMessage
    let content: TextHandle
    let reasoning: TextHandle?
    let calls: [Call]
    private let texts = Mutex<(json: TextHandle?, message: TextHandle?)>((nil, nil))

    init(_ parsed: ParsedMessage) {
        self.parsed = parsed
        content = TextHandle(parsed.content)
        reasoning = parsed.reasoning.map { TextHandle($0) }
        calls = parsed.calls.map(Call.init)
    }

    var reasoningComplete: Int32 { parsed.reasoningComplete.map { $0 ? 1 : 0 } ?? -1 }

    var json: TextHandle {
        texts.withLock { texts in
            let text = texts.json ?? TextHandle(Dumps().bytes(parsed.value))
            texts.json = text
            return text
        }
    }

    var message: TextHandle {
        texts.withLock { texts in
            let text = texts.message ?? TextHandle(Dumps().bytes(.object(parsed.message)))
            texts.message = text
            return text
        }
    }

    func call(_ index: Int) -> Call? { calls.indices.contains(index) ? calls[index] : nil }
}

/// A parser, and the text of the event it told last. One thread uses it at a time.
final class ParserHandle {
    private var parser: StreamingParser
    private var events: ArraySlice<ParseEvent> = []
    private var text = TextHandle([])

    init(_ parser: StreamingParser) { self.parser = parser }

    func push(_ ids: UnsafeBufferPointer<UInt32>) { parser.push(ids) }

    func finish() { parser.finish() }

    func next() -> (kind: UInt32, call: Int, text: TextHandle)? {
        if events.isEmpty { events = parser.takeEvents()[...] }
        guard let event = events.popFirst() else { return nil }
        let (kind, call, bytes) = ParserHandle.told(event)
        text = TextHandle(bytes)
        return (kind, call, text)
    }

    static func told(_ event: ParseEvent) -> (UInt32, Int, [UInt8]) {
        switch event {
        case .content(let text): return (TYPECASE_EVENT_CONTENT, 0, text)
        case .reasoning(let text): return (TYPECASE_EVENT_REASONING, 0, text)
        case .reasoningEnded: return (TYPECASE_EVENT_REASONING_END, 0, [])
        case .callStarted(let index, let name, let id):
            let call = Object(["name": .string(name), "id": id.map { .string($0) } ?? .null])
            return (TYPECASE_EVENT_CALL, index, Dumps().bytes(.object(call)))
        case .arguments(let index, let text): return (TYPECASE_EVENT_ARGUMENTS, index, text)
        case .callFinished(let index, let call): return (TYPECASE_EVENT_CALL_END, index, Dumps().bytes(call.summary))
        }
    }
}

extension Inputs {
    /// Options of a parse: NULL is none.
    static func parseRequest(_ options: UnsafePointer<CChar>?, _ length: Int) throws -> ParseRequest {
        if options == nil, length == 0 { return ParseRequest() }
        return try ParseRequest(object(options, length, "options"))
    }

    /// Nil where a caller has no prompt.
    static func prompt(_ ids: UnsafePointer<UInt32>?, _ count: Int) throws -> [UInt32]? {
        let given = try Inputs.ids(ids, count, "prompt_ids")
        return ids == nil ? nil : Array(given)
    }
}

@c @implementation
public func typecase_model_format(
    _ model: OpaquePointer?, _ options: UnsafePointer<CChar>?, _ options_len: Int, _ out_json: OutHandle?,
    _ out_error: OutHandle?
) -> typecase_status {
    handOver(out_json, out_error) {
        let model = try Inputs.handle(model, as: Model.self, "model")
        return TextHandle(Dumps().bytes(model.formatValue(try Inputs.parseRequest(options, options_len))))
    }
}

@c @implementation
public func typecase_model_with_format(
    _ model: OpaquePointer?, _ format: UnsafePointer<CChar>?, _ format_len: Int, _ out_model: OutHandle?,
    _ out_error: OutHandle?
) -> typecase_status {
    handOver(out_model, out_error) {
        let model = try Inputs.handle(model, as: Model.self, "model")
        return Model(model, format: try Format(Inputs.object(format, format_len, "format")))
    }
}

@c @implementation
public func typecase_model_parse(
    _ model: OpaquePointer?, _ ids: UnsafePointer<UInt32>?, _ count: Int, _ prompt_ids: UnsafePointer<UInt32>?,
    _ prompt_ids_count: Int, _ options: UnsafePointer<CChar>?, _ options_len: Int, _ out_parsed: OutHandle?,
    _ out_error: OutHandle?
) -> typecase_status {
    handOver(out_parsed, out_error) {
        let model = try Inputs.handle(model, as: Model.self, "model")
        let request = try Inputs.parseRequest(options, options_len)
        let prompt = try Inputs.prompt(prompt_ids, prompt_ids_count)
        return ParsedHandle(model.parse(try Inputs.ids(ids, count, "ids"), request, prompt: prompt))
    }
}

@c @implementation
public func typecase_parsed_json(
    _ parsed: OpaquePointer?, _ out_len: UnsafeMutablePointer<Int>?
) -> UnsafePointer<CChar>? {
    Handle.borrow(parsed, as: ParsedHandle.self)?.json.handOut(out_len) ?? TextHandle.handOutEmpty(out_len)
}

@c @implementation
public func typecase_parsed_message(
    _ parsed: OpaquePointer?, _ out_len: UnsafeMutablePointer<Int>?
) -> UnsafePointer<CChar>? {
    Handle.borrow(parsed, as: ParsedHandle.self)?.message.handOut(out_len) ?? TextHandle.handOutEmpty(out_len)
}

@c @implementation
public func typecase_parsed_content(
    _ parsed: OpaquePointer?, _ out_len: UnsafeMutablePointer<Int>?
) -> UnsafePointer<CChar>? {
    Handle.borrow(parsed, as: ParsedHandle.self)?.content.handOut(out_len) ?? TextHandle.handOutEmpty(out_len)
}

@c @implementation
public func typecase_parsed_reasoning(
    _ parsed: OpaquePointer?, _ out_len: UnsafeMutablePointer<Int>?
) -> UnsafePointer<CChar>? {
    out_len?.pointee = 0
    return Handle.borrow(parsed, as: ParsedHandle.self)?.reasoning?.handOut(out_len)
}

@c @implementation
public func typecase_parsed_reasoning_complete(_ parsed: OpaquePointer?) -> Int32 {
    Handle.borrow(parsed, as: ParsedHandle.self)?.reasoningComplete ?? -1
}

@c @implementation
public func typecase_parsed_call_count(_ parsed: OpaquePointer?) -> Int {
    Handle.borrow(parsed, as: ParsedHandle.self)?.calls.count ?? 0
}

@c @implementation
public func typecase_parsed_call(
    _ parsed: OpaquePointer?, _ index: Int, _ part: UInt32, _ out_len: UnsafeMutablePointer<Int>?
) -> UnsafePointer<CChar>? {
    out_len?.pointee = 0
    guard let call = Handle.borrow(parsed, as: ParsedHandle.self)?.call(index), part < call.parts.count else {
        return nil
    }
    return call.parts[Int(part)]?.handOut(out_len)
}

@c @implementation
public func typecase_parsed_call_span(_ parsed: OpaquePointer?, _ index: Int) -> UnsafePointer<Int>? {
    Handle.borrow(parsed, as: ParsedHandle.self)?.call(index)?.span.pointer
}

@c @implementation
public func typecase_parsed_free(_ parsed: OpaquePointer?) { Handle.free(parsed) }

@c @implementation
public func typecase_parser_new(
    _ model: OpaquePointer?, _ prompt_ids: UnsafePointer<UInt32>?, _ prompt_ids_count: Int,
    _ options: UnsafePointer<CChar>?, _ options_len: Int, _ out_parser: OutHandle?, _ out_error: OutHandle?
) -> typecase_status {
    handOver(out_parser, out_error) {
        let model = try Inputs.handle(model, as: Model.self, "model")
        let request = try Inputs.parseRequest(options, options_len)
        return ParserHandle(model.parser(request, prompt: try Inputs.prompt(prompt_ids, prompt_ids_count)))
    }
}

@c @implementation
public func typecase_parser_push(
    _ parser: OpaquePointer?, _ ids: UnsafePointer<UInt32>?, _ count: Int, _ out_error: OutHandle?
) -> typecase_status {
    answer(out_error) {
        try Inputs.handle(parser, as: ParserHandle.self, "parser").push(Inputs.ids(ids, count, "ids"))
    }
}

@c @implementation
public func typecase_parser_finish(_ parser: OpaquePointer?, _ out_error: OutHandle?) -> typecase_status {
    answer(out_error) { try Inputs.handle(parser, as: ParserHandle.self, "parser").finish() }
}

@c @implementation
public func typecase_parser_next(
    _ parser: OpaquePointer?, _ out_kind: UnsafeMutablePointer<UInt32>?, _ out_call: UnsafeMutablePointer<Int>?,
    _ out_text: UnsafeMutablePointer<UnsafePointer<CChar>?>?, _ out_len: UnsafeMutablePointer<Int>?
) -> Int32 {
    guard let event = Handle.borrow(parser, as: ParserHandle.self)?.next() else { return 0 }
    out_kind?.pointee = event.kind
    out_call?.pointee = event.call
    let text = event.text.handOut(out_len)
    out_text?.pointee = text
    return 1
}

@c @implementation
public func typecase_parser_free(_ parser: OpaquePointer?) { Handle.free(parser) }
