public import JSON

extension Format {
    /// The format as JSON: what `init(_:)` reads. Members that say nothing are left out.
    public var value: Value {
        var object = Object()
        var turn = Object(["open": .string(turnOpen)])
        if !prompt.isEmpty { turn.set("prompt", .string(prompt)) }
        if hasSegments { turn.set("segments", .bool(true)) }
        object.set("turn", .object(turn))
        object.set("reasoning", reasoning.map(Format.value))
        object.set("content", Format.value(content))
        object.set("tool_calls", toolCalls.map(Format.value))
        object.set("stop", .array(stop.map { .string($0) }))
        if !notes.isEmpty { object.set("notes", .array(notes.map { .string($0) })) }
        return .object(object)
    }

    private static func value(_ text: Text) -> Value {
        var object = Object()
        object.set("open", value(text.open))
        object.set("close", value(text.close))
        if text.trimStart != .none { object.set("trim_start", .string(text.trimStart.rawValue)) }
        if text.trimEnd != .none { object.set("trim_end", .string(text.trimEnd.rawValue)) }
        object.set("field", text.field.map { .string($0) })
        return .object(object)
    }

    /// One alternative as a string, several as an array.
    private static func value(_ markers: [[UInt8]]) -> Value? {
        if markers.isEmpty { return nil }
        return markers.count == 1 ? .string(markers[0]) : .array(markers.map { .string($0) })
    }

    private static func value(_ calls: ToolCalls) -> Value {
        var object = Object()
        func set(_ name: String, _ bytes: [UInt8]) { if !bytes.isEmpty { object.set(name, .string(bytes)) } }
        set("section_open", calls.sectionOpen)
        set("section_close", calls.sectionClose)
        set("separator", calls.separator)
        object.set("open", value(calls.open))
        object.set("close", value(calls.close))
        var arguments = Object()
        switch calls.arguments {
        case .json: arguments.set("encoding", .string("json"))
        case .object(let members):
            arguments.set("encoding", .string("object"))
            arguments.set("name", .string(members.name))
            arguments.set("arguments", .string(members.arguments))
            arguments.set("id", members.id.map { .string($0) })
            arguments.set("wrapper", members.wrapper.map { .string($0) })
        case .tags(let tags):
            arguments.set("encoding", .string("tags"))
            arguments.set("key_open", .string(tags.keyOpen))
            arguments.set("key_close", .string(tags.keyClose))
            arguments.set("other_key_close", tags.otherKeyClose.map { .string($0) })
            arguments.set("value_close", .string(tags.valueClose))
            arguments.set("item", tags.item.map { .string($0) })
            if !tags.wrapOpen.isEmpty {
                arguments.set("wrap_open", .string(tags.wrapOpen))
                arguments.set("wrap_close", .string(tags.wrapClose))
            }
        case .keywords(let keywords):
            arguments.set("encoding", .string("keywords"))
            arguments.set("open", .string(keywords.open))
            arguments.set("close", .string(keywords.close))
            arguments.set("assign", .string(keywords.assign))
            arguments.set("quote", keywords.quote.map { .string($0) })
        }
        object.set("arguments", .object(arguments))
        if calls.takesObjects { object.set("takes_objects", .bool(true)) }
        if let around = calls.nameInID {
            object.set(
                "name_in_id", .object(Object(["prefix": .string(around.prefix), "suffix": .string(around.suffix)])))
        }
        return .object(object)
    }

    public init(_ fields: Fields) throws(FieldError) {
        if let turn = try fields.fields("turn") {
            turnOpen = try turn.string("open") ?? []
            prompt = try turn.string("prompt") ?? []
            hasSegments = try turn.bool("segments") ?? false
        }
        reasoning = try fields.fields("reasoning").map { fields throws(FieldError) in try Format.text(fields) }
        if let reasoning, reasoning.open.isEmpty || reasoning.close.isEmpty {
            throw FieldError(path: fields.path("reasoning"), problem: .notAllowed("must have open and close"))
        }
        content = try fields.fields("content").map { fields throws(FieldError) in try Format.text(fields) } ?? Text()
        toolCalls = try fields.fields("tool_calls").map { fields throws(FieldError) in try ToolCalls(fields) }
        stop = try Format.markers(fields, "stop")
        for note in try fields.array("notes") ?? [] { if let text = note.text { notes.append(text) } }
    }

    private static func text(_ fields: Fields) throws(FieldError) -> Text {
        var text = Text()
        text.open = try markers(fields, "open")
        text.close = try markers(fields, "close")
        text.trimStart = try trim(fields, "trim_start")
        text.trimEnd = try trim(fields, "trim_end")
        text.field = try fields.string("field")
        return text
    }

    private static func trim(_ fields: Fields, _ key: StaticString) throws(FieldError) -> Trim {
        guard let name = try fields.text(key) else { return .none }
        guard let trim = Trim(rawValue: name) else {
            throw fields.error(key, .notAllowed("must be \"none\", \"newlines\" or \"whitespace\""))
        }
        return trim
    }

    /// A string, or an array of strings.
    fileprivate static func markers(_ fields: Fields, _ key: StaticString) throws(FieldError) -> [[UInt8]] {
        guard let value = fields.value(key) else { return [] }
        if let one = value.stringBytes { return one.isEmpty ? [] : [one] }
        guard let list = value.array else {
            throw fields.error(key, .wrongKind(expected: "a string or an array of strings", found: value.kind))
        }
        var markers = [[UInt8]]()
        for item in list {
            guard let marker = item.stringBytes else {
                throw fields.error(key, .wrongKind(expected: "a string or an array of strings", found: "an array"))
            }
            if !marker.isEmpty { markers.append(marker) }
        }
        return markers
    }
}

extension Format.ToolCalls {
    init(_ fields: Fields) throws(FieldError) {
        sectionOpen = try fields.string("section_open") ?? []
        sectionClose = try fields.string("section_close") ?? []
        separator = try fields.string("separator") ?? []
        open = try Format.markers(fields, "open")
        close = try Format.markers(fields, "close")
        takesObjects = try fields.bool("takes_objects") ?? false
        if let around = try fields.fields("name_in_id") {
            nameInID = Format.NameInID(
                prefix: try around.string("prefix") ?? [], suffix: try around.string("suffix") ?? [])
        }
        guard let fields = try fields.fields("arguments") else { return }
        func required(_ key: StaticString) throws(FieldError) -> [UInt8] {
            try fields.required(key, fields.string(key))
        }
        // What is looked for in front of every value must be there to be passed.
        func marker(_ key: StaticString) throws(FieldError) -> [UInt8] {
            let bytes = try required(key)
            if bytes.allSatisfy(isSpace) { throw fields.error(key, .notAllowed("must hold more than white space")) }
            return bytes
        }
        switch try fields.text("encoding") {
        case nil, "json": arguments = .json
        case "object":
            arguments = .object(
                Format.Members(
                    name: try required("name"), arguments: try required("arguments"), id: try fields.string("id"),
                    wrapper: try fields.string("wrapper")))
        case "tags":
            arguments = .tags(
                Format.Tags(
                    keyOpen: try marker("key_open"), keyClose: try marker("key_close"),
                    otherKeyClose: try fields.string("other_key_close"), valueClose: try required("value_close"),
                    wrapOpen: try fields.string("wrap_open") ?? [], wrapClose: try fields.string("wrap_close") ?? [],
                    item: try fields.string("item")))
        case "keywords":
            arguments = .keywords(
                Format.Keywords(
                    open: try required("open"), close: try required("close"), assign: try required("assign"),
                    quote: try fields.string("quote")))
        default:
            throw fields.error(
                "encoding", .notAllowed("must be \"json\", \"object\", \"tags\" or \"keywords\""))
        }
    }
}
