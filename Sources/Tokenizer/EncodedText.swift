/// The tokens of one text before they are put together with others: which of them are kept, and where they came from.
struct EncodedText {
    private let tokenizer: Tokenizer
    private let scratch: EncodeScratch
    private let offsets: OffsetCollector?
    private let keepsWholeSpans: Bool
    private let text: UnsafeBufferPointer<UInt8>
    private(set) var kept: Range<Int>

    init(_ encoder: borrowing Encoder, _ text: UnsafeBufferPointer<UInt8>) {
        tokenizer = encoder.tokenizer
        scratch = encoder.scratch
        offsets = encoder.offsets
        keepsWholeSpans = encoder.options.wholeSpans
        self.text = text
        kept = 0..<scratch.count
    }

    /// Gives the working memory back. Nothing may be appended afterwards.
    func release() { tokenizer.scratches.give(scratch) }

    mutating func keep(_ count: Int, _ truncation: Truncation) {
        kept = truncation.range(min(count, kept.count), of: kept.count)
    }

    func append(to encoding: inout Encoding, _ trimmers: [OffsetTrimmer]) {
        encoding.ids += UnsafeBufferPointer(start: scratch.ids + kept.lowerBound, count: kept.count)
        guard let offsets else { return }
        var bytes = offsets.bytes
        var characters = text.baseAddress.map { offsets.characters($0, text.count) } ?? []
        for trimmer in trimmers {
            offsets.trim(&bytes, kept, trimmer)
            offsets.trim(&characters, kept, trimmer)
        }
        let range = (2 * kept.lowerBound)..<(2 * kept.upperBound)
        if keepsWholeSpans { encoding.wholeSpans += offsets.bytes[range] }
        encoding.byteOffsets += bytes[range]
        encoding.characterOffsets += characters[range]
    }
}
