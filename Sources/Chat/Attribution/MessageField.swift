import Bytes
import JSON

/// Who speaks, as far as attribution asks.
enum MessageRole: Sendable {
    case assistant
    case tool
    case other

    init(_ role: [UInt8]) {
        switch String(decoding: role, as: UTF8.self) {
        case "assistant", "model", "ai": self = .assistant
        case "tool", "function", "ipython", "observation", "tool_response": self = .tool
        default: self = .other
        }
    }
}

/// A field of a message, by the way to it: "content[0].text", "tool_calls[1].function.name".
struct MessageField {
    /// The members on the way, without places in lists.
    private let names: [ArraySlice<UInt8>]

    init(path: [UInt8]) {
        names = path.split(separator: UInt8(ascii: ".")).map { name in
            name.prefix { $0 != UInt8(ascii: "[") }
        }
    }

    private func name(_ i: Int, isOneOf candidates: StaticString...) -> Bool {
        guard names.indices.contains(i) else { return false }
        return candidates.contains { candidate in
            names[i].elementsEqual(UnsafeBufferPointer(start: candidate.utf8Start, count: candidate.utf8CodeUnitCount))
        }
    }

    /// What the field's bytes are in a message of a role.
    func meaning(_ role: MessageRole) -> (Segment.Source, TokenKind) {
        if names.isEmpty || name(0, isOneOf: "role", "name", "tool_call_id", "id") { return (.label, .scaffold) }
        if name(0, isOneOf: "tools", "functions") { return (.context, .tools) }
        if name(0, isOneOf: "tool_calls", "function_call") { return (.field, call) }
        if role == .tool { return (.field, .toolResult) }
        return (.field, isReasoning ? .reasoning : .content)
    }

    private var call: TokenKind {
        let arguments = [Array("arguments".utf8)[...], Array("parameters".utf8)[...]]
        if names.dropFirst().contains(where: arguments.contains) { return .toolArguments }
        return names.last?.elementsEqual("name".utf8) == true ? .toolName : .toolCall
    }

    /// Under the names that templates read, or in a part of such a type.
    private var isReasoning: Bool {
        guard let first = names.first else { return false }
        if ByteSearch.contains(first, Array("reason".utf8)) || ByteSearch.contains(first, Array("think".utf8)) {
            return true
        }
        return name(1, isOneOf: "thinking", "reasoning")
    }
}
