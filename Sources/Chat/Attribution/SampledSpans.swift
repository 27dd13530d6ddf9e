import Bytes
import JSON
import Template

/// What the model sampled of each turn of the assistant: what the turn adds to the text of the chat before it with its
/// generation prompt, up to the token that stops it.
struct SampledSpans {
    struct Span {
        var message: Int
        var start: Int
        var end: Int
    }

    private(set) var spans: [Span] = []
    /// Tokens of other turns' headers that stopped a turn, and the turn.
    private(set) var borrowed: [(token: Int, message: Int)] = []

    private let traced: TracedPrompt
    private let places: MessagePlaces
    private let stops: Set<UInt32>

    init(_ traced: TracedPrompt, _ facts: TurnFacts, _ messages: [Object], _ model: Model) {
        self.traced = traced
        places = MessagePlaces(traced.segments, count: messages.count)
        stops = facts.stops
        for i in messages.indices where traced.roles[i] == .assistant && places[i].start != nil {
            var (start, isWhole) = SampledSpans.start(of: i, traced, places, facts, messages)
            if !isWhole || (!places[i].hasReasoning && SampledSpans.reasons(messages[i], facts)) {
                // What stands there in the place of reasoning that is not there.
                let limit = places[i].fieldStart ?? traced.text.count
                for placeholder in facts.placeholders
                where start + placeholder.count <= limit && traced.text[start...].starts(with: placeholder) {
                    start += placeholder.count
                    break
                }
            }
            // Nobody samples the beginning of the text.
            if let first = traced.segments.first, first.source == .beginning { start = max(start, first.end) }
            let end = end(of: i, from: start)
            spans.append(Span(message: i, start: start, end: max(start, end)))
        }
    }

    /// Whether a message has reasoning of its own, in a field or in its content.
    private static func reasons(_ message: Object, _ facts: TurnFacts) -> Bool {
        for field in facts.reasoningFields {
            if let text = message[field]?.stringBytes, !text.isEmpty { return true }
        }
        guard facts.dropsInlineReasoning, let (start, end) = facts.reasoningMarkers.map({ ($0.start, $0.end) }),
            let content = message["content"]?.stringBytes
        else { return false }
        guard let open = ByteSearch.first(start, in: content) else { return false }
        let rest = content[(open + start.count)...]
        return ByteSearch.first(end, in: rest).map { !PythonWhitespace.strip(rest.prefix($0)).isEmpty } ?? false
    }

    /// Where the model's own words begin in message `i`, and whether all of the generation prompt stands before them.
    static func start(
        of i: Int, _ traced: TracedPrompt, _ places: MessagePlaces, _ facts: TurnFacts, _ messages: [Object]
    ) -> (byte: Int, isWhole: Bool) {
        let text = traced.text
        let first = places[i].start ?? 0
        let field = places[i].fieldStart ?? text.count
        // Behind the last words before the turn, the text goes on as a prompt does.
        if let (before, tail) = words(before: i, places, facts, messages), before <= field {
            let shared = commonPrefix(text[before...], tail.bytes)
            if shared == tail.bytes.count { return (before + shared, true) }
            if before + shared > first {
                return (max(first, traced.tokenBoundary(atOrBefore: min(before + shared, field))), false)
            }
        }
        // White space between turns may be anyone's: as much of it as templates write.
        let prompt = PythonWhitespace.stripStart(facts.generationPrompt[...])
        let start = PythonWhitespace.stripStart(text[first..<min(first + 64, text.count)]).startIndex
        let shared = commonPrefix(text[start...], prompt)
        if shared == prompt.count { return (shared == 0 ? first : start + shared, true) }
        if shared > 0 { return (max(first, traced.tokenBoundary(atOrBefore: min(start + shared, field))), false) }
        return (places[i].fieldStart ?? first, false)
    }

    /// Where the words of the message before `i` end, and what a prompt writes behind such words.
    private static func words(
        before i: Int, _ places: MessagePlaces, _ facts: TurnFacts, _ messages: [Object]
    ) -> (end: Int, TurnFacts.Tail)? {
        if i > 0, let end = places[i - 1].fieldEnd {
            return facts.tail(after: messages[i - 1]["role"]?.stringBytes ?? []).map { (end, $0) }
        }
        if let first = places.firstShown, first < i { return nil }
        return facts.tails[.nothing].map { (0, $0) }
    }

    /// Behind the last field, the first token that stops; else the end of the turn without white space.
    private mutating func end(of i: Int, from start: Int) -> Int {
        let last = max(places[i].fieldEnd ?? start, start)
        var end = last
        var index = traced.segment(at: last)
        while index < traced.segments.count {
            let segment = traced.segments[index]
            if segment.end > last {
                guard Int(segment.owner) == i else { break }
                end = segment.end
            }
            index += 1
        }
        var token = traced.token(from: last)
        while token < traced.prompt.ids.count, traced.tokenStart(token) < end {
            if stops.contains(traced.prompt.ids[token]) { return traced.tokenEnd(token) }
            token += 1
        }
        let trimmed = last < end ? PythonWhitespace.stripEnd(traced.text[last..<end]).endIndex : last
        borrowStop(at: token, from: trimmed, for: i)
        return trimmed
    }

    /// A family whose turns have no end of their own: the opener of the next turn is what the model sampled.
    private mutating func borrowStop(at token: Int, from end: Int, for i: Int) {
        guard token < traced.prompt.ids.count, traced.tokenStart(token) == end,
            stops.contains(traced.prompt.ids[token])
        else { return }
        let segment = traced.segments[traced.segment(at: end)]
        if segment.isForeign || segment.source == .generationPrompt || Int(segment.owner) == i { return }
        borrowed.append((token, i))
    }
}
