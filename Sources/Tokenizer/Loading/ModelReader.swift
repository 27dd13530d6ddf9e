import JSON

/// The section `model`.
struct ModelReader {
    let field: Field
    /// Where the vocabulary and the merges are read straight from `bytes`.
    let sections: ModelSections?
    let bytes: UnsafeBufferPointer<UInt8>
    /// Where the tables are made already.
    let image: ImageReader?

    /// The model's type; the reference tries one after the other where the file does not say.
    func type() throws(TokenizerError) -> String {
        if let type = field.optional("type") { return try type.text() }
        if field.optional("merges") != nil { return "BPE" }
        if field.optional("vocab")?.value.array != nil { return "Unigram" }
        return field.optional("max_input_chars_per_word") == nil ? "WordLevel" : "WordPiece"
    }

    /// Nil where the sections turn out not to be regular, or the image is no such model's.
    func read(isByteLevel: Bool) throws(TokenizerError) -> (Vocabulary, Model)? {
        switch try type() {
        case "BPE": return try readBPE(isByteLevel: isByteLevel)
        case "Unigram": return try readUnigram()
        case "WordPiece":
            guard let vocabulary = try plainVocabulary() else { return nil }
            let options = WordPiece.Options(
                unknown: try field.member("unk_token").bytes(),
                prefix: try field.member("continuing_subword_prefix").bytes(),
                longestWord: try field.member("max_input_chars_per_word").count())
            let model = image.map { WordPiece(vocabulary, options, $0) } ?? WordPiece(vocabulary, options)
            return model.map { (vocabulary, .wordPiece($0)) }
        case "WordLevel":
            guard let vocabulary = try plainVocabulary() else { return nil }
            let unknown = try field.member("unk_token").bytes()
            let model =
                image.map { WordLevel(vocabulary, unknown: unknown, $0) } ?? WordLevel(vocabulary, unknown: unknown)
            return model.map { (vocabulary, .wordLevel($0)) }
        case let other: throw TokenizerError(.unsupported(component: "\(field.path).type", name: other))
        }
    }

    /// Of a model without merges.
    private func plainVocabulary() throws(TokenizerError) -> Vocabulary? {
        if let image { return Vocabulary(image).flatMap { $0.isByteLevel ? nil : $0 } }
        guard let sections else { return try Self.vocabulary(try field.member("vocab"), isByteLevel: false) }
        guard sections.merges == nil, let tokens = sections.tokens(in: bytes) else { return nil }
        try Self.check(tokens, try field.member("vocab"))
        let vocabulary = Vocabulary(tokens, isByteLevel: false)
        // Whatever else may be wrong is for the other way to say.
        return vocabulary.hasDuplicates || vocabulary.sharesIDs ? nil : vocabulary
    }

    private func readBPE(isByteLevel: Bool) throws(TokenizerError) -> (Vocabulary, Model)? {
        var options = BPE.Options()
        options.prefix = try field.optional("continuing_subword_prefix")?.bytes() ?? []
        options.suffix = try field.optional("end_of_word_suffix")?.bytes() ?? []
        if max(options.prefix.count, options.suffix.count) > 1000 {
            throw field.invalid("an affix of more than 1000 bytes")
        }
        if let dropout = field.optional("dropout") {
            guard let rate = dropout.value.double else { throw dropout.error("a number") }
            if rate != 0 { throw TokenizerError(.unsupported(component: dropout.path, name: "\(rate)")) }
        }
        let vocabulary: Vocabulary
        var merges: [PairTable.Merge] = []
        if let image {
            guard let found = Vocabulary(image), found.isByteLevel == isByteLevel else { return nil }
            vocabulary = found
        } else if let sections {
            guard options.prefix.isEmpty, let tokens = sections.tokens(in: bytes) else { return nil }
            vocabulary = Vocabulary(tokens, isByteLevel: isByteLevel)
            guard !vocabulary.hasDuplicates, let found = sections.merges(in: bytes, vocabulary) else { return nil }
            merges = found
        } else {
            vocabulary = try Self.vocabulary(try field.member("vocab"), isByteLevel: isByteLevel)
            merges = try Self.merges(try field.member("merges"), vocabulary, prefix: options.prefix)
        }
        options.ignoresMerges = try field.bool("ignore_merges", default: false)
        options.fusesUnknown = try field.bool("fuse_unk", default: false)
        options.usesByteFallback = try field.bool("byte_fallback", default: false)
        if let unknown = field.optional("unk_token") {
            options.hasUnknown = true
            options.unknown = vocabulary.id(of: try unknown.bytes())
        }
        if let image {
            return BPE(vocabulary: vocabulary, options: options, image).map { (vocabulary, .bpe($0)) }
        }
        if merges.count >= PairTable.rankLimit { throw field.invalid("more than \(PairTable.rankLimit) merges") }
        return (vocabulary, .bpe(BPE(vocabulary: vocabulary, merges: merges, options: options)))
    }

    private func readUnigram() throws(TokenizerError) -> (Vocabulary, Model)? {
        var options = Unigram.Options()
        options.usesByteFallback = try field.bool("byte_fallback", default: false)
        let unknown = field.optional("unk_id")
        options.unknown = try unknown?.id()
        if let image {
            guard let vocabulary = Vocabulary(image), !vocabulary.isByteLevel else { return nil }
            return Unigram(vocabulary, options, image).map { (vocabulary, .unigram($0)) }
        }
        guard let (tokens, scores) = try scoredTokens() else { return nil }
        if let unknown, let id = options.unknown, id >= tokens.count { throw unknown.invalid("not in the vocabulary") }
        let vocabulary = Vocabulary(tokens.reversed(), isByteLevel: false)
        return (vocabulary, .unigram(Unigram(vocabulary, scores, options)))
    }

    /// Pairs of a text and a score; an id is a position. Of equal texts the last counts.
    private func scoredTokens() throws(TokenizerError) -> (TokenList, [Double])? {
        let list = try field.member("vocab")
        var tokens = TokenList()
        var scores = [Double]()
        if let sections {
            guard sections.merges == nil, let found = sections.scoredTokens(in: bytes) else { return nil }
            (tokens, scores) = found
        } else {
            for (i, value) in try list.array().enumerated() {
                // The shortest text of the number is nearly always the one in the file.
                guard case .array(let pair) = value, pair.count == 2, let text = pair[0].stringBytes,
                    let score = pair[1].double.flatMap({ Score.value("\($0)".utf8) })
                else { throw TokenizerError(.invalid(path: "\(list.path)[\(i)]", reason: "not a text and a score")) }
                tokens.append(text, UInt32(truncatingIfNeeded: i))
                scores.append(score)
            }
        }
        if tokens.count > Vocabulary.idLimit { throw list.invalid("more than \(Vocabulary.idLimit) tokens") }
        try Self.check(tokens, list)
        return (tokens, scores)
    }

    private static func check(_ tokens: TokenList, _ field: Field) throws(TokenizerError) {
        if tokens.bytes.count > PrefixTree.limit {
            throw field.invalid("more than \(PrefixTree.limit) bytes of tokens")
        }
    }

    private static func vocabulary(_ field: Field, isByteLevel: Bool) throws(TokenizerError) -> Vocabulary {
        let members = try field.object().members
        var tokens = TokenList()
        for member in members {
            guard let integer = member.value.integer, integer >= 0, integer < Vocabulary.idLimit else {
                let name = "\(field.path)[\"\(String(decoding: member.key, as: UTF8.self))\"]"
                throw TokenizerError(
                    .field(
                        path: name, expected: "an id below \(Vocabulary.idLimit)",
                        found: member.value.integer.map { "\($0)" } ?? member.value.kind))
            }
            tokens.append(member.key, UInt32(truncatingIfNeeded: integer))
        }
        var isTaken = [Bool](repeating: false, count: tokens.ids.reduce(0) { max($0, Int($1) + 1) })
        for id in tokens.ids {
            if isTaken[Int(id)] { throw field.invalid("two tokens have the id \(id)") }
            isTaken[Int(id)] = true
        }
        try check(tokens, field)
        return Vocabulary(tokens, isByteLevel: isByteLevel)
    }

    private static func merges(
        _ field: Field, _ vocabulary: Vocabulary, prefix: [UInt8]
    ) throws(TokenizerError) -> [PairTable.Merge] {
        let values = try field.array()
        var merges = [PairTable.Merge]()
        merges.reserveCapacity(values.count)
        for (i, value) in values.enumerated() {
            let left: [UInt8]
            let right: [UInt8]
            switch value {
            case .string(let text):
                // The library takes such lines for comments of the older format.
                if text.starts(with: "#version".utf8) { continue }
                let parts = text.split(separator: 0x20, omittingEmptySubsequences: false)
                guard parts.count == 2 else {
                    throw TokenizerError(.invalid(path: "\(field.path)[\(i)]", reason: "not two tokens and one space"))
                }
                left = Array(parts[0])
                right = Array(parts[1])
            case .array(let pair):
                guard pair.count == 2, case .string(let a) = pair[0], case .string(let b) = pair[1] else {
                    throw TokenizerError(.invalid(path: "\(field.path)[\(i)]", reason: "not two strings"))
                }
                left = a
                right = b
            default:
                throw TokenizerError(
                    .field(path: "\(field.path)[\(i)]", expected: "a string or two", found: value.kind))
            }
            func id(_ token: [UInt8]) throws(TokenizerError) -> UInt32 {
                if let id = vocabulary.id(of: token) { return id }
                let name = String(decoding: token, as: UTF8.self)
                throw TokenizerError(
                    .invalid(path: "\(field.path)[\(i)]", reason: "\"\(name)\" is not in the vocabulary"))
            }
            if !prefix.isEmpty {
                // What is merged loses the prefix of its right half, by length alone (`BpeBuilder::build`).
                guard right.count >= prefix.count, right.count == prefix.count || right[prefix.count] & 0xC0 != 0x80
                else {
                    throw TokenizerError(
                        .invalid(path: "\(field.path)[\(i)]", reason: "the right half is shorter than the prefix"))
                }
            }
            let rank = UInt32(truncatingIfNeeded: merges.count)
            merges.append(
                .init(
                    left: try id(left), right: try id(right), merged: try id(left + right[prefix.count...]), rank: rank)
            )
        }
        return merges
    }
}
