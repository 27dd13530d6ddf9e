import JSON
import Template

/// A rendered and encoded chat with the origins of its bytes, before anything was concluded from them.
struct TracedPrompt {
    var prompt: Rendered.Prompt
    var segments: [Segment]
    var generations: [Range<Int>]
    var roles: [MessageRole]
    var roleNames: [[UInt8]]
    var hasGenerationPrompt: Bool

    var text: [UInt8] { prompt.text }

    func tokenStart(_ token: Int) -> Int { Int(prompt.wholeSpans[2 * token]) }
    func tokenEnd(_ token: Int) -> Int { Int(prompt.wholeSpans[2 * token + 1]) }

    /// The first token that starts at `byte` or after it.
    func token(from byte: Int) -> Int {
        var low = 0
        var high = prompt.ids.count
        while low < high {
            let middle = (low + high) / 2
            if tokenStart(middle) < byte { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// Where a text that shares what is in front of `byte` with another stops being like it: at `byte` behind white space,
    /// where headers end; else where the token that holds `byte` starts, since <think> and </think> share a letter and no token.
    func tokenBoundary(atOrBefore byte: Int) -> Int {
        if byte > 0, byte <= text.count, text[byte - 1] == UInt8(ascii: "\n") || text[byte - 1] == UInt8(ascii: " ") {
            return byte
        }
        let next = token(from: byte)
        if next < prompt.ids.count, tokenStart(next) == byte { return byte }
        return next > 0 ? min(tokenStart(next - 1), byte) : byte
    }

    /// The segment that `byte` is in: the last one past the end. There must be one.
    func segment(at byte: Int) -> Int {
        var low = 0
        var high = segments.count - 1
        while low < high {
            let middle = (low + high) / 2
            if segments[middle].end <= byte { low = middle + 1 } else { high = middle }
        }
        return low
    }
}

/// Where the messages of a prompt are.
struct MessagePlaces {
    struct Place {
        /// Of what a message says.
        var fieldStart: Int?
        var fieldEnd: Int?
        /// The first byte that belongs to it.
        var start: Int?
        var hasReasoning = false
    }

    private var places: [Place]
    /// The first message that has any text.
    let firstShown: Int?

    subscript(message: Int) -> Place { places[message] }

    init(_ segments: [Segment], count: Int) {
        var places = [Place](repeating: Place(), count: count)
        let handlers = MessagePlaces.handlers(segments)
        for (segment, handler) in zip(segments, handlers) {
            let i = Int(segment.owner)
            guard places.indices.contains(i) else { continue }
            // A later message may show a field of this one: the name of the call that it answers.
            if segment.source == .field, handler.last > i, handler.next != i { continue }
            if places[i].start == nil { places[i].start = segment.start }
            guard segment.source == .field else { continue }
            if places[i].fieldStart == nil { places[i].fieldStart = segment.start }
            places[i].fieldEnd = segment.end
            if segment.kind == .reasoning { places[i].hasReasoning = true }
        }
        firstShown = places.firstIndex { $0.start != nil }
        self.places = places
    }
}

extension MessagePlaces {
    /// For each segment the message that was handled last in front of it, and next behind it; -1 for none.
    private static func handlers(_ segments: [Segment]) -> [(last: Int, next: Int)] {
        var handlers = [(last: Int, next: Int)](repeating: (-1, -1), count: segments.count)
        var handler = -1
        for i in segments.indices {
            handlers[i].last = handler
            if segments[i].source == .handled { handler = Int(segments[i].owner) }
        }
        handler = -1
        for i in segments.indices.reversed() {
            handlers[i].next = handler
            if segments[i].source == .handled { handler = Int(segments[i].owner) }
        }
        return handlers
    }
}

/// How many bytes two texts begin with alike.
func commonPrefix(_ a: ArraySlice<UInt8>, _ b: some Sequence<UInt8>) -> Int {
    var count = 0
    for (x, y) in zip(a, b) {
        if x != y { break }
        count += 1
    }
    return count
}
