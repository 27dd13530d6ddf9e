/// Words of more than 64 bytes, in windows that overlap, as in `BPE.mergeLong`: where a window and the next have a token in common, the
/// one is taken up to it and the other from it.
extension WordGroup {
    /// From where one window begins to where the next does.
    private static let stride = 48
    private static let overlap = longestWord - stride
    private static let mostWindows = 32
    static let longestInWindows = mostWindows * stride + overlap

    /// How many windows a word has.
    @inline(__always)
    static func windowCount(_ length: Int) -> Int { (length &- overlap &+ stride &- 1) / stride }

    /// Adds a word of 65 bytes to `longestInWindows`, for whose windows there must be room; false where some byte of it is no symbol.
    func addWindows(_ p: UnsafePointer<UInt8>, _ length: Int, _ index: Int, _ model: BPE) -> Bool {
        let first = self.count
        let count = Self.windowCount(length)
        for k in 0..<count {
            let start = k &* Self.stride
            let size = min(Self.longestWord, length &- start)
            if add(p + start, size, index, model) < size {
                keep(first)
                return false
            }
            windows[first &+ k] = k == 0 ? count : 0
        }
        return true
    }

    /// Writes the tokens of a word of windows, the first of which is this one, to `gathered`, and returns how many they are; nil where two
    /// windows have none in common.
    func join(_ first: Int) -> Int? {
        var written = 0
        var from: UInt64 = 0
        for i in first..<(first &+ windows[first]) {
            var full = full(i) & (~0 &<< from)
            if i &+ 1 < first &+ windows[first] {
                guard let common = Self.common(self.full(i), self.full(i &+ 1), from) else { return nil }
                full &= (1 &<< (UInt64(Self.stride) &+ common)) &- 1
                from = common
            }
            written &+= gather(i, full, at: written)
        }
        return written
    }

    /// Where in the next window the first token begins that both windows have, and that is not before `from` in this one.
    @inline(__always)
    private static func common(_ full: UInt64, _ next: UInt64, _ from: UInt64) -> UInt64? {
        // Where tokens begin or end in the bytes that both have, and behind the last of them.
        let end: UInt64 = 1 &<< UInt64(overlap)
        let here = full &>> UInt64(stride) | end
        let there = next & ((end &<< 1) &- 1)
        let used = from > UInt64(stride) ? from &- UInt64(stride) : 0
        var starts = here & there & (end &- 1) & (~0 &<< used)
        while starts != 0 {
            let start = starts & (0 &- starts)
            let behind = (here | there) & ~((start &<< 1) &- 1)
            if here & there & behind & (0 &- behind) != 0 { return UInt64(start.trailingZeroBitCount) }
            starts ^= start
        }
        return nil
    }
}
