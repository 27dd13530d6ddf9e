/// WordPiece: from the left the longest token, the later ones among those with a prefix; a word that this does not cover,
/// or that is too long, is one unknown token (`tokenizers` 0.23 `models/wordpiece`).
final class WordPiece: Sendable {
    struct Options: Sendable {
        var unknown: [UInt8]
        var prefix: [UInt8]
        var longestWord: Int
    }

    let vocabulary: Vocabulary
    let words: WordTable
    private let options: Options
    private let unknown: UInt32?
    private let first: PrefixTree
    private let later: PrefixTree

    init(_ vocabulary: Vocabulary, _ options: Options) {
        self.vocabulary = vocabulary
        self.options = options
        unknown = vocabulary.id(of: options.unknown)
        func tree(_ prefix: [UInt8]) -> PrefixTree {
            PrefixTree(vocabulary) { id in
                guard vocabulary.content(id).starts(with: prefix) else { return nil }
                return UnsafeBufferPointer(rebasing: vocabulary.content(id)[prefix.count...])
            }
        }
        first = tree([])
        later = tree(options.prefix)
        words = WordTable(tokensOf: vocabulary)
        words.insertTokens(of: vocabulary) { id, content, scratch in
            guard let p = content.baseAddress else { return }
            // None is longer.
            if vocabulary.isOneToOne, content.count <= options.longestWord {
                scratch.append(id)
            } else {
                encode(p, content.count, scratch)
            }
        }
    }

    init?(_ vocabulary: Vocabulary, _ options: Options, _ image: ImageReader) {
        guard let first = PrefixTree(image), let later = PrefixTree(image), let words = WordTable(image) else {
            return nil
        }
        self.vocabulary = vocabulary
        self.options = options
        unknown = vocabulary.id(of: options.unknown)
        (self.first, self.later, self.words) = (first, later, words)
    }

    func write(to image: inout ImageWriter) {
        first.write(to: &image)
        later.write(to: &image)
        words.write(to: &image)
    }

    func encode(_ p: UnsafePointer<UInt8>, _ count: Int, _ scratch: EncodeScratch) {
        scratch.startPlacedWord(count)
        let before = scratch.count
        var characters = 0
        for i in 0..<count where p[i] & 0xC0 != 0x80 { characters &+= 1 }
        var start = 0
        while characters <= options.longestWord, start < count {
            var found: (length: Int, id: UInt32)?
            (start == 0 ? first : later).prefixes(p + start, count &- start) { found = ($0, $1) }
            guard let found else { break }
            scratch.appendPlaced(found.id, start, found.length)
            start &+= found.length
        }
        if start == count { return }
        scratch.state.pointee.count = before
        scratch.startPlacedWord(1)
        if unknown == nil { scratch.state.pointee.lacksUnknown = true }
        scratch.appendPlaced(unknown ?? 0, 0, count)
    }
}
