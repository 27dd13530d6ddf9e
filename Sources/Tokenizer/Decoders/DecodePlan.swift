/// How tokens become text where no token's text depends on others, but on whether it is the first: then a table can say what each
/// becomes. Names of bytes in a row are put together when they are met.
struct DecodePlan: Sendable {
    /// Of a byte-level vocabulary: contents one after the other, made valid at the end.
    private(set) var isByteLevel = false
    /// Without decoders: a space stands between tokens.
    private(set) var spaces = false
    /// What is done to each token, as `TokenTexts` does it.
    private(set) var steps: [Decoder] = []
    /// Whether tokens that then name bytes become these.
    private(set) var fallsBack = false
    /// What is taken off the beginning of the whole text, and at most how often.
    private(set) var stripped: (character: [UInt8], count: Int) = ([], 0)

    /// Nil where the decoders are no such ones. Nil decoders are those of a file that has none.
    init?(_ decoders: [Decoder]?, isByteLevel isVocabulary: Bool) {
        guard let decoders else {
            spaces = true
            return
        }
        if decoders.count == 1, case .byteLevel = decoders[0], isVocabulary {
            isByteLevel = true
            return
        }
        var rest = decoders[...]
        while let step = rest.first, Self.isOfOneToken(step) { steps.append(rest.removeFirst()) }
        if case .byteFallback = rest.first {
            fallsBack = true
            rest.removeFirst()
        }
        if case .fuse = rest.first {
            rest.removeFirst()
            if case .strip(let scalar, let start, stop: 0) = rest.first {
                Scalars.append(scalar, to: &stripped.character)
                stripped.count = start
                rest.removeFirst()
            }
        }
        if !rest.isEmpty || fallsBack && firstDiffers { return nil }
    }

    private static func isOfOneToken(_ step: Decoder) -> Bool {
        switch step {
        case .replace, .replacePattern, .strip, .wordPiece, .metaspace: true
        default: false
        }
    }

    /// Whether the first token may become something else than it would behind others.
    var firstDiffers: Bool {
        spaces
            || steps.contains {
                switch $0 {
                case .wordPiece, .metaspace(_, dropsFirst: true): true
                default: false
                }
            }
    }

    /// What a token becomes that is the first.
    func first(_ text: [UInt8]) -> [UInt8] {
        var texts = TokenTexts()
        texts.append(text)
        for step in steps { texts = texts.apply(step) }
        return texts.bytes
    }

    /// What tokens become that are not the first. Nil where one grows so much that decoding could fail for it, which a table does not tell.
    func others(_ texts: TokenTexts) -> TokenTexts? {
        if spaces { return texts.map { text, result in result.append([0x20] + text) } }
        var texts = texts
        texts.limit = TokenTexts.growth * texts.bytes.count
        // Behind a first one.
        var changed = TokenTexts()
        changed.append([])
        changed.append(texts)
        changed.limit = texts.limit
        for step in steps {
            changed = changed.apply(step)
            if changed.isTooLong { return nil }
            for (i, length) in changed.lengths.dropFirst().enumerated()
            where length > TokenTexts.growth * texts.length(i) {
                return nil
            }
        }
        return changed.dropFirst()
    }

    /// How many bytes of a text's beginning are to be taken off.
    func strippedLength(_ text: UnsafeBufferPointer<UInt8>) -> Int {
        var length = 0
        for _ in 0..<stripped.count {
            guard text[length...].starts(with: stripped.character) else { break }
            length += stripped.character.count
        }
        return length
    }
}
