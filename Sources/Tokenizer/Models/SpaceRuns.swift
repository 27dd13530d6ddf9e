/// What runs of spaces encode to that are longer than the words of a table of words: indented code is full of them.
final class SpaceRuns: Sendable {
    /// Runs of up to this many bytes.
    private static let longest = 127
    private static let shortest = WordEntry.longestWord + 1
    /// By length a line as those of a table of words: the entry of a run stands second, and is free where it has more tokens than an entry.
    private let entries: FixedTable<WordEntry>

    /// `encode` appends what a word encodes to.
    init(_ encode: (UnsafePointer<UInt8>, Int, EncodeScratch) -> Void) {
        entries = FixedTable(count: 2 * (Self.longest - Self.shortest + 1), repeating: .free)
        let scratch = EncodeScratch(expected: Self.longest)
        let spaces = [UInt8](repeating: 0x20, count: Self.longest)
        spaces.withUnsafeBufferPointer { spaces in
            guard let p = spaces.baseAddress else { return }
            for count in Self.shortest...Self.longest {
                scratch.reset()
                encode(p, count, scratch)
                if scratch.count > WordEntry.mostTokens { continue }
                entries.base[2 * (count - Self.shortest) + 1] = WordEntry(.spaces(count), scratch.ids, scratch.count)
            }
        }
    }

    init?(_ image: ImageReader) {
        guard let entries = image.table(of: WordEntry.self),
            entries.count == 2 * (Self.longest - Self.shortest + 1)
        else { return nil }
        self.entries = entries
    }

    func write(to image: inout ImageWriter) { image.add(entries) }

    /// The line and the key of a word that is a run of spaces, where it is known; it has 16 bytes or more.
    @inline(__always)
    func find(_ p: UnsafePointer<UInt8>, _ count: Int) -> (line: UnsafeMutablePointer<WordEntry>, key: WordKey)? {
        if p[0] != 0x20 || count > Self.longest { return nil }
        let spaces: UInt64 = 0x2020_2020_2020_2020
        let raw = UnsafeRawPointer(p)
        var different = raw.loadUnaligned(fromByteOffset: count &- 8, as: UInt64.self) ^ spaces
        for at in stride(from: 0, to: count &- 8, by: 8) {
            different |= raw.loadUnaligned(fromByteOffset: at, as: UInt64.self) ^ spaces
        }
        let line = entries.base + 2 &* (count &- Self.shortest)
        return different != 0 || line[1].isFree ? nil : (line, .spaces(count))
    }
}

extension WordKey {
    /// No word's: of a run of so many spaces that it is too long for one.
    @inline(__always)
    static func spaces(_ count: Int) -> WordKey { WordKey(low: UInt64(truncatingIfNeeded: count), high: .max - 2) }
}
