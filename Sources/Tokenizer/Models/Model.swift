/// What makes tokens of a word.
enum Model: Sendable {
    case bpe(BPE)
    case unigram(Unigram)
    case wordPiece(WordPiece)
    case wordLevel(WordLevel)

    /// Appends the tokens of a word of one byte or more. `readable` counts the bytes that may be read at `p`.
    @inline(__always)
    func encode(_ p: UnsafePointer<UInt8>, _ count: Int, readable: Int, _ scratch: EncodeScratch) {
        switch self {
        case .bpe(let model): model.encode(p, count, readable: readable, scratch)
        case .unigram(let model): model.encode(p, count, scratch)
        case .wordPiece(let model): model.encode(p, count, scratch)
        case .wordLevel(let model): model.encode(p, count, scratch)
        }
    }
}
