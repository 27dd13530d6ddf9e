/// The family of o200k and Tekken, in which a change from lower to upper case ends a word:
///
/// `[^\r\n\p{L}\p{N}]?U*W+C?|[^\r\n\p{L}\p{N}]?U+W*C?|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+`
/// with U = `[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]`, W = `[\p{Ll}\p{Lm}\p{Lo}\p{M}]`, C = a contraction in any case.
///
/// U and W share the letters without case and the marks, so `U*W+` may have to give characters of U back. What it
/// settles on is known without trying: W+ starts where U* stopped, or else at the last shared character of U*.
struct CaseScanner: Scanner {
    let numbers: Int
    let contractions: Bool

    private static let shared = CharacterSet.modifier.union(.otherLetter).union(.mark)
    private static let upper = CharacterSet.upper.union(.title).union(shared)
    private static let lower = CharacterSet.lower.union(shared)
    private static let word = CharacterSet.letter.union(.mark)
    private static let rest = CharacterSet.letter.union(.number).union(.space).inverted

    var rules: MaskRules {
        MaskRules(
            letters: .letter, undecided: .space.union(.mark).union(numbers == 3 ? .number : CharacterSet(bits: 0)),
            numbers: numbers, hasCases: true, hasContractions: contractions)
    }

    @inline(__always)
    func match(_ p: UnsafePointer<UInt8>, _ i: Int, _ end: Int) -> Int {
        let byte = p[i]
        let (scalar, width) = Scalars.decode(p + i)
        let next = i &+ width
        if CharacterSet.letter.contains(scalar) { return suffix(p, wordEnd(p, i, end).end, end) }
        if CharacterSet.number.contains(scalar) { return Scan.numbers(p, i, end, limit: numbers) }
        if !Scan.isNewline(byte) {
            let found = wordEnd(p, next, end)
            if CharacterSet.mark.contains(scalar) {
                // A mark is a prefix, or a word of its own where no W follows it as a prefix.
                return suffix(p, found.endsInLower ? found.end : next, end)
            }
            if found.end > next { return suffix(p, found.end, end) }
        }
        if byte == 0x20, next < end {
            let (following, followingWidth) = Scalars.decode(p + next)
            if Self.rest.contains(following) { return others(p, next &+ followingWidth, end) }
        }
        if CharacterSet.space.contains(scalar) {
            return Scan.whitespace(p, i, end, newlines: true, wholeTail: false)
        }
        return others(p, next, end)
    }

    /// The end of `U*W+|U+W*` at `i`, and whether it was the first.
    @inline(__always)
    private func wordEnd(_ p: UnsafePointer<UInt8>, _ i: Int, _ end: Int) -> (end: Int, endsInLower: Bool) {
        var at = i
        var lastShared = i
        while at < end {
            let (scalar, width) = Scalars.decode(p + at)
            if !Self.upper.contains(scalar) { break }
            at &+= width
            if Self.shared.contains(scalar) { lastShared = at }
        }
        if at < end {
            let after = lowerRun(p, at, end)
            if after > at { return (after, true) }
        }
        return lastShared > i ? (lastShared, true) : (at, false)
    }

    @inline(__always)
    private func lowerRun(_ p: UnsafePointer<UInt8>, _ i: Int, _ end: Int) -> Int {
        var i = i
        while i < end {
            if p[i] < 0x80 {
                if p[i] &- 0x61 >= 26 { break }
                i &+= 1
                continue
            }
            let (scalar, width) = Scalars.decode(p + i)
            if !Self.lower.contains(scalar) { break }
            i &+= width
        }
        return i
    }

    @inline(__always)
    private func suffix(_ p: UnsafePointer<UInt8>, _ i: Int, _ end: Int) -> Int {
        guard contractions, i < end, p[i] == UInt8(ascii: "'") else { return i }
        return i &+ Scan.contraction(p, i, end, ignoringCase: true)
    }

    @inline(__always)
    private func others(_ p: UnsafePointer<UInt8>, _ i: Int, _ end: Int) -> Int {
        Scan.newlines(p, Scan.run(Self.rest, p, i, end), end, alsoSlash: true)
    }
}
