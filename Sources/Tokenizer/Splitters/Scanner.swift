/// A split pattern written by hand: what a regular expression would match at a position, decided without backtracking.
/// `end` is the end of the piece, which is also all that lookaheads can see.
protocol Scanner: Sendable {
    /// The end of the match at `i`, or `i` where there is none. `i` is below `end` and at the start of a character.
    func match(_ p: UnsafePointer<UInt8>, _ i: Int, _ end: Int) -> Int
}

extension Scanner {
    /// Writes the ends of the next pieces, matches and what lies between, and returns how many: at most `capacity`,
    /// which must be 2 or more. They start at `start` and at each other; none is written when `start` is `end`.
    @inline(__always)
    func fill(
        _ ends: UnsafeMutablePointer<Int>, capacity: Int, _ p: UnsafePointer<UInt8>, from start: Int, to end: Int
    ) -> Int {
        var count = 0
        var i = start
        var covered = start
        while i < end, count &+ 2 <= capacity {
            let next = match(p, i, end)
            if next == i {
                i &+= Scalars.width(p[i])
                continue
            }
            if covered < i {
                ends[count] = i
                count &+= 1
            }
            ends[count] = next
            count &+= 1
            covered = next
            i = next
        }
        if i >= end, covered < end {
            ends[count] = end
            count &+= 1
        }
        return count
    }

    /// The end of the piece that starts at `i`: a match, or what lies before the next one.
    @inline(__always)
    func next(_ p: UnsafePointer<UInt8>, _ i: Int, _ end: Int) -> Int {
        let next = match(p, i, end)
        if next > i { return next }
        var at = i &+ Scalars.width(p[i])
        while at < end, match(p, at, end) == at { at &+= Scalars.width(p[at]) }
        return at
    }

    func matches(_ p: UnsafePointer<UInt8>, _ piece: Piece, into found: inout [Match]) {
        var i = piece.start
        var covered = i
        while i < piece.end {
            let next = match(p, i, piece.end)
            if next == i {
                i += Scalars.width(p[i])
                continue
            }
            if covered < i { found.append(Match(piece: Piece(start: covered, end: i), isMatch: false)) }
            found.append(Match(piece: Piece(start: i, end: next), isMatch: true))
            covered = next
            i = next
        }
        if covered < piece.end { found.append(Match(piece: Piece(start: covered, end: piece.end), isMatch: false)) }
    }
}

/// What the scanners of several families share.
enum Scan {
    @inline(__always)
    static func isLetter(_ byte: UInt8) -> Bool { (byte | 0x20) &- 0x61 < 26 }

    /// How many of the eight bytes at `p`, from the first on, are ASCII letters; all are looked at together.
    @inline(__always)
    static func leadingLetters(_ p: UnsafePointer<UInt8>) -> Int {
        let word = UInt64(littleEndian: UnsafeRawPointer(p).loadUnaligned(as: UInt64.self))
        let lower = (word | 0x2020_2020_2020_2020) & 0x7F7F_7F7F_7F7F_7F7F
        // The high bit of a byte: at least "a", at least one past "z". No sum carries into the next byte.
        let fromA = lower &+ 0x1F1F_1F1F_1F1F_1F1F
        let pastZ = lower &+ 0x0505_0505_0505_0505
        let others = ~(fromA & ~pastZ & ~word) & 0x8080_8080_8080_8080
        return others.trailingZeroBitCount &>> 3
    }

    @inline(__always)
    static func isNewline(_ byte: UInt8) -> Bool { byte == 0x0A || byte == 0x0D }

    /// The end of the run of `set` that starts at `i`.
    @inline(__always)
    static func run(_ set: CharacterSet, _ p: UnsafePointer<UInt8>, _ i: Int, _ end: Int) -> Int {
        var i = i
        while i < end {
            let (scalar, width) = Scalars.decode(p + i)
            if !set.contains(scalar) { break }
            i &+= width
        }
        return i
    }

    /// `run` for a set that holds the letters and, of ASCII, nothing else.
    @inline(__always)
    static func letters(_ set: CharacterSet, _ p: UnsafePointer<UInt8>, _ i: Int, _ end: Int) -> Int {
        var i = i
        while i < end {
            if p[i] < 0x80 {
                if end &- i >= 8 {
                    let count = leadingLetters(p + i)
                    i &+= count
                    if count == 8 || p[i] >= 0x80 { continue }
                    break
                }
                if !isLetter(p[i]) { break }
                i &+= 1
                continue
            }
            let (scalar, width) = Scalars.decode(p + i)
            if !set.contains(scalar) { break }
            i &+= width
        }
        return i
    }

    /// At most `limit` characters of `\p{N}`.
    @inline(__always)
    static func numbers(_ p: UnsafePointer<UInt8>, _ i: Int, _ end: Int, limit: Int) -> Int {
        var i = i
        var left = limit
        while i < end, left > 0 {
            if p[i] < 0x80 {
                if p[i] &- 0x30 >= 10 { break }
                i &+= 1
            } else {
                let (scalar, width) = Scalars.decode(p + i)
                if !CharacterSet.number.contains(scalar) { break }
                i &+= width
            }
            left &-= 1
        }
        return i
    }

    @inline(__always)
    static func newlines(_ p: UnsafePointer<UInt8>, _ i: Int, _ end: Int, alsoSlash: Bool) -> Int {
        var i = i
        while i < end, isNewline(p[i]) || (alsoSlash && p[i] == UInt8(ascii: "/")) { i &+= 1 }
        return i
    }

    /// The length of `'s|'t|'re|'ve|'m|'ll|'d` at `i`, where an apostrophe stands, or 0. Without regard to case that
    /// includes U+017F, the long s, as in Oniguruma.
    @inline(__always)
    static func contraction(_ p: UnsafePointer<UInt8>, _ i: Int, _ end: Int, ignoringCase: Bool) -> Int {
        guard i &+ 1 < end else { return 0 }
        let mask: UInt8 = ignoringCase ? 0x20 : 0
        let first = p[i &+ 1] | mask
        switch first {
        case UInt8(ascii: "s"), UInt8(ascii: "t"), UInt8(ascii: "m"), UInt8(ascii: "d"): return 2
        case UInt8(ascii: "r"), UInt8(ascii: "v"):
            return i &+ 2 < end && p[i &+ 2] | mask == UInt8(ascii: "e") ? 3 : 0
        case UInt8(ascii: "l"): return i &+ 2 < end && p[i &+ 2] | mask == UInt8(ascii: "l") ? 3 : 0
        default: return ignoringCase && i &+ 2 < end && p[i &+ 1] == 0xC5 && p[i &+ 2] == 0xBF ? 3 : 0
        }
    }

    /// Whitespace that starts at `i`, by `\s*[\r\n]+|\s+(?!\S)|\s+` (the first only with `newlines`; with `wholeTail`
    /// whitespace that reaches the end is taken whole before all of them).
    @inline(__always)
    static func whitespace(
        _ p: UnsafePointer<UInt8>, _ i: Int, _ end: Int, newlines: Bool, wholeTail: Bool
    ) -> Int {
        var at = i
        var last = i
        var lineEnd = 0
        while at < end {
            let (scalar, width) = Scalars.decode(p + at)
            if !CharacterSet.space.contains(scalar) { break }
            last = at
            at &+= width
            if isNewline(p[last]) { lineEnd = at }
        }
        if at == end, wholeTail { return end }
        if newlines, lineEnd > 0 { return lineEnd }
        return at == end || last == i ? at : last
    }
}
