/// The third split of DeepSeek-V3. Characters of no alternative (control characters, numbers) lie between matches.
///
/// ``[!"#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~][A-Za-z]+|[^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+| ?[\p{P}\p{S}]+[\r\n]*``
/// `|\s*[\r\n]+|\s+(?!\S)|\s+`
struct SymbolScanner: Scanner {
    private static let word = CharacterSet.letter.union(.mark)
    private static let sign = CharacterSet.punctuation.union(.symbol)

    @inline(__always)
    func match(_ p: UnsafePointer<UInt8>, _ i: Int, _ end: Int) -> Int {
        let byte = p[i]
        if Scan.isLetter(byte) { return Scan.letters(Self.word, p, i &+ 1, end) }
        let (scalar, width) = Scalars.decode(p + i)
        let next = i &+ width
        if Self.word.contains(scalar) { return Scan.letters(Self.word, p, next, end) }
        let isSign = Self.sign.contains(scalar)
        if next < end {
            if byte < 0x80, isSign, Scan.isLetter(p[next]) {
                var at = next &+ 1
                while at < end, Scan.isLetter(p[at]) { at &+= 1 }
                return at
            }
            if !isSign, !Scan.isNewline(byte) {
                let (following, followingWidth) = Scalars.decode(p + next)
                if Self.word.contains(following) { return Scan.letters(Self.word, p, next &+ followingWidth, end) }
                if byte == 0x20, Self.sign.contains(following) { return signs(p, next &+ followingWidth, end) }
            }
        }
        if isSign { return signs(p, next, end) }
        if CharacterSet.space.contains(scalar) {
            return Scan.whitespace(p, i, end, newlines: true, wholeTail: false)
        }
        return i
    }

    @inline(__always)
    private func signs(_ p: UnsafePointer<UInt8>, _ i: Int, _ end: Int) -> Int {
        Scan.newlines(p, Scan.run(Self.sign, p, i, end), end, alsoSlash: false)
    }
}
