import Bytes

extension Tokenizer {
    public struct EncodeOptions: Sendable {
        /// Adds what the post-processor adds, a beginning-of-text token for instance.
        public var addSpecialTokens: Bool
        /// Does not recognise special added tokens in the text (`encode_special_tokens` of the library). Other added
        /// tokens are recognised, though not inside the text of a special one.
        public var specialTokensAsText: Bool
        /// Reports where each token came from. Costs time and memory, so it is off.
        public var offsets: Bool

        public init(addSpecialTokens: Bool = true, specialTokensAsText: Bool = false, offsets: Bool = false) {
            self.addSpecialTokens = addSpecialTokens
            self.specialTokensAsText = specialTokensAsText
            self.offsets = offsets
        }
    }

    /// Offsets are of 32 bits, and links between symbols signed.
    static let textLimit = Int(Int32.max) - 1

    public func encode(
        _ text: UnsafeBufferPointer<UInt8>, options: EncodeOptions = EncodeOptions()
    ) throws(TokenizerError) -> Encoding {
        var encoding = Encoding()
        let encoder = try run(text, options)
        let before = options.addSpecialTokens ? prefix : []
        let after = options.addSpecialTokens ? suffix : []
        encoding.ids.reserveCapacity(encoder.scratch.count + before.count + after.count)
        encoding.ids += before
        encoding.ids += UnsafeBufferPointer(start: encoder.scratch.ids, count: encoder.scratch.count)
        encoding.ids += after
        guard let offsets = encoder.offsets else { return encoding }
        var bytes = offsets.bytes
        var characters = text.baseAddress.map { offsets.characters($0, text.count) } ?? []
        for case .trimOffsets(let prefixSpace) in processors {
            offsets.trim(&bytes, prefixSpace: prefixSpace)
            offsets.trim(&characters, prefixSpace: prefixSpace)
        }
        let zerosBefore = [UInt32](repeating: 0, count: 2 * before.count)
        let zerosAfter = [UInt32](repeating: 0, count: 2 * after.count)
        encoding.byteOffsets = zerosBefore + bytes + zerosAfter
        encoding.characterOffsets = zerosBefore + characters + zerosAfter
        encoding.specialTokensMask =
            before.map { _ in 1 } + [UInt8](repeating: 0, count: encoder.scratch.count) + after.map { _ in 1 }
        return encoding
    }

    public func encode(
        _ text: [UInt8], options: EncodeOptions = EncodeOptions()
    ) throws(TokenizerError) -> Encoding {
        try text.withUnsafeBufferPointer { buffer throws(TokenizerError) in try encode(buffer, options: options) }
    }

    /// The ids alone, appended; no offsets whatever the options say. Nothing is appended on an error.
    public func encode(
        _ text: UnsafeBufferPointer<UInt8>, options: EncodeOptions = EncodeOptions(), appendingTo ids: inout [UInt32]
    ) throws(TokenizerError) {
        var options = options
        options.offsets = false
        let encoder = try run(text, options)
        if options.addSpecialTokens { ids += prefix }
        ids += UnsafeBufferPointer(start: encoder.scratch.ids, count: encoder.scratch.count)
        if options.addSpecialTokens { ids += suffix }
    }

    private func run(
        _ text: UnsafeBufferPointer<UInt8>, _ options: EncodeOptions
    ) throws(TokenizerError) -> Encoder {
        if text.count > Self.textLimit {
            throw TokenizerError(.textTooLong(count: text.count, limit: Self.textLimit))
        }
        if let offset = UTF8Check.firstInvalid(text) { throw TokenizerError(.invalidUTF8(offset: offset)) }
        var encoder = Encoder(self, options, expected: text.count / 3 + 64)
        if let base = text.baseAddress { encoder.encode(base, text.count) }
        if let limit = encoder.normalizedLimit {
            throw TokenizerError(.growsTooLong(limit: limit))
        }
        if encoder.scratch.state.pointee.lacksUnknown {
            throw TokenizerError(.invalid(path: "model.unk_token", reason: "it is needed and not in the vocabulary"))
        }
        return encoder
    }
}
