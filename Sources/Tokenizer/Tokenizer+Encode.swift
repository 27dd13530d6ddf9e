import Bytes

extension Tokenizer {
    public struct EncodeOptions: Sendable {
        /// Adds what the post-processor adds, a beginning-of-text token for instance.
        public var addSpecialTokens: Bool
        /// Does not recognise special added tokens in the text (`encode_special_tokens` of the library). Other added
        /// tokens are recognised, though not inside the text of a special one.
        public var specialTokensAsText: Bool
        /// Where in the text no added token is recognised: in ascending order, not overlapping. A token that holds a byte of
        /// such a range is none. Runs of white space, which some vocabularies add as words, are recognised everywhere.
        public var plainRanges: [Range<Int>] = []
        /// Reports where each token came from. Costs time and memory, so it is off.
        public var offsets: Bool
        /// With `offsets`: reports `wholeSpans`, too.
        public var wholeSpans = false
        /// Does what the sections `truncation` and `padding` of the file say. The library always does; whoever encodes
        /// a chat never wants it.
        public var appliesTruncationAndPadding: Bool
        /// Whether words and stretches of text are remembered from call to call. What a text is encoded to does not depend on it.
        public var usesCaches = true

        public init(
            addSpecialTokens: Bool = true, specialTokensAsText: Bool = false, offsets: Bool = false,
            appliesTruncationAndPadding: Bool = false
        ) {
            self.addSpecialTokens = addSpecialTokens
            self.specialTokensAsText = specialTokensAsText
            self.offsets = offsets
            self.appliesTruncationAndPadding = appliesTruncationAndPadding
        }
    }

    /// Offsets are of 32 bits, and links between symbols signed.
    static let textLimit = Int(Int32.max) - 1

    public func encode(
        _ text: UnsafeBufferPointer<UInt8>, options: EncodeOptions = EncodeOptions()
    ) throws(TokenizerError) -> Encoding {
        try padded([try assembled(text, nil, options)], options)[0]
    }

    public func encode(
        _ text: [UInt8], options: EncodeOptions = EncodeOptions()
    ) throws(TokenizerError) -> Encoding {
        try text.withUnsafeBufferPointer { buffer throws(TokenizerError) in try encode(buffer, options: options) }
    }

    /// Two texts, put together as the post-processor does with a pair; offsets are relative to the text of each token.
    public func encode(
        _ text: [UInt8], pair: [UInt8], options: EncodeOptions = EncodeOptions()
    ) throws(TokenizerError) -> Encoding {
        try padded([try assembled(text, pair, options)], options)[0]
    }

    /// Each text by itself; padding, where it is applied, is to the longest.
    public func encode(
        batch: [[UInt8]], options: EncodeOptions = EncodeOptions()
    ) throws(TokenizerError) -> [Encoding] {
        var encodings = [Encoding]()
        encodings.reserveCapacity(batch.count)
        for text in batch { encodings.append(try assembled(text, nil, options)) }
        return try padded(encodings, options)
    }

    /// The ids alone, written to `room` as far as they fit; returns how many they are. Nothing is allocated for a short
    /// text.
    public func encode(
        _ text: UnsafeBufferPointer<UInt8>, options: EncodeOptions = EncodeOptions(),
        into room: UnsafeMutableBufferPointer<UInt32>
    ) throws(TokenizerError) -> Int {
        var options = options
        options.offsets = false
        var count = 0
        func put(_ ids: UnsafeBufferPointer<UInt32>) {
            let fitting = min(ids.count, max(room.count - count, 0))
            if fitting > 0, let from = ids.baseAddress, let to = room.baseAddress {
                (to + count).update(from: from, count: fitting)
            }
            count += ids.count
        }
        if options.appliesTruncationAndPadding {
            try encode(text, options: options).ids.withUnsafeBufferPointer(put)
            return count
        }
        let parts = try assembly(isPair: false, options).parts
        // Tokens of a text that is all there is go where they belong at once.
        if parts.count == 1, case .text = parts[0].content, text.count >= Self.borrowing, room.count >= text.count {
            let encoder = try run(text, options, into: room)
            let count = encoder.scratch.count
            if !encoder.scratch.giveBack() { put(UnsafeBufferPointer(start: encoder.scratch.ids, count: count)) }
            scratches.give(encoder.scratch)
            return count
        }
        let encoder = try run(text, options)
        for part in parts {
            switch part.content {
            case .token(let id): withUnsafePointer(to: id) { put(UnsafeBufferPointer(start: $0, count: 1)) }
            case .text: put(UnsafeBufferPointer(start: encoder.scratch.ids, count: encoder.scratch.count))
            }
        }
        scratches.give(encoder.scratch)
        return count
    }

    /// Shorter texts have fewer tokens than room is made for at a time, and are copied sooner.
    private static let borrowing = 1 << 13

    private func padded(_ encodings: [Encoding], _ options: EncodeOptions) throws(TokenizerError) -> [Encoding] {
        guard options.appliesTruncationAndPadding, let padding else { return encodings }
        let target = padding.target(longest: encodings.reduce(0) { max($0, $1.ids.count) })
        var encodings = encodings
        for i in encodings.indices { padding.apply(to: &encodings[i], target: target, details: options.offsets) }
        return encodings
    }

    private func assembly(isPair: Bool, _ options: EncodeOptions) throws(TokenizerError) -> Assembly {
        if !isPair { return options.addSpecialTokens ? single : plainSingle }
        guard let assembly = options.addSpecialTokens ? pair : plainPair else {
            throw TokenizerError(.invalid(path: "post_processor", reason: "it has no place for two texts"))
        }
        return assembly
    }

    private func assembled(
        _ text: [UInt8], _ second: [UInt8]?, _ options: EncodeOptions
    ) throws(TokenizerError) -> Encoding {
        try text.withUnsafeBufferPointer { text throws(TokenizerError) in
            guard let second else { return try assembled(text, nil, options) }
            return try second.withUnsafeBufferPointer { second throws(TokenizerError) in
                try assembled(text, second, options)
            }
        }
    }

    private func assembled(
        _ text: UnsafeBufferPointer<UInt8>, _ second: UnsafeBufferPointer<UInt8>?, _ options: EncodeOptions
    ) throws(TokenizerError) -> Encoding {
        let assembly = try assembly(isPair: second != nil, options)
        var texts = [EncodedText(try run(text, options), text)]
        if let second { texts.append(EncodedText(try run(second, options), second)) }
        if options.appliesTruncationAndPadding, let truncation {
            let counts = try truncation.counts(
                texts[0].kept.count, texts.count > 1 ? texts[1].kept.count : nil,
                added: assembly.added)
            texts[0].keep(counts.0, truncation)
            if let count = counts.1 { texts[1].keep(count, truncation) }
        }
        var encoding = Encoding()
        encoding.ids.reserveCapacity(texts.reduce(assembly.parts.count) { $0 + $1.kept.count })
        for part in assembly.parts {
            let count: Int
            switch part.content {
            case .token(let id):
                encoding.ids.append(id)
                count = 1
                if options.offsets {
                    encoding.byteOffsets += [0, 0]
                    encoding.characterOffsets += [0, 0]
                    if options.wholeSpans { encoding.wholeSpans += [0, 0] }
                }
            case .text(let index):
                count = texts[index].kept.count
                texts[index].append(to: &encoding, part.trimmers)
            }
            if !options.offsets { continue }
            encoding.typeIDs += repeatElement(part.type, count: count)
            encoding.specialTokensMask += repeatElement(part.isSpecial ? 1 : 0, count: count)
            encoding.attentionMask += repeatElement(1, count: count)
        }
        for text in texts { text.release() }
        return encoding
    }

    /// Encodes a text from `start` on, which is its beginning or where an added token begins in text that was encoded before.
    func run(
        _ text: UnsafeBufferPointer<UInt8>, _ options: EncodeOptions, from start: Int = 0, marks: Bool = false,
        into room: UnsafeMutableBufferPointer<UInt32>? = nil
    ) throws(TokenizerError) -> Encoder {
        if text.count > Self.textLimit {
            throw TokenizerError(.textTooLong(count: text.count, limit: Self.textLimit))
        }
        if let offset = UTF8Check.firstInvalid(UnsafeBufferPointer(rebasing: text[start...])) {
            throw TokenizerError(.invalidUTF8(offset: start + offset))
        }
        var encoder = Encoder(self, options, expected: room == nil ? (text.count - start) / 3 + 64 : 64)
        if let room { encoder.scratch.borrow(room) }
        if marks { encoder.marks = [] }
        if let base = text.baseAddress { encoder.encode(base, from: start, text.count) }
        if let limit = encoder.normalizedLimit {
            throw TokenizerError(.growsTooLong(limit: limit))
        }
        if encoder.scratch.state.pointee.lacksUnknown {
            throw TokenizerError(.invalid(path: "model.unk_token", reason: "it is needed and not in the vocabulary"))
        }
        return encoder
    }
}
