/// The section `pre_tokenizer`.
struct SplitReader {
    private(set) var steps: [SplitStep] = []
    /// Whether the last step maps bytes to letters, so that the model may read bytes; it is not among `steps`.
    private(set) var isByteLevel = false

    /// Makes the mapping a step: something follows that sees letters.
    mutating func showLetters() {
        if isByteLevel { steps.append(.byteLetters) }
        isByteLevel = false
    }

    mutating func read(_ field: Field, depth: Int = 0) throws(TokenizerError) {
        let type = try field.type()
        if type != "Sequence" { showLetters() }
        switch type {
        case "Sequence":
            if depth >= 16 { throw field.invalid("sequences nest too deeply") }
            for element in try field.member("pretokenizers").elements() { try read(element, depth: depth + 1) }
        case "ByteLevel":
            if try field.member("add_prefix_space").bool() { steps.append(.prefixSpace) }
            if try field.bool("use_regex", default: true) {
                steps.append(.split(.letters(.byteLevel), .isolated, inverted: false))
            }
            isByteLevel = true
        case "Split": try readSplit(field)
        case "Digits":
            let isIndividual = try field.member("individual_digits").bool()
            steps.append(
                .split(
                    .trait(TraitScanner(trait: .numeric)), isIndividual ? .isolated : .contiguous, inverted: false))
        case "Punctuation":
            let behavior = try field.optional("behavior").map { field throws(TokenizerError) in try Self.behavior(field)
            }
            steps.append(.split(.trait(TraitScanner(trait: .punctuation)), behavior ?? .isolated, inverted: false))
        case "WhitespaceSplit":
            steps.append(.split(.trait(TraitScanner(trait: .whitespace)), .removed, inverted: false))
        case "Whitespace": steps.append(.split(.words(WordScanner()), .removed, inverted: true))
        case "BertPreTokenizer":
            steps.append(.split(.trait(TraitScanner(trait: .whitespace)), .removed, inverted: false))
            steps.append(.split(.trait(TraitScanner(trait: .punctuation)), .isolated, inverted: false))
        case "CharDelimiterSplit":
            var bytes = [UInt8]()
            Scalars.append(try Self.character(try field.member("delimiter")), to: &bytes)
            steps.append(.split(.text(ByteSearch(bytes)), .removed, inverted: false))
        case "Metaspace": try readMetaspace(field)
        case "UnicodeScripts": steps.append(.split(.scripts, .removed, inverted: true))
        case "FixedLength":
            let length = try field.optional("length").map { field throws(TokenizerError) in try field.count() } ?? 5
            if length == 0 { throw field.invalid("a length of 0") }
            steps.append(.split(.fixedLength(length), .isolated, inverted: false))
        default: throw TokenizerError(.unsupported(component: "\(field.path).type", name: type))
        }
    }

    private static func character(_ field: Field) throws(TokenizerError) -> UInt32 {
        let scalars = Scalars.array(try field.bytes())
        guard scalars.count == 1 else { throw field.invalid("not one character") }
        return scalars[0]
    }

    /// Of the pre-tokenizer or the decoder.
    static func metaspace(_ field: Field) throws(TokenizerError) -> Metaspace {
        let name = try field.optional("prepend_scheme").map { field throws(TokenizerError) in try field.text() }
        guard let scheme = Metaspace.Scheme(rawValue: name ?? "always") else {
            throw TokenizerError(.unsupported(component: "\(field.path).prepend_scheme", name: name ?? ""))
        }
        if try !field.bool("add_prefix_space", default: true), scheme != .never {
            throw field.invalid("add_prefix_space does not match prepend_scheme")
        }
        return Metaspace(
            replacement: try character(try field.member("replacement")), scheme: scheme,
            splits: try field.bool("split", default: true))
    }

    private mutating func readMetaspace(_ field: Field) throws(TokenizerError) {
        let metaspace = try Self.metaspace(field)
        steps.append(.metaspace(metaspace))
        if let splitter = metaspace.splitter { steps.append(.split(splitter, .mergedWithNext, inverted: false)) }
    }

    private static func behavior(_ field: Field) throws(TokenizerError) -> SplitBehavior {
        guard let behavior = SplitBehavior(rawValue: try field.text()) else {
            throw TokenizerError(.unsupported(component: field.path, name: try field.text()))
        }
        return behavior
    }

    private mutating func readSplit(_ field: Field) throws(TokenizerError) {
        let pattern = try field.member("pattern")
        let behavior = try Self.behavior(try field.member("behavior"))
        let isInverted = try field.member("invert").bool()
        if let text = pattern.optional("String") {
            if try text.bytes().isEmpty { throw text.invalid("an empty pattern") }
            steps.append(.split(.text(ByteSearch(try text.bytes())), behavior, inverted: isInverted))
            return
        }
        let expression = try pattern.member("Regex")
        let bytes = try expression.bytes()
        if let known = KnownPatterns.splitter(for: bytes) {
            steps.append(.split(known, behavior, inverted: isInverted))
            return
        }
        let program = try PatternReader.program(expression)
        steps.append(.split(.pattern(program), behavior, inverted: isInverted))
    }
}
