/// The added tokens of a file and how they are found in a text (`tokenizers` 0.23 `added_vocabulary.rs`): first those
/// that are not normalized, in the text as given; then the others, in the normalized text between them.
final class AddedVocabulary: Sendable {
    /// A stretch of a text: an added token, or text between.
    struct Segment {
        var start: Int
        var end: Int
        /// An index into `tokens`, or -1 for text.
        var token: Int
    }

    /// By ascending id.
    let tokens: [AddedToken]
    /// What a token decodes to: its content, or for a normalized token the normalized content
    /// (`AddedVocabulary::simple_id_to_token`).
    let decoded: [[UInt8]]
    private let contentIDs: [[UInt8]: UInt32]
    /// The contents of all tokens, also of those that share an id, of which `tokens` has the last.
    var contents: some Collection<[UInt8]> { contentIDs.keys }

    /// For each id from the smallest to the largest the index of its added token, or -1.
    private let indexByID: FixedTable<Int32>
    private let firstID: UInt32
    private let special: Set<[UInt8]>
    /// Whether one of them begins with a byte.
    private let specialFirst: [Bool]
    private let raw: TokenTrie
    private let rawTokens: [Int]
    private let normalized: TokenTrie
    private let normalizedTokens: [Int]
    /// The flags of each token, which are looked at wherever one is found.
    private let traits: [Traits]

    private struct Traits {
        var isSingleWord: Bool
        var stripsLeft: Bool
        var stripsRight: Bool
    }

    /// Bytes of the longest token.
    let longest: Int

    /// `listed` in the order of the file; their ids there are ignored. A token that the vocabulary has keeps its id, the
    /// others are numbered on from the size of the vocabulary, whatever holes its ids have.
    ///
    /// Where two tokens look the same once normalized, the one with the lower id is found; the library picks one at
    /// random each time it loads the file.
    init(
        _ listed: [AddedToken], vocabulary: Vocabulary, normalizers: [Normalizer], keepsIDs: Bool = false
    ) throws(TokenizerError) {
        var ids = [[UInt8]: UInt32]()
        var byID = [UInt32: AddedToken]()
        var normalizedContent = [UInt32: [UInt8]]()
        var special = Set<[UInt8]>()
        var next = UInt32(truncatingIfNeeded: vocabulary.count)
        for var token in listed where !token.content.isEmpty {
            if keepsIDs {
                // A rank file is told its ids.
            } else if let id = ids[token.content] ?? vocabulary.id(of: token.content) {
                token.id = id
            } else {
                token.id = next
                next += 1
            }
            if byID[token.id] == token, ids[token.content] != nil { continue }
            if token.isNormalized, !normalizers.isEmpty {
                guard let content = Self.normalize(token.content, normalizers) else {
                    throw TokenizerError(
                        .invalid(path: "added_tokens", reason: "a token grows too long when normalized"))
                }
                // The library would find it between any two characters, which splits the text into those.
                if content.isEmpty {
                    let name = String(decoding: token.content, as: UTF8.self)
                    throw TokenizerError(
                        .invalid(path: "added_tokens", reason: "\"\(name)\" normalizes to nothing"))
                }
                if content != token.content { normalizedContent[token.id] = content }
            }
            ids[token.content] = token.id
            if token.isSpecial { special.insert(token.content) }
            byID[token.id] = token
        }
        let tokens = byID.values.sorted { $0.id < $1.id }
        let decoded = tokens.map { normalizedContent[$0.id] ?? $0.content }
        if decoded.reduce(0, { $0 + $1.count }) >= TokenTrie.limit {
            throw TokenizerError(.invalid(path: "added_tokens", reason: "more than 16 MB of text when normalized"))
        }
        self.tokens = tokens
        self.decoded = decoded
        contentIDs = ids
        let firstID = tokens.first?.id ?? 0
        self.firstID = firstID
        indexByID = FixedTable(count: (tokens.last?.id).map { Int($0 - firstID) + 1 } ?? 0, repeating: -1)
        for (i, token) in tokens.enumerated() { indexByID.base[Int(token.id - firstID)] = Int32(truncatingIfNeeded: i) }
        self.special = special
        var first = [Bool](repeating: false, count: 256)
        for content in special where !content.isEmpty { first[Int(content[0])] = true }
        specialFirst = first
        let rawTokens = tokens.indices.filter { !tokens[$0].isNormalized }
        let normalizedTokens = tokens.indices.filter { tokens[$0].isNormalized }
        raw = TokenTrie(rawTokens.map { tokens[$0].content })
        normalized = TokenTrie(normalizedTokens.map { decoded[$0] })
        self.rawTokens = rawTokens
        self.normalizedTokens = normalizedTokens
        traits = tokens.map {
            Traits(isSingleWord: $0.isSingleWord, stripsLeft: $0.stripsLeft, stripsRight: $0.stripsRight)
        }
        longest = tokens.reduce(0) { max($0, $1.content.count) }
    }

    private static func normalize(_ content: [UInt8], _ normalizers: [Normalizer]) -> [UInt8]? {
        content.withUnsafeBufferPointer { buffer in
            guard let base = buffer.baseAddress else { return [] }
            let text = NormalizedText(base, start: 0, end: buffer.count, keepsSpans: false)
            let result = Normalizer.apply(normalizers, to: text)
            // A trie of such tokens must stay small.
            return result.isTooLong || result.bytes.count > max(4096, 64 * content.count) ? nil : result.bytes
        }
    }

    func id(of content: [UInt8]) -> UInt32? { contentIDs[content] }
    @inline(__always)
    func index(of id: UInt32) -> Int? {
        guard id >= firstID, Int(id &- firstID) < indexByID.count else { return nil }
        let index = indexByID[Int(id &- firstID)]
        return index < 0 ? nil : Int(index)
    }
    /// Whether nothing in front of a token, which is not normalized, decides on it.
    func standsAlone(_ index: Int) -> Bool { !tokens[index].isSingleWord && !tokens[index].stripsLeft }
    func isSpecial(_ content: [UInt8]) -> Bool { special.contains(content) }

    /// The same, fast for texts that begin as no special token does.
    func isSpecial(_ content: ArraySlice<UInt8>) -> Bool {
        guard let first = content.first else { return special.contains([]) }
        return specialFirst[Int(first)] && special.contains(Array(content))
    }
    var hasRaw: Bool { !raw.isEmpty }
    var hasNormalized: Bool { !normalized.isEmpty }

    /// Whether what may be a token is in `start..<end` at all.
    func hasAny(_ p: UnsafePointer<UInt8>, _ start: Int, _ end: Int, normalized isNormalized: Bool) -> Bool {
        (isNormalized ? normalized : raw).find(p, from: start, to: end) != nil
    }

    /// Appends what `start..<end` is made of. With `normalized` the tokens are those of the normalized text.
    func split(
        _ p: UnsafePointer<UInt8>, _ start: Int, _ end: Int, normalized isNormalized: Bool, specialAsText: Bool,
        plain: PlainText, into segments: inout [Segment]
    ) {
        let trie = isNormalized ? normalized : raw
        let indices = isNormalized ? normalizedTokens : rawTokens
        var covered = start
        var from = start
        var plain = plain
        while let match = trie.find(p, from: from, to: end) {
            from = match.end
            let index = indices[match.pattern]
            if specialAsText, special.contains(tokens[index].content) { continue }
            if !plain.isEmpty, let next = plain.next(after: match.start..<match.end, tokens[index].content) {
                from = next
                continue
            }
            let token = traits[index]
            var tokenStart = match.start
            var tokenEnd = match.end
            if token.isSingleWord {
                if tokenStart > start, CharacterTraits.isWord(Scalars.decode(p + Scalars.before(p, tokenStart)).scalar)
                {
                    continue
                }
                if tokenEnd < end, CharacterTraits.isWord(Scalars.decode(p + tokenEnd).scalar) { continue }
            }
            if token.stripsLeft {
                // Never into what an earlier match took; that may already lie beyond this match.
                while tokenStart > max(covered, start) {
                    let before = Scalars.before(p, tokenStart)
                    if !CharacterTraits.isWhitespace(Scalars.decode(p + before).scalar) { break }
                    tokenStart = before
                }
                tokenStart = max(tokenStart, covered)
            }
            if token.stripsRight {
                while tokenEnd < end {
                    let (scalar, width) = Scalars.decode(p + tokenEnd)
                    if !CharacterTraits.isWhitespace(scalar) { break }
                    tokenEnd += width
                }
            }
            if covered < tokenStart { segments.append(Segment(start: covered, end: tokenStart, token: -1)) }
            if tokenStart < tokenEnd { segments.append(Segment(start: tokenStart, end: tokenEnd, token: index)) }
            covered = tokenEnd
        }
        if covered < end { segments.append(Segment(start: covered, end: end, token: -1)) }
    }
}
