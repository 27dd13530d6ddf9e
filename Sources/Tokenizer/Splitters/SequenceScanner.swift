/// The three splits of DeepSeek-V3 in one pass: groups of numbers, runs of Han and Kana, and within each piece that these
/// leave what `SymbolScanner` finds. A piece ends where a number or a Han or Kana character starts, and so does all that
/// the third pattern can see.
struct SequenceScanner: Scanner {
    private static let word = CharacterSet.letter.union(.mark)
    private static let sign = CharacterSet.punctuation.union(.symbol)

    static let rules = MaskRules(
        letters: word, undecided: word.union(sign).union(.number).inverted.union(.number), numbers: 3,
        hasContractions: false, hasHanKana: true)

    @inline(__always)
    static func isHanKana(_ scalar: UInt32) -> Bool {
        scalar &- 0x4E00 <= 0x9FA5 - 0x4E00 || scalar &- 0x3040 < 0xC0
    }

    @inline(__always)
    func match(_ p: UnsafePointer<UInt8>, _ i: Int, _ end: Int) -> Int {
        let byte = p[i]
        if Scan.isLetter(byte) { return run(Self.word, p, i &+ 1, end) }
        let (scalar, width) = Scalars.decode(p + i)
        let next = i &+ width
        if CharacterSet.number.contains(scalar) { return Scan.numbers(p, i, end, limit: 3) }
        if Self.isHanKana(scalar) { return hanKana(scalar, p, next, end) }
        if Self.word.contains(scalar) { return run(Self.word, p, next, end) }
        let isSign = Self.sign.contains(scalar)
        if next < end {
            if byte < 0x80, isSign, Scan.isLetter(p[next]) {
                var at = next &+ 1
                while at < end, Scan.isLetter(p[at]) { at &+= 1 }
                return at
            }
            if !isSign, !Scan.isNewline(byte) {
                let (following, followingWidth) = Scalars.decode(p + next)
                if !Self.isHanKana(following) {
                    if Self.word.contains(following) { return run(Self.word, p, next &+ followingWidth, end) }
                    if byte == 0x20, Self.sign.contains(following) { return signs(p, next &+ followingWidth, end) }
                }
            }
        }
        if isSign { return signs(p, next, end) }
        if CharacterSet.space.contains(scalar) {
            let spaces = Scan.run(.space, p, next, end)
            return Scan.whitespace(p, i, isCut(p, spaces, end) ? spaces : end, newlines: true, wholeTail: false)
        }
        return i
    }

    /// Whether one of the first two splits cuts at `i`.
    private func isCut(_ p: UnsafePointer<UInt8>, _ i: Int, _ end: Int) -> Bool {
        if i == end { return true }
        let scalar = Scalars.decode(p + i).scalar
        return Self.isHanKana(scalar) || CharacterSet.number.contains(scalar)
    }

    /// The rest of what starts with a character of Han and Kana: words, signs, or code points that are neither (there are
    /// three). One of those is the prefix of a word; those before it are left between matches and end here too.
    private func hanKana(_ first: UInt32, _ p: UnsafePointer<UInt8>, _ i: Int, _ end: Int) -> Int {
        if Self.word.contains(first) { return runWithin(Self.word, p, i, end) }
        if Self.sign.contains(first) { return runWithin(Self.sign, p, i, end) }
        let word = runWithin(Self.word, p, i, end)
        if word > i { return word }
        var at = i
        while at < end {
            let (scalar, width) = Scalars.decode(p + at)
            let next = at &+ width
            if !Self.isHanKana(scalar) || Self.word.contains(scalar) || Self.sign.contains(scalar) { break }
            if runWithin(Self.word, p, next, min(end, next &+ 3)) > next { break }
            at = next
        }
        return at
    }

    /// The end of the run of `set` at `i` within Han and Kana.
    private func runWithin(_ set: CharacterSet, _ p: UnsafePointer<UInt8>, _ i: Int, _ end: Int) -> Int {
        var i = i
        while i < end {
            let (scalar, width) = Scalars.decode(p + i)
            if !Self.isHanKana(scalar) || !set.contains(scalar) { break }
            i &+= width
        }
        return i
    }

    /// The end of the run of `set` at `i`, without Han and Kana.
    @inline(__always)
    private func run(_ set: CharacterSet, _ p: UnsafePointer<UInt8>, _ i: Int, _ end: Int) -> Int {
        var i = i
        while i < end {
            let (scalar, width) = Scalars.decode(p + i)
            if !set.contains(scalar) || Self.isHanKana(scalar) { break }
            i &+= width
        }
        return i
    }

    @inline(__always)
    private func signs(_ p: UnsafePointer<UInt8>, _ i: Int, _ end: Int) -> Int {
        Scan.newlines(p, run(Self.sign, p, i, end), end, alsoSlash: false)
    }
}
