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
            let pattern = try field.member("pattern")
            guard let text = pattern.optional("String") else {
                throw TokenizerError(.unsupported(component: pattern.path, name: "Regex"))
            }
            if try text.bytes().isEmpty { throw text.invalid("an empty pattern") }
            steps.append(.replace(try text.bytes(), with: try field.member("content").bytes()))
        default: throw TokenizerError(.unsupported(component: "\(field.path).type", name: type))
        }
    }
}
