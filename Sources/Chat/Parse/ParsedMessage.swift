import JSON

/// What became of an attempt to call a tool.
public enum CallStatus: String, Sendable {
    case ok
    case invalidJSON = "invalid_json"
    case unclosedBlock = "unclosed_block"
    case missingName = "missing_name"
    case malformedStructure = "malformed_structure"
    case unknownTool = "unknown_tool"
}

/// One attempt to call a tool.
public struct ParsedCall: Sendable, Equatable {
    public var name: [UInt8]?
    /// As the model wrote it; nil where the format has none.
    public var id: [UInt8]?
    /// JSON; of a call that is not well formed, as far as it came.
    public var arguments: [UInt8]
    /// Everything the model wrote, markers and all.
    public var raw: [UInt8]
    /// Its tokens among those that were sampled.
    public var tokens: Range<Int>
    public var status: CallStatus
}

/// Something a parser is certain of.
public enum ParseEvent: Sendable, Equatable {
    case content([UInt8])
    case reasoning([UInt8])
    /// The reasoning is closed.
    case reasoningEnded
    /// A call's name is known.
    case callStarted(index: Int, name: [UInt8], id: [UInt8]?)
    /// More of the arguments' JSON text.
    case arguments(index: Int, [UInt8])
    /// `arguments` of the call is empty: it has been told piece by piece.
    case callFinished(index: Int, ParsedCall)
}

/// What a model said, in order.
public struct ParsedMessage: Sendable, Equatable {
    public enum Piece: Sendable, Equatable {
        case content([UInt8])
        case reasoning([UInt8])
        /// The place of a call in `calls`.
        case call(Int)
    }

    public private(set) var pieces: [Piece] = []
    public private(set) var calls: [ParsedCall] = []
    /// Nil where there is no reasoning; false where it was not closed.
    public private(set) var reasoningComplete: Bool?
    /// The field that the template reads reasoning from, where that is none of the usual.
    private(set) var reasoningField: [UInt8]?
    /// Whether the template takes arguments as objects, not as text.
    private(set) var takesObjects = false

    public init() {}

    init(_ format: Format) {
        reasoningField = format.reasoning?.field
        takesObjects = format.toolCalls?.takesObjects ?? false
    }

    /// Takes an event: the events of a completion, in order, make its message.
    public mutating func append(_ event: ParseEvent) {
        switch event {
        case .content(let text):
            if case .content(var last)? = pieces.last {
                pieces.removeLast()
                last += text
                pieces.append(.content(last))
            } else {
                pieces.append(.content(text))
            }
        case .reasoning(let text):
            if reasoningComplete != true || pieces.isEmpty { reasoningComplete = false }
            if case .reasoning(var last)? = pieces.last {
                pieces.removeLast()
                last += text
                pieces.append(.reasoning(last))
            } else {
                pieces.append(.reasoning(text))
            }
        case .reasoningEnded: reasoningComplete = true
        case .callStarted(let index, let name, let id):
            start(index)
            calls[index].name = name
            calls[index].id = id
        case .arguments(let index, let text):
            start(index)
            // Most arguments come in one piece, which is not copied.
            if calls[index].arguments.isEmpty { calls[index].arguments = text } else { calls[index].arguments += text }
        case .callFinished(let index, let call):
            start(index)
            let arguments = calls[index].arguments
            calls[index] = call
            calls[index].arguments = arguments
        }
    }

    private mutating func start(_ index: Int) {
        guard index == calls.count else { return }
        pieces.append(.call(index))
        calls.append(
            ParsedCall(name: nil, id: nil, arguments: [], raw: [], tokens: 0..<0, status: .unclosedBlock))
    }

    /// All content in one.
    public var content: [UInt8] {
        var all = [[UInt8]]()
        for piece in pieces { if case .content(let text) = piece { all.append(text) } }
        return all.count == 1 ? all[0] : Array(all.joined())
    }

    /// All reasoning in one; nil where there is none.
    public var reasoning: [UInt8]? {
        var all = [[UInt8]]()
        for piece in pieces { if case .reasoning(let text) = piece { all.append(text) } }
        if all.allSatisfy(\.isEmpty) { return nil }
        return all.count == 1 ? all[0] : Array(all.joined())
    }

    /// Whether a call is there that can be made: then a turn has finished for its calls.
    public var hasGoodCall: Bool { calls.contains { $0.status == .ok } }
}
