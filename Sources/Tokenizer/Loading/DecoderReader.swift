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
            let content = try field.member("content").bytes()
            switch try PatternReader.read(try field.member("pattern")) {
            case .text(let text): steps.append(.replace(text, with: content))
            case .program(let program): steps.append(.replacePattern(program, with: content))
            }
        case "WordPiece":
            steps.append(
                .wordPiece(
                    prefix: try field.member("prefix").bytes(), cleans: try field.member("cleanup").bool()))
        case "BPEDecoder": steps.append(.suffix(try field.member("suffix").bytes()))
        case "CTC":
            steps.append(
                .ctc(
                    padding: try field.member("pad_token").bytes(),
                    delimiter: try field.member("word_delimiter_token").bytes(),
                    cleans: try field.member("cleanup").bool()))
        case "Metaspace":
            let metaspace = try SplitReader.metaspace(field)
            steps.append(.metaspace(metaspace.replacement, dropsFirst: metaspace.scheme != .never))
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
