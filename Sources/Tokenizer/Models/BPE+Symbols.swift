extension BPE {
    /// The tokens `<0x00>` to `<0xFF>`, or `PairTable.none`.
    static func fallbacks(_ vocabulary: Vocabulary) -> [UInt32] {
        let digits = Array("0123456789ABCDEF".utf8)
        return (0..<256).map { byte in
            let text = Array("<0x".utf8) + [digits[byte >> 4], digits[byte & 15], UInt8(ascii: ">")]
            return vocabulary.id(of: text) ?? PairTable.none
        }
    }

    /// Whether some of these tokens are halves of pairs.
    static func mergesAny(_ tokens: [UInt32], _ merges: [PairTable.Merge], _ vocabulary: Vocabulary) -> Bool {
        var isOne = [Bool](repeating: false, count: vocabulary.limit)
        for token in tokens { isOne[Int(token)] = true }
        return merges.contains { isOne[Int($0.left)] || isOne[Int($0.right)] }
    }

    /// For each byte the tokens of its letter alone, with the prefix, with the suffix, and with both.
    static func affixedBytes(_ vocabulary: Vocabulary, _ options: Options) -> [UInt32] {
        (0..<1024).map { index in
            let letter = ByteAlphabet.encode([UInt8(index >> 2)])
            return vocabulary.id(of: affix(letter, index & 3, options)) ?? PairTable.none
        }
    }

    private static func affix(_ text: [UInt8], _ affixes: Int, _ options: Options) -> [UInt8] {
        (affixes & 1 != 0 ? options.prefix : []) + text + (affixes & 2 != 0 ? options.suffix : [])
    }

    /// The text that the library's model looks up for a character: its byte letters, or itself, with the affixes that
    /// it has there (1 the prefix, 2 the suffix).
    func spelling(_ p: UnsafePointer<UInt8>, _ width: Int, _ affixes: Int) -> [UInt8] {
        let bytes = UnsafeBufferPointer(start: p, count: width)
        return Self.affix(vocabulary.isByteLevel ? ByteAlphabet.encode(bytes) : Array(bytes), affixes, options)
    }

    /// The token of a character with its affixes, or `PairTable.none`.
    func affixed(_ p: UnsafePointer<UInt8>, _ width: Int, _ affixes: Int) -> UInt32 {
        if !affixed.isEmpty { return affixed[Int(p[0]) << 2 | affixes] }
        return vocabulary.id(of: spelling(p, width, affixes)) ?? PairTable.none
    }

    /// The symbols a word starts from: one for each character the vocabulary has, and for another its bytes, the
    /// unknown token, or nothing (`BPE::merge_word`).
    func symbols(_ p: UnsafePointer<UInt8>, _ count: Int, _ scratch: EncodeScratch) {
        // At most two symbols a byte: a byte letter of two bytes falls back to two tokens. With affixes come theirs.
        scratch.startWord((2 + options.prefix.count) * count + options.suffix.count + 1)
        let state = scratch.state
        state.pointee.isIrregular = false
        var unknown: UInt32 = 0
        func flush() {
            guard unknown > 0 else { return }
            state.pointee.word.append(options.unknown ?? 0, length: unknown)
            unknown = 0
        }
        var i = 0
        let isByteLevel = vocabulary.isByteLevel
        if options.hasAffixes { state.pointee.isIrregular = true }
        while i < count {
            let width = isByteLevel ? 1 : min(Scalars.width(p[i]), count - i)
            // Lengths count the bytes of the text the library's model sees, in which a byte letter has one or two.
            let length = isByteLevel && ByteAlphabet.scalars[Int(p[i])] >= 0x80 ? 2 : UInt32(width)
            let affixes = options.hasAffixes ? (i > 0 ? 1 : 0) + (i + width == count ? 2 : 0) : 0
            let id =
                options.hasAffixes
                ? self.affixed(p + i, width, affixes)
                : isByteLevel
                    ? byteTokens[Int(p[i])] : vocabulary.find(p + i, width, isBytes: false) ?? PairTable.none
            defer { i += width }
            if id != PairTable.none {
                flush()
                state.pointee.word.append(id, length: length)
                continue
            }
            state.pointee.isIrregular = true
            if options.usesByteFallback {
                let bytes = spelling(p + i, width, affixes)
                if bytes.allSatisfy({ fallbacks[Int($0)] != PairTable.none }) {
                    for byte in bytes { state.pointee.word.append(fallbacks[Int(byte)], length: 1) }
                    continue
                }
            }
            guard options.hasUnknown else { continue }
            if options.unknown == nil { state.pointee.lacksUnknown = true }
            if !options.fusesUnknown { flush() }
            unknown += length
        }
        flush()
    }
}
