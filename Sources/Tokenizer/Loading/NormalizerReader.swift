import Bytes

/// The section `normalizer`.
enum NormalizerReader {
    static func read(_ field: Field, into steps: inout [Normalizer], depth: Int = 0) throws(TokenizerError) {
        let type = try field.type()
        if let form = UnicodeForm(name: type) {
            steps.append(.form(form))
            return
        }
        switch type {
        case "Sequence":
            if depth >= 16 { throw field.invalid("sequences nest too deeply") }
            for element in try field.member("normalizers").elements() {
                try read(element, into: &steps, depth: depth + 1)
            }
        case "Lowercase": steps.append(.lowercase)
        case "Strip":
            steps.append(
                .strip(left: try field.member("strip_left").bool(), right: try field.member("strip_right").bool()))
        case "Prepend": steps.append(.prepend(try field.member("prepend").bytes()))
        case "Replace":
            let content = try field.member("content").bytes()
            switch try PatternReader.read(try field.member("pattern")) {
            case .text(let text): steps.append(.replace(text, with: content))
            case .program(let program):
                // Where such a pattern matches nothing the library loses track of the text, and often panics.
                let expression = try field.member("pattern").member("Regex")
                let node = try? PatternParser.parse(try expression.bytes())
                if node.map({ $0.length.minimum == 0 }) ?? true {
                    throw expression.invalid("a pattern that may match nothing")
                }
                steps.append(.replacePattern(program, with: content))
            }
        case "StripAccents": steps.append(.filter(.accents))
        case "Nmt": steps.append(.filter(.nmt))
        case "ByteLevel": steps.append(.byteLetters)
        case "BertNormalizer": try readBert(field, into: &steps)
        case "Precompiled":
            let field = try field.member("precompiled_charsmap")
            guard let bytes = Base64.decode(try field.bytes()), let map = CharacterMap(bytes) else {
                throw field.invalid("not a character map")
            }
            steps.append(.map(map))
        default: throw TokenizerError(.unsupported(component: "\(field.path).type", name: type))
        }
    }

    /// `BertNormalizer`, as the steps it consists of (`normalizers/bert.rs`).
    private static func readBert(_ field: Field, into steps: inout [Normalizer]) throws(TokenizerError) {
        let lowercases = try field.member("lowercase").bool()
        if try field.member("clean_text").bool() { steps.append(.filter(.bertCleaning)) }
        if try field.member("handle_chinese_chars").bool() { steps.append(.spaceChinese) }
        if try field.bool("strip_accents", default: lowercases) {
            steps.append(.form(.nfd))
            steps.append(.filter(.bertAccents))
        }
        if lowercases { steps.append(.lowercase) }
    }
}
