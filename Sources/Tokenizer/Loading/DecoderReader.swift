/// The section `decoder`.
enum DecoderReader {
    static func read(_ field: Field, into steps: inout [Decoder], depth: Int = 0) throws(TokenizerError) {
        let type = try field.type()
        switch type {
        case "Sequence":
            if depth >= 16 { throw field.invalid("sequences nest too deeply") }
            for element in try field.member("decoders").elements() {
                try read(element, into: &steps, depth: depth + 1)
            }
        case "ByteLevel": steps.append(.byteLevel)
        case "ByteFallback": steps.append(.byteFallback)
        case "Fuse": steps.append(.fuse)
        case "Replace":
            let pattern = try field.member("pattern")
            guard let text = pattern.optional("String") else {
                throw TokenizerError(.unsupported(component: pattern.path, name: "Regex"))
            }
            if try text.bytes().isEmpty { throw text.invalid("an empty pattern") }
            steps.append(.replace(try text.bytes(), with: try field.member("content").bytes()))
        case "Strip":
            let content = try field.member("content")
            let scalars = Scalars.array(try content.bytes())
            guard scalars.count == 1 else { throw content.invalid("not one character") }
            steps.append(
                .strip(
                    scalars[0], start: try field.member("start").count(), stop: try field.member("stop").count()))
        default: throw TokenizerError(.unsupported(component: "\(field.path).type", name: type))
        }
    }
}
