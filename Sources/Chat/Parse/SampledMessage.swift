import Bytes
public import JSON
import Template
import Tokenizer

/// What a model said, as a message: its content and its reasoning. Tool calls stay in the content as they were written.
public struct SampledMessage: Sendable, Equatable {
    public var content: [UInt8]
    public var reasoning: [UInt8]?

    public var object: Object {
        var object = Object(["role": .string("assistant"), "content": .string(content)])
        if let reasoning { object.set("reasoning_content", .string(reasoning)) }
        return object
    }
}

extension Model {
    /// Reads a completion. Reasoning is open from the start where the prompt's last words open it, or where the
    /// completion begins with the start marker; it ends at the first end marker. White space next to the markers is
    /// layout. Never fails: bytes that are not UTF-8 become U+FFFD.
    public func message(completion ids: [UInt32], prompt: [UInt32]) -> SampledMessage {
        let sampled = ids.last.map(stopTokenIDs.contains) == true ? ids.dropLast() : ids[...]
        let text = decoded(sampled)
        guard let reasoning else { return SampledMessage(content: text) }
        var rest = text[...]
        var isOpen = opensReasoning(prompt, reasoning)
        let trimmed = PythonWhitespace.stripStart(rest)
        if !isOpen, trimmed.starts(with: reasoning.start) {
            isOpen = true
            rest = trimmed.dropFirst(reasoning.start.count)
        }
        if !isOpen { return SampledMessage(content: text) }
        guard let at = ByteSearch.first(reasoning.end, in: rest) else {
            return SampledMessage(content: [], reasoning: Array(PythonWhitespace.strip(rest)))
        }
        let thought = rest[..<(rest.startIndex + at)]
        let answer = rest[(rest.startIndex + at + reasoning.end.count)...]
        return SampledMessage(
            content: Array(PythonWhitespace.stripStart(answer)), reasoning: Array(PythonWhitespace.strip(thought)))
    }

    /// The text of ids for parsing: special tokens that the engine left in the text stay, since markers are among them.
    private func decoded(_ ids: ArraySlice<UInt32>) -> [UInt8] {
        ids.withUnsafeBufferPointer { (try? tokenizer.decode($0, skipSpecialTokens: false)) ?? [] }
    }

    /// Whether the prompt's last words open the reasoning: its end, without white space, ends with the start marker.
    private func opensReasoning(_ prompt: [UInt32], _ markers: ReasoningMarkers) -> Bool {
        let tail = decoded(prompt.suffix(16))
        let text = PythonWhitespace.stripEnd(tail[...])
        return text.count >= markers.start.count && text.suffix(markers.start.count).elementsEqual(markers.start)
    }
}
