/// What words of up to fifteen bytes encoded to that are not in the vocabulary: a table of fixed size in which a word has
/// two places, side by side, and the last two that came there stay. The whole word is compared, so a result is the one
/// that encoding it again would give; what is in the table changes only how fast. One thread uses it at a time.
struct WordCache {
    /// Of pairs of entries: 2 MB in all.
    private static let bits: UInt64 = 15
    private static let count = 2 << Int(bits)
    private let entries: UnsafeMutablePointer<WordEntry>

    // Free entries are zeros.
    init?() {
        guard let memory = ZeroedMemory.allocate(Self.count, of: WordEntry.self, inLargePages: true) else { return nil }
        entries = memory
    }

    func populate() { ZeroedMemory.populate(entries, Self.count) }
    func free() { ZeroedMemory.free(entries, Self.count) }

    /// Where words are looked for.
    struct View {
        let entries: UnsafeMutablePointer<WordEntry>
        /// How much of a hash does not count.
        let shift: UInt64

        /// The first of the two places for a word.
        @inline(__always)
        func place(_ hash: UInt64) -> UnsafeMutablePointer<WordEntry> {
            entries + 2 &* Int(truncatingIfNeeded: hash &>> shift)
        }
    }

    var view: View { View(entries: entries, shift: 64 &- Self.bits) }

    /// The first of the two places for a word.
    @inline(__always)
    func place(_ hash: UInt64) -> UnsafeMutablePointer<WordEntry> { view.place(hash) }

    @inline(__always)
    func store(_ entry: WordEntry, at place: UnsafeMutablePointer<WordEntry>) {
        place[1] = place[0]
        place[0] = entry
    }
}
