extension Rendered {
    /// One prompt on its way into the arrays.
    struct Prompt {
        var ids: [UInt32]
        var text: [UInt8]
        var spans: TokenSpans
        /// Every byte of every token; empty where nobody asked.
        var wholeSpans: [UInt32] = []
        var attribution: Attribution?
        var lossMask: [UInt8] = []

        /// Keeps the ids at `range` and their spans; the text stays whole, so that spans mean the same.
        mutating func keep(_ range: Range<Int>) {
            ids = Array(ids[range])
            spans.keep(range)
            attribution?.keep(range)
            if !lossMask.isEmpty { lossMask = Array(lossMask[range]) }
        }

        /// Takes the first token out, and its text.
        mutating func dropFirst(_ bytes: [UInt8]) {
            keep(min(1, ids.count)..<ids.count)
            if text.starts(with: bytes) { moveText(from: bytes.count) }
        }

        /// Makes the text begin at `start`, which no token is in front of; spans move along.
        mutating func moveText(from start: Int) {
            spans.move(bytes: -start, characters: -characters(text[..<start]))
            text.removeSubrange(..<start)
        }

        /// Puts tokens in front that belong to nobody.
        mutating func prepend(ids new: [UInt32], text before: [UInt8]) {
            spans.move(bytes: before.count, characters: characters(before[...]))
            spans.prepend(new.count)
            ids.insert(contentsOf: new, at: 0)
            text.insert(contentsOf: before, at: 0)
            attribution?.prepend(new.count)
        }

        private func characters(_ text: ArraySlice<UInt8>) -> Int {
            text.reduce(0) { $0 + ($1 & 0xC0 == 0x80 ? 0 : 1) }
        }
    }
}
