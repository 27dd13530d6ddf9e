import CScan

/// Where a text is cut into segments: only where the pieces of the parts, each split by itself, are those of the whole. A few
/// bytes around a place decide whether it may be cut, and whether it is: so the cuts of a text that has changed at one place are
/// the same before it, and some ten segments behind it.
///
/// The patterns of the families that have rules here (`Splitter.cuts`) let these places be cut:
/// - Between a letter and what is neither a letter nor a mark nor an apostrophe. A word ends there, whatever its prefix and
///   suffix are, and no pattern looks ahead from within a word.
/// - Behind a newline, where spaces and tabs and then something visible follow. White space that has newlines is taken up to
///   its last one, also by `\s++$` where it is the last of the text, and signs take newlines behind them and then at most
///   slashes.
struct SegmentCuts: Sendable {
    /// White space has no regard for newlines, as in GPT-2's pattern.
    var isByteLevel = false
    /// Slashes belong to the newlines before them.
    var takesSlashes = false
    /// Where there are no pieces: where words may be cut.
    var boundaries: Boundaries?

    /// Segments have this many bytes or more, but for the last of a text. At least 8.
    var shortest = 2048

    /// The end of the segment that starts at `start`.
    func next(_ p: UnsafePointer<UInt8>, _ start: Int, _ end: Int) -> Int {
        if end &- start <= shortest { return end }
        let low = start &+ shortest
        if !isByteLevel, boundaries == nil, let line = line(p, low, min(end, low &+ 1024), end) { return line }
        let high = min(end, low &+ 256)
        if let word = word(p, low, high) { return word }
        // Text that cannot be cut is looked at once, and after a while here and there: it is in no cache, and may as well end somewhat later.
        let near = min(end, high &+ 4 &* SegmentCache.longest)
        if let place = (high..<near).first(where: { isWordEnd(p, $0) }) { return place }
        for place in stride(from: near, to: end, by: 2048) {
            if let word = word(p, place, min(end, place &+ 256)) { return word }
        }
        return end
    }

    /// The first start of a line that its bytes choose, else the first of all.
    private func line(_ p: UnsafePointer<UInt8>, _ low: Int, _ high: Int, _ end: Int) -> Int? {
        var first: Int?
        for block in stride(from: low, to: high, by: 64) {
            var newlines = Self.newlines(p + block, min(high &- block, 64), end &- block)
            while newlines != 0 {
                let i = block &+ newlines.trailingZeroBitCount &+ 1
                newlines &= newlines &- 1
                let isChosen = Self.isChosen(p, i)
                if !isChosen && first != nil || !isLineStart(p, i, end) { continue }
                if isChosen { return i }
                first = i
            }
        }
        return first
    }

    /// The bits of the newlines among the first `count` bytes, at most 64, of which `readable` are there.
    @inline(__always)
    private static func newlines(_ p: UnsafePointer<UInt8>, _ count: Int, _ readable: Int) -> UInt64 {
        if readable >= 64 { return cscan_newlines(p) & .max &>> UInt64(truncatingIfNeeded: 64 &- count) }
        return (0..<count).reduce(0) { $0 | (p[$1] == 0x0A ? 1 &<< UInt64(truncatingIfNeeded: $1) : 0) }
    }

    /// The first end of a word that its bytes choose, else the first of all.
    private func word(_ p: UnsafePointer<UInt8>, _ low: Int, _ high: Int) -> Int? {
        (low..<high).first { Self.isChosen(p, $0) && isWordEnd(p, $0) } ?? (low..<high).first { isWordEnd(p, $0) }
    }

    /// Whether the eight bytes before `i` are of one kind of sixteen: where two texts are the same, so are these places.
    @inline(__always)
    private static func isChosen(_ p: UnsafePointer<UInt8>, _ i: Int) -> Bool {
        (UnsafeRawPointer(p + i - 8).loadUnaligned(as: UInt64.self) &* 0x9E37_79B9_7F4A_7C15) &>> 60 == 0
    }

    /// `i` is behind a newline.
    @inline(__always)
    func isLineStart(_ p: UnsafePointer<UInt8>, _ i: Int, _ end: Int) -> Bool {
        var at = i
        while at < end, p[at] == 0x20 || p[at] == 0x09 {
            at &+= 1
            if at &- i > 64 { return false }
        }
        guard at < end else { return false }
        let byte = p[at]
        if byte == UInt8(ascii: "/") { return !takesSlashes || at > i }
        return byte &- 0x21 < 0x5E || Self.startsLetter(byte)
    }

    /// `i` is 3 or more.
    @inline(__always)
    func isWordEnd(_ p: UnsafePointer<UInt8>, _ i: Int) -> Bool {
        if let boundaries { return boundaries.isCut(p, i) }
        let byte = p[i]
        if byte < 0x80 {
            if Scan.isLetter(byte) || byte == UInt8(ascii: "'") { return false }
        } else if byte != 0xE3 || p[i &+ 1] != 0x80 || p[i &+ 2] &- 0x81 > 1 {
            // Of other characters the comma and the full stop of Han text, and the wide comma.
            if byte != 0xEF || p[i &+ 1] != 0xBC || p[i &+ 2] != 0x8C { return false }
        }
        return Scan.isLetter(p[i &- 1]) || endsLetter(p, i)
    }

    /// The first bytes of characters that are all letters in any version of Unicode: Cyrillic, U+5000 to U+8FFF, U+B000 to
    /// U+CFFF.
    @inline(__always)
    private static func startsLetter(_ byte: UInt8) -> Bool {
        byte &- 0xE5 < 4 || byte &- 0xEB < 2 || byte &- 0xD0 < 2
    }

    @inline(__always)
    private func endsLetter(_ p: UnsafePointer<UInt8>, _ i: Int) -> Bool {
        guard p[i &- 1] & 0xC0 == 0x80 else { return false }
        if p[i &- 2] & 0xC0 == 0xC0 { return Self.startsLetter(p[i &- 2]) }
        if Self.startsLetter(p[i &- 3]) { return true }
        // Hiragana, and the first of Katakana.
        guard p[i &- 3] == 0xE3 else { return false }
        let last = p[i &- 1]
        return p[i &- 2] == 0x81 ? last > 0x80 : p[i &- 2] == 0x82 && (last < 0x97 || last > 0xA0)
    }
}

extension Splitter {
    /// Nil where nothing is known of where its pieces end.
    var cuts: SegmentCuts? {
        switch self {
        case .letters(let scanner): SegmentCuts(isByteLevel: scanner.isByteLevel)
        case .cases: SegmentCuts(takesSlashes: true)
        case .sequence: SegmentCuts()
        case .parts(let boundaries): SegmentCuts(boundaries: boundaries)
        default: nil
        }
    }
}
