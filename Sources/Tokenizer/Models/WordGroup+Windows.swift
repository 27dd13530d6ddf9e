import Glibc

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
            add(p + start, size, index, model)
            if tokenCount(first &+ k) < size {
                keep(first)
                return false
            }
            windows[first &+ k] = k == 0 ? count : 0
        }
        return true
    }

    /// Writes the tokens of a word of windows, the first of which is this one, to `gathered`, and returns how many they are; nil where two
    /// windows have none in common.
    func join(_ first: Int, _ model: BPE) -> Int? {
        var written = 0
        var from: UInt64 = 0
        guard var starts = starts(first, model) else { return nil }
        for i in first..<(first &+ windows[first]) {
            var bits = starts & (~0 &<< from)
            let before = tokenCount(i) &- bits.nonzeroBitCount
            if i &+ 1 < first &+ windows[first] {
                guard let next = self.starts(i &+ 1, model), let common = Self.common(starts, next, from) else {
                    return nil
                }
                bits &= (1 &<< (UInt64(Self.stride) &+ common)) &- 1
                from = common
                starts = next
            }
            gather(i, from: before, bits.nonzeroBitCount, at: written)
            written &+= bits.nonzeroBitCount
        }
        return written
    }

    /// A bit for each byte of a window where a token begins; nil where the tokens are not what the text has there.
    private func starts(_ i: Int, _ model: BPE) -> UInt64? {
        guard let p = bytes(i).baseAddress else { return nil }
        let length = bytes(i).count
        var starts: UInt64 = 0
        var at = 0
        for k in 0..<tokenCount(i) {
            guard at < length else { return nil }
            starts |= 1 &<< UInt64(truncatingIfNeeded: at)
            let id = token(i, k)
            // What falls back to a byte has a text of its own.
            if model.byteTokens[Int(p[at])] == id {
                at &+= 1
                continue
            }
            let content = model.vocabulary.content(id)
            guard let base = content.baseAddress, at &+ content.count <= length,
                memcmp(base, p + at, content.count) == 0
            else { return nil }
            at &+= content.count
        }
        return at == length ? starts : nil
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
