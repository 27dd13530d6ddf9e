/// Runs of numbers: `\p{N}`, `\p{N}{1,3}`, `\p{N}+`.
struct NumberScanner: Scanner {
    let limit: Int

    @inline(__always)
    func match(_ p: UnsafePointer<UInt8>, _ i: Int, _ end: Int) -> Int { Scan.numbers(p, i, end, limit: limit) }
}

/// `[一-龥぀-ゟ゠-ヿ]+`, the second split of DeepSeek-V3.
struct HanKanaScanner: Scanner {
    @inline(__always)
    func match(_ p: UnsafePointer<UInt8>, _ i: Int, _ end: Int) -> Int {
        var i = i
        while i < end {
            let (scalar, width) = Scalars.decode(p + i)
            guard scalar &- 0x4E00 <= 0x9FA5 - 0x4E00 || scalar &- 0x3040 < 0xC0 else { break }
            i &+= width
        }
        return i
    }
}

/// Single characters of a trait, as the pre-tokenizers `Digits`, `Punctuation` and `WhitespaceSplit` match them.
struct TraitScanner: Scanner {
    enum Trait: Sendable {
        case numeric
        case punctuation
        case whitespace
    }
    let trait: Trait

    func match(_ p: UnsafePointer<UInt8>, _ i: Int, _ end: Int) -> Int {
        let (scalar, width) = Scalars.decode(p + i)
        let has =
            switch trait {
            case .numeric: CharacterTraits.isNumeric(scalar)
            case .punctuation: CharacterTraits.isPunctuation(scalar)
            case .whitespace: CharacterTraits.isWhitespace(scalar)
            }
        return has ? i + width : i
    }
}

/// `\w+|[^\w\s]+` in Rust's regex crate, as the pre-tokenizer `Whitespace` uses it.
struct WordScanner: Scanner {
    func match(_ p: UnsafePointer<UInt8>, _ i: Int, _ end: Int) -> Int {
        var at = i
        var kind: Bool?
        while at < end {
            let (scalar, width) = Scalars.decode(p + at)
            let isWord = CharacterTraits.isWord(scalar)
            if !isWord, CharacterTraits.isWhitespace(scalar) { break }
            if let kind, kind != isWord { break }
            kind = isWord
            at += width
        }
        return at
    }
}
