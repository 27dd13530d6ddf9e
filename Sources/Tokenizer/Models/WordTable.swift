import CScan

/// What the words that are tokens of the vocabulary encode to, where they are short: filled while a tokenizer loads and the
/// same for all threads. It knows nine of ten words of most texts.
///
/// Two entries share a cache line; a word that finds its line full goes to the next. Entries are added by ascending id, so
/// frequent words come first. One load, one multiplication and, nearly always, one cache line decide.
final class WordTable: Sendable {
    private let entries: FixedTable<WordEntry>
    private let lines: UInt64
    /// Whether all words that were to be inserted are here.
    nonisolated(unsafe) private(set) var isComplete = true

    /// Room for `capacity` words.
    init(capacity: Int) {
        lines = UInt64(capacity * 4 / 5 + 1)
        entries = FixedTable(count: 2 * Int(lines), repeating: .free)
    }

    init?(_ image: ImageReader) {
        guard let numbers = image.numbers(1), let entries = image.table(of: WordEntry.self, isMapped: true),
            entries.count >= 2, entries.count % 2 == 0
        else { return nil }
        isComplete = numbers[0] != 0
        lines = UInt64(entries.count / 2)
        self.entries = entries
    }

    func write(to image: inout ImageWriter) {
        image.add(numbers: [isComplete ? 1 : 0])
        image.add(entries)
    }

    /// The first entry of a line, and how many lines there are.
    struct View {
        let base: UnsafeMutablePointer<WordEntry>
        let lines: UInt64

        @inline(__always)
        func line(_ hash: UInt64) -> UnsafeMutablePointer<WordEntry> {
            base + 2 &* Int(truncatingIfNeeded: hash.multipliedFullWidth(by: lines).high)
        }

        @inline(__always)
        func next(_ line: UnsafeMutablePointer<WordEntry>) -> UnsafeMutablePointer<WordEntry> {
            line + 2 == base + 2 &* Int(truncatingIfNeeded: lines) ? base : line + 2
        }

        /// A word that is not in the line it belongs to. From a line that such a word passed by the search goes on to the next.
        /// `isMissing` is 1 or 0: nothing is looked for then.
        @inline(__always)
        func findFarther(
            _ key: WordKey, _ hash: UInt64, _ line: UnsafeMutablePointer<WordEntry>, ifMissing isMissing: Int = 1
        ) -> UnsafeMutablePointer<WordEntry>? {
            line[WordEntry.passing(hash)].isPassed(by: hash) & isMissing != 0 ? findNext(key, hash, line) : nil
        }

        @inline(never)
        private func findNext(_ key: WordKey, _ hash: UInt64, _ line: UnsafeMutablePointer<WordEntry>)
            -> UnsafeMutablePointer<WordEntry>?
        {
            var line = line
            var left = WordTable.farthest
            let passing = WordEntry.passing(hash)
            while line[passing].isPassed(by: hash) != 0, left > 0 {
                line = next(line)
                left &-= 1
                if line[0].key == key { return line }
                if line[1].key == key { return line + 1 }
            }
            return nil
        }
    }

    var view: View { View(base: entries.base, lines: lines) }

    /// How many lines from its own a word may be: a file made for collisions loses words here, which are then merged.
    fileprivate static let farthest = 64

    /// Has the line of a word brought near that will be inserted.
    func expect(_ key: WordKey) { cscan_prefetch(view.line(key.hash)) }

    /// To be called only while the tokenizer loads, at most `capacity` times, once for each word.
    func insert(_ entry: WordEntry) {
        let view = view
        let hash = entry.key.hash
        var line = view.line(hash)
        for _ in 0..<Self.farthest {
            if line[1].isFree {
                line[line[0].isFree ? 0 : 1] = entry
                return
            }
            line[WordEntry.passing(hash)].markPassed(by: hash)
            line = view.next(line)
        }
        isComplete = false
    }
}
