/// A token a word; a word that is none is the unknown token (`tokenizers` 0.23 `models/wordlevel`).
final class WordLevel: Sendable {
    let vocabulary: Vocabulary
    let words: WordTable
    private let unknown: UInt32?

    init(_ vocabulary: Vocabulary, unknown: [UInt8]) {
        self.vocabulary = vocabulary
        self.unknown = vocabulary.id(of: unknown)
        words = WordTable(tokensOf: vocabulary)
        words.insertTokens(of: vocabulary) { if let p = $1.baseAddress { encode(p, $1.count, $2) } }
    }

    init?(_ vocabulary: Vocabulary, unknown: [UInt8], _ image: ImageReader) {
        guard let words = WordTable(image) else { return nil }
        self.vocabulary = vocabulary
        self.unknown = vocabulary.id(of: unknown)
        self.words = words
    }

    func write(to image: inout ImageWriter) { words.write(to: &image) }

    func encode(_ p: UnsafePointer<UInt8>, _ count: Int, _ scratch: EncodeScratch) {
        scratch.startPlacedWord(1)
        let id = vocabulary.find(p, count, isBytes: false) ?? unknown
        if id == nil { scratch.state.pointee.lacksUnknown = true }
        scratch.appendPlaced(id ?? 0, 0, count)
    }
}
