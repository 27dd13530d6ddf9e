import Tokenizer

/// What was sampled and is not yet taken: bytes, and which of them are tokens that markers are made of.
///
/// Places are indices into `bytes`. What has been taken is let go of in large pieces, so that each byte is moved once.
struct SampledText: Sendable {
    struct Mark: Sendable {
        var start: Int
        var end: Int
        var id: UInt32
    }

    private(set) var bytes: [UInt8] = []
    /// The first byte that is not taken.
    var start = 0
    private var marks: [Mark] = []
    private var firstMark = 0
    /// Where tokens end; the first of them is token number `firstToken`.
    private var ends: [Int] = []
    private var firstToken = 0
    private(set) var isFinal = false

    private var stream: TokenStream
    private let grammar: Grammar

    init(_ grammar: Grammar) {
        self.grammar = grammar
        stream = grammar.tokenizer.tokenStream()
    }

    /// Appends tokens up to one that stops, which is left out unless markers are made of it.
    mutating func push(_ ids: UnsafeBufferPointer<UInt32>) {
        var at = 0
        while at < ids.count, !isFinal {
            let plain = grammar.markers.plainCount(ids, from: at)
            if plain > 0 {
                stream.push(UnsafeBufferPointer(rebasing: ids[at..<(at + plain)]), to: &bytes, ends: &ends)
                at += plain
                continue
            }
            push(marker: ids[at])
            at += 1
        }
    }

    private mutating func push(marker id: UInt32) {
        guard grammar.markers.contains(id) else {
            // A token that stops and is nothing else.
            ends.append(bytes.count)
            return finish()
        }
        let before = bytes.count
        withUnsafePointer(to: id) {
            stream.push(UnsafeBufferPointer(start: $0, count: 1), to: &bytes, ends: &ends)
        }
        let content = grammar.markers.content(id)
        let start = bytes.count - content.count
        if start >= before, bytes[start...].elementsEqual(content) {
            marks.append(Mark(start: start, end: bytes.count, id: id))
        }
        if grammar.markers.isStop(id), !grammar.markers.opens(id) { finish() }
    }

    mutating func finish() {
        if isFinal { return }
        stream.finish(to: &bytes)
        isFinal = true
        // A token that stops turns and opens calls has opened none.
        if let last = marks.last, last.end == bytes.count, last.start >= start, grammar.markers.isStop(last.id),
            grammar.markers.opens(last.id)
        {
            bytes.removeLast(bytes.count - last.start)
            marks.removeLast()
        }
    }

    /// Forgets all but the text itself: what was there is no part of what was sampled.
    mutating func restart() {
        self = SampledText(grammar)
    }

    /// Starts again with what is not taken, and no longer counts its tokens.
    mutating func resume() {
        var fresh = SampledText(grammar)
        fresh.bytes = Array(bytes[start...])
        for mark in marks where mark.start >= start {
            fresh.marks.append(Mark(start: mark.start - start, end: mark.end - start, id: mark.id))
        }
        self = fresh
    }

    /// The first mark at `place` or behind it.
    func mark(from place: Int) -> Mark? {
        var low = firstMark
        var high = marks.count
        while low < high {
            let middle = (low + high) / 2
            if marks[middle].start < place { low = middle + 1 } else { high = middle }
        }
        return low < marks.count ? marks[low] : nil
    }

    func lastMark(endingAt place: Int) -> Mark? {
        marks.reversed().first { $0.start < place }.flatMap { $0.end == place ? $0 : nil }
    }

    /// The tokens that hold bytes of a range.
    func tokens(_ range: Range<Int>) -> Range<Int> {
        func first(endingBehind place: Int) -> Int {
            var low = 0
            var high = ends.count
            while low < high {
                let middle = (low + high) / 2
                if ends[middle] <= place { low = middle + 1 } else { high = middle }
            }
            return low
        }
        let begin = first(endingBehind: range.lowerBound)
        let end = range.isEmpty ? begin : min(first(endingBehind: range.upperBound - 1) + 1, ends.count)
        return (firstToken + begin)..<(firstToken + max(begin, end))
    }

    /// Lets go of what is in front of `keep`; returns how far places move.
    mutating func compact(keep: Int) -> Int {
        guard keep > 1 << 14, keep > bytes.count / 2 else { return 0 }
        bytes.removeFirst(keep)
        start -= keep
        while firstMark < marks.count, marks[firstMark].end <= keep { firstMark += 1 }
        marks.removeFirst(firstMark)
        firstMark = 0
        for i in marks.indices {
            marks[i].start -= keep
            marks[i].end -= keep
        }
        // A token that ends where the rest begins has none of its bytes.
        let gone = ends.prefix { $0 <= keep }.count
        ends.removeFirst(gone)
        firstToken += gone
        for i in ends.indices { ends[i] -= keep }
        return keep
    }
}
