/// The split patterns known by heart. They are recognised by their exact bytes; any other goes to `PatternProgram`.
enum KnownPatterns {
    /// The scanner for a pattern, or nil.
    static func splitter(for pattern: [UInt8]) -> Splitter? {
        all.first { $0.pattern.utf8.elementsEqual(pattern) }?.splitter
    }

    private static let spaces = #"\s*[\r\n]+|\s+(?!\S)|\s+"#
    private static let contractions = "(?i:'s|'t|'re|'ve|'m|'ll|'d)"
    private static let upper = #"[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]"#
    private static let lower = #"[\p{Ll}\p{Lm}\p{Lo}\p{M}]"#
    private static let prefix = #"[^\r\n\p{L}\p{N}]?"#
    private static let signs = #" ?[^\s\p{L}\p{N}]+[\r\n]*"#
    private static let slashed = #" ?[^\s\p{L}\p{N}]+[\r\n/]*"#

    static let all: [(pattern: String, splitter: Splitter)] = [
        (#"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"#, .letters(.byteLevel)),
        // Llama 3.
        (
            #"\#(contractions)|\#(prefix)\p{L}+|\p{N}{1,3}|\#(signs)|\#(spaces)"#,
            .letters(LetterScanner(numbers: 3))
        ),
        // Qwen 2 and 3.
        (
            #"\#(contractions)|\#(prefix)\p{L}+|\p{N}|\#(signs)|\#(spaces)"#,
            .letters(LetterScanner(numbers: 1))
        ),
        // Qwen 3.5.
        (
            #"\#(contractions)|\#(prefix)[\p{L}\p{M}]+|\p{N}| ?[^\s\p{L}\p{M}\p{N}]+[\r\n]*|\#(spaces)"#,
            .letters(LetterScanner(letters: .letter.union(.mark), numbers: 1))
        ),
        // cl100k.
        (
            #"'(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?+\p{L}++|\p{N}{1,3}| ?[^\s\p{L}\p{N}]++[\r\n]*+|\s++$|"#
                + #"\s*[\r\n]|\s+(?!\S)|\s"#,
            .letters(LetterScanner(numbers: 3, wholeTail: true))
        ),
        // o200k.
        (
            #"\#(prefix)\#(upper)*\#(lower)+\#(contractions)?|\#(prefix)\#(upper)+\#(lower)*\#(contractions)?|"#
                + #"\p{N}{1,3}|\#(slashed)|\#(spaces)"#,
            .cases(CaseScanner(numbers: 3, contractions: true))
        ),
        // Tekken.
        (
            #"\#(prefix)\#(upper)*\#(lower)+|\#(prefix)\#(upper)+\#(lower)*|\p{N}|\#(slashed)|\#(spaces)"#,
            .cases(CaseScanner(numbers: 1, contractions: false))
        ),
        // DeepSeek-V3, third and second.
        (
            ##"[!"#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~][A-Za-z]+|[^"## + "\r\n" + #"\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+|"#
                + #" ?[\p{P}\p{S}]+["# + "\r\n]*|" + #"\s*["# + "\r\n" + #"]+|\s+(?!\S)|\s+"#,
            .symbols(SymbolScanner())
        ),
        ("[\u{4E00}-\u{9FA5}\u{3040}-\u{309F}\u{30A0}-\u{30FF}]+", .hanKana(HanKanaScanner())),
        (#"\p{N}"#, .numbers(NumberScanner(limit: 1))),
        (#"\p{N}{1,3}"#, .numbers(NumberScanner(limit: 3))),
        (#"\p{N}+"#, .numbers(NumberScanner(limit: .max))),
    ]
}
