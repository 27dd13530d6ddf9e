/// What the post-processors make of one text or of two, worked out once when the file is loaded: in which order the texts
/// and the added tokens come, and what happens to the offsets.
///
/// The library runs its processors over a list of encodings, one a text at first; a template leaves one for each of its
/// places, and what comes next sees those (`tokenizer/mod.rs` `post_process`, `processors/*.rs`).
struct Assembly: Sendable {
    struct Part: Sendable {
        enum Content: Sendable {
            case token(UInt32)
            /// All tokens of the first or the second text.
            case text(Int)
        }
        var content: Content
        var type: UInt32
        /// What the special tokens mask says of it.
        var isSpecial = false
        var trimmers: [OffsetTrimmer] = []
    }

    private(set) var parts: [Part]
    /// How many tokens truncation leaves room for.
    let added: Int

    /// Nil where the library gives up: a template for another number of texts.
    init?(_ processors: [PostProcessor], isPair: Bool, addsTokens: Bool) {
        var encodings: [[Part]] = [[Part(content: .text(0), type: 0)]]
        if isPair { encodings.append([Part(content: .text(1), type: 1)]) }
        var added = 0
        for processor in processors {
            if addsTokens { added += processor.added(isPair: isPair) }
            switch processor {
            case .trimOffsets(let prefixSpace):
                for i in encodings.indices { Self.trim(&encodings[i], prefixSpace) }
            case .bert(let first, let separator):
                guard addsTokens else { continue }
                for i in encodings.indices {
                    Self.surround(
                        &encodings[i], i == 0 ? first : nil, separator, type: i == 0 ? 0 : 1)
                }
            case .roberta(let first, let separator):
                for i in encodings.indices {
                    for k in encodings[i].indices { encodings[i][k].type = 0 }
                    if addsTokens { Self.surround(&encodings[i], i == 0 ? first : separator, separator, type: 0) }
                }
            case .template(let single, let pair):
                guard encodings.count <= 2 else { return nil }
                guard let slots = encodings.count == 2 ? pair : single,
                    let filled = Self.fill(slots, encodings, addsTokens)
                else { return nil }
                encodings = filled
            }
        }
        parts = Array(encodings.joined())
        // Only a hostile file repeats a text that often.
        if parts.count(where: { if case .text = $0.content { true } else { false } }) > 16 { return nil }
        self.added = added
    }

    private static func trim(_ encoding: inout [Part], _ prefixSpace: Bool) {
        for i in encoding.indices {
            guard case .text = encoding[i].content else { continue }
            encoding[i].trimmers.append(OffsetTrimmer(prefixSpace: prefixSpace, startsEncoding: i == 0))
        }
    }

    /// What stood inside before no longer counts as special.
    private static func surround(_ encoding: inout [Part], _ first: UInt32?, _ last: UInt32, type: UInt32) {
        for i in encoding.indices { encoding[i].isSpecial = false }
        if let first { encoding.insert(Part(content: .token(first), type: type, isSpecial: true), at: 0) }
        encoding.append(Part(content: .token(last), type: type, isSpecial: true))
    }

    private static func fill(_ slots: [PostProcessor.Slot], _ encodings: [[Part]], _ addsTokens: Bool) -> [[Part]]? {
        var filled = [[Part]]()
        for slot in slots {
            switch slot {
            case .text(let index, let type):
                guard index < encodings.count else { return nil }
                filled.append(
                    encodings[index].map { part in
                        var part = part
                        part.type = type
                        return part
                    })
            case .tokens(let ids, let type):
                if !addsTokens { continue }
                filled.append(ids.map { Part(content: .token($0), type: type, isSpecial: true) })
            }
        }
        return filled
    }
}
