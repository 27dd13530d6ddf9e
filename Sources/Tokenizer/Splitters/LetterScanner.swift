/// The family of GPT-2, cl100k, Llama 3 and Qwen: contractions, letters, numbers, the rest, whitespace.
///
/// GPT-2:   `'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+`
/// cl100k:  `(?i:'s|…)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+`
///
/// Every character belongs to a match. No alternative can take back what a greedy part took, so one pass decides.
struct LetterScanner: Scanner {
    /// What a word is made of: letters, or letters and marks.
    let letters: CharacterSet
    /// How many numbers stay together.
    let numbers: Int
    /// The GPT-2 form: a space is the only prefix, contractions are in lower case, newlines are mere whitespace.
    let isByteLevel: Bool
    /// `\s++$` comes before the other whitespace alternatives.
    let wholeTail: Bool
    private let rest: CharacterSet
    let rules: MaskRules

    init(letters: CharacterSet = .letter, numbers: Int, isByteLevel: Bool = false, wholeTail: Bool = false) {
        self.letters = letters
        self.numbers = numbers
        self.isByteLevel = isByteLevel
        self.wholeTail = wholeTail
        rest = letters.union(.number).union(.space).inverted
        rules = MaskRules(
            letters: letters, undecided: numbers == 3 ? .space.union(.number) : .space, numbers: numbers,
            isByteLevel: isByteLevel, wholeTail: wholeTail)
    }

    static let byteLevel = LetterScanner(numbers: .max, isByteLevel: true)

    @inline(__always)
    func match(_ p: UnsafePointer<UInt8>, _ i: Int, _ end: Int) -> Int {
        let byte = p[i]
        if Scan.isLetter(byte) { return Scan.letters(letters, p, i &+ 1, end) }
        if byte == 0x20, i &+ 1 < end, Scan.isLetter(p[i &+ 1]) { return Scan.letters(letters, p, i &+ 2, end) }
        let (scalar, width) = Scalars.decode(p + i)
        let next = i &+ width
        if letters.contains(scalar) { return Scan.letters(letters, p, next, end) }
        if CharacterSet.number.contains(scalar) { return Scan.numbers(p, i, end, limit: numbers) }
        if byte == UInt8(ascii: "'") {
            let length = Scan.contraction(p, i, end, ignoringCase: !isByteLevel)
            if length > 0 { return i &+ length }
        }
        let isSpace = CharacterSet.space.contains(scalar)
        if next < end, isByteLevel ? byte == 0x20 : !Scan.isNewline(byte) {
            let (following, followingWidth) = Scalars.decode(p + next)
            if letters.contains(following) { return Scan.letters(letters, p, next &+ followingWidth, end) }
            if byte == 0x20 {
                if rest.contains(following) { return others(p, next &+ followingWidth, end) }
                if isByteLevel, CharacterSet.number.contains(following) {
                    return Scan.numbers(p, next, end, limit: numbers)
                }
            }
        }
        if isSpace { return Scan.whitespace(p, i, end, newlines: !isByteLevel, wholeTail: wholeTail) }
        return others(p, next, end)
    }

    /// The rest of a run of neither letters nor numbers nor whitespace, and the newlines after it.
    @inline(__always)
    private func others(_ p: UnsafePointer<UInt8>, _ i: Int, _ end: Int) -> Int {
        let at = Scan.run(rest, p, i, end)
        return isByteLevel ? at : Scan.newlines(p, at, end, alsoSlash: false)
    }
}
