/// What makes tokens of a word.
enum Model: Sendable {
    case bpe(BPE)
    case unigram(Unigram)
    case wordPiece(WordPiece)
    case wordLevel(WordLevel)

    /// Words whose tokens are known.
    var words: WordTable {
        switch self {
        case .bpe(let model): model.words
        case .unigram(let model): model.words
        case .wordPiece(let model): model.words
        case .wordLevel(let model): model.words
        }
    }

    func write(to image: inout ImageWriter) {
        switch self {
        case .bpe(let model): model.write(to: &image)
        case .unigram(let model): model.write(to: &image)
        case .wordPiece(let model): model.write(to: &image)
        case .wordLevel(let model): model.write(to: &image)
        }
    }

    /// Whether the tokens of any word are the bytes of the word, one after the other.
    var coversBytes: Bool {
        if case .bpe(let model) = self { return model.coversBytes && !model.vocabulary.sharesIDs }
        return false
    }

    /// Appends the tokens of a word of one byte or more.
    @inline(__always)
    func encode(_ p: UnsafePointer<UInt8>, _ count: Int, _ scratch: EncodeScratch) {
        switch self {
        case .bpe(let model): model.encode(p, count, scratch)
        case .unigram(let model): model.encode(p, count, scratch)
        case .wordPiece(let model): model.encode(p, count, scratch)
        case .wordLevel(let model): model.encode(p, count, scratch)
        }
    }
}
