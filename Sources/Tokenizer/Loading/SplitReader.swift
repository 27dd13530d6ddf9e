/// The section `pre_tokenizer`.
struct SplitReader {
    private(set) var steps: [SplitStep] = []
    /// Whether the last step maps bytes to letters, so that the model reads bytes.
    private(set) var isByteLevel = false

    mutating func read(_ field: Field, depth: Int = 0) throws(TokenizerError) {
        let type = try field.type()
        // What follows the mapping would split letters, not characters: no known file means that.
        if isByteLevel { throw TokenizerError(.unsupported(component: field.path, name: "\(type) after ByteLevel")) }
        switch type {
        case "Sequence":
            if depth >= 16 { throw field.invalid("sequences nest too deeply") }
            for element in try field.member("pretokenizers").elements() { try read(element, depth: depth + 1) }
        case "ByteLevel":
            if try field.member("add_prefix_space").bool() { steps.append(.prefixSpace) }
            if try field.bool("use_regex", default: true) {
                steps.append(.split(.letters(.gpt2), .isolated, inverted: false))
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
        default: throw TokenizerError(.unsupported(component: "\(field.path).type", name: type))
        }
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
        let program: PatternProgram
        do {
            program = try PatternProgram(bytes)
        } catch {
            throw TokenizerError(
                .pattern(
                    path: expression.path, pattern: String(decoding: bytes, as: UTF8.self), position: error.position,
                    reason: error.reason))
        }
        steps.append(.split(.pattern(program), behavior, inverted: isInverted))
    }
}
