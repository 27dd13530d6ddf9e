/// The ranges of a text in which no added token is recognised, as a search goes through the text from its start.
struct PlainText {
    private let ranges: [Range<Int>]
    /// Where the text was normalized, what its bytes came from.
    private let text: NormalizedText?
    private var at = 0

    /// For a piece that begins at `start`; `text` where it was normalized.
    init(_ ranges: [Range<Int>], from start: Int, _ text: NormalizedText? = nil) {
        self.ranges = ranges
        self.text = ranges.isEmpty ? nil : text
        let first = text?.origin ?? start
        var high = ranges.count
        while at < high {
            let middle = (at + high) / 2
            if ranges[middle].upperBound <= first { at = middle + 1 } else { high = middle }
        }
    }

    var isEmpty: Bool { ranges.isEmpty }

    /// Where to look on if a match touches a plain range; nil if it is a token. Matches come in ascending order.
    mutating func next(after match: Range<Int>, _ content: [UInt8]) -> Int? {
        var bytes = match
        if let text {
            let start = Int(text.span(at: match.lowerBound).start)
            bytes = start..<max(start, Int(text.span(at: match.upperBound - 1).end))
        }
        while at < ranges.count, ranges[at].upperBound <= bytes.lowerBound { at += 1 }
        guard at < ranges.count, ranges[at].lowerBound < bytes.upperBound else { return nil }
        if content.allSatisfy({ $0 == 0x20 || (0x09...0x0D).contains($0) }) { return nil }
        // A token of the template may begin inside the match, though not inside the range.
        if text == nil, ranges[at].contains(bytes.lowerBound) { return ranges[at].upperBound }
        return match.lowerBound + 1
    }
}
