/// A token a word; a word that is none is the unknown token (`tokenizers` 0.23 `models/wordlevel`).
final class WordLevel: Sendable {
    let vocabulary: Vocabulary
    private let unknown: UInt32?

    init(_ vocabulary: Vocabulary, unknown: [UInt8]) {
        self.vocabulary = vocabulary
        self.unknown = vocabulary.id(of: unknown)
    }

    func encode(_ p: UnsafePointer<UInt8>, _ count: Int, _ scratch: EncodeScratch) {
        scratch.startPlacedWord(1)
        let id = vocabulary.find(p, count, isBytes: false) ?? unknown
        if id == nil { scratch.state.pointee.lacksUnknown = true }
        scratch.appendPlaced(id ?? 0, 0, count)
    }
}
