/// Unigram: of all ways to cut a word into tokens the one with the highest sum of scores (`tokenizers` 0.23
/// `models/unigram/model.rs`, `encode_optimized`). One pass from the left keeps the best way to each position, so a word
/// of n bytes costs n times the length of the longest token that fits.
///
/// A character that is no token counts as unknown, ten below the lowest score. Unknown characters in a row are one
/// token, which may then turn out to be in the vocabulary after all; else it falls back to bytes, where the file says
/// so and has all of them. Sums are made in the same order as the library's, so they are the same to the last bit.
final class Unigram: Sendable {
    struct Options: Sendable {
        var unknown: UInt32?
        var usesByteFallback = false
    }

    let vocabulary: Vocabulary
    let words: WordTable
    private let scores: FixedTable<Double>
    private let unknown: UInt32?
    private let unknownScore: Double
    private let tree: PrefixTree
    /// `<0x00>` to `<0xFF>`, or `PairTable.none`.
    private let fallbacks: [UInt32]

    /// Scores by id.
    init(_ vocabulary: Vocabulary, _ scores: [Double], _ options: Options) {
        self.vocabulary = vocabulary
        self.scores = FixedTable(scores)
        unknown = options.unknown
        unknownScore = Self.unknownScore(self.scores)
        tree = PrefixTree(vocabulary) { vocabulary.content($0) }
        fallbacks = options.usesByteFallback ? BPE.fallbacks(vocabulary) : []
        words = WordTable(tokensOf: vocabulary)
        words.insertTokens(of: vocabulary) { if let p = $1.baseAddress { encode(p, $1.count, $2) } }
    }

    init?(_ vocabulary: Vocabulary, _ options: Options, _ image: ImageReader) {
        guard let scores = image.table(of: Double.self), let tree = PrefixTree(image), let words = WordTable(image),
            scores.count == vocabulary.limit, options.unknown ?? 0 < max(scores.count, 1)
        else { return nil }
        self.vocabulary = vocabulary
        unknown = options.unknown
        unknownScore = Self.unknownScore(scores)
        fallbacks = options.usesByteFallback ? BPE.fallbacks(vocabulary) : []
        (self.scores, self.tree, self.words) = (scores, tree, words)
    }

    func write(to image: inout ImageWriter) {
        image.add(scores)
        tree.write(to: &image)
        words.write(to: &image)
    }

    private static func unknownScore(_ scores: FixedTable<Double>) -> Double {
        (UnsafeBufferPointer(start: scores.base, count: scores.count).min() ?? .infinity) - 10
    }

    func encode(_ p: UnsafePointer<UInt8>, _ count: Int, _ scratch: EncodeScratch) {
        scratch.startPlacedWord(count)
        let path = scratch.path(count + 1)
        path[0] = .init(score: 0, start: 0, id: 0)
        for i in 1...count { path[i] = .init(score: 0, start: -1, id: 0) }
        var lacksUnknown = false
        var start = 0
        while start < count {
            let score = path[start].score
            let width = Scalars.width(p[start])
            var isToken = false
            @inline(__always)
            func offer(_ end: Int, _ candidate: Double, _ id: UInt32) {
                if path[end].start < 0 || candidate > path[end].score {
                    path[end] = .init(score: candidate, start: Int32(truncatingIfNeeded: start), id: id)
                }
            }
            tree.prefixes(p + start, count &- start) { length, id in
                offer(start &+ length, scores[Int(id)] + score, id)
                if length == width { isToken = true }
            }
            if !isToken {
                let end = start &+ width
                if unknown == nil, path[end].start < 0 || unknownScore + score > path[end].score {
                    lacksUnknown = true
                }
                offer(end, unknownScore + score, unknown ?? 0)
            }
            start &+= width
        }
        if lacksUnknown {
            scratch.state.pointee.lacksUnknown = true
            return
        }
        // Turns the links round, so that the way can be walked from the left.
        var end = count
        var next = count
        while end > 0 {
            let start = Int(path[end].start)
            let id = path[end].id
            path[end].start = Int32(truncatingIfNeeded: next)
            path[end].id = id
            next = end
            end = start
        }
        emit(p, count, first: next, path, scratch)
    }

    /// Walks the best way. `path[e].start` is now the end of the token after the one that ends at `e`.
    private func emit(
        _ p: UnsafePointer<UInt8>, _ count: Int, first: Int, _ path: UnsafeMutablePointer<EncodeScratch.Step>,
        _ scratch: EncodeScratch
    ) {
        var start = 0
        var end = first
        while start < count {
            if let unknown, path[end].id == unknown {
                while end < count, path[Int(path[end].start)].id == unknown { end = Int(path[end].start) }
                emitUnknown(p, start, end, scratch)
            } else {
                scratch.appendPlaced(path[end].id, start, end &- start)
            }
            start = end
            end = Int(path[end].start)
        }
    }

    private func emitUnknown(_ p: UnsafePointer<UInt8>, _ start: Int, _ end: Int, _ scratch: EncodeScratch) {
        if let id = vocabulary.find(p + start, end - start, isBytes: false) {
            scratch.appendPlaced(id, start, end - start)
            return
        }
        if !fallbacks.isEmpty, (start..<end).allSatisfy({ fallbacks[Int(p[$0])] != PairTable.none }) {
            for i in start..<end { scratch.appendPlaced(fallbacks[Int(p[i])], start, end - start) }
            return
        }
        scratch.appendPlaced(unknown ?? 0, start, end - start, isText: true)
    }
}
