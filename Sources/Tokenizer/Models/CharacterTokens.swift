/// For each character of two or three bytes the token that a word may start from instead of its bytes.
///
/// In a vocabulary of characters that is the character's token. In one of bytes it is what they merge to before anything else can
/// happen to them, which is proven for each character on its own. Let R be the highest rank that merging its bytes alone uses. If no
/// merge that takes an outer part of it (its first byte or first two bytes as a right half, its last byte or last two
/// as a left half) nor one that takes the whole has a rank below R, then in any word its next inner merge always comes
/// before those, and having the whole early makes nothing else possible early. Where the proof fails the bytes are used.
/// (A merge whose right half starts with a continuation byte cannot take the end of a character: text is UTF-8.)
final class CharacterTokens: Sendable {
    private let tokens: FixedTable<UInt32>

    init?(_ image: ImageReader) {
        guard let tokens = image.table(of: UInt32.self), tokens.count == 0x10000 else { return nil }
        self.tokens = tokens
    }

    func write(to image: inout ImageWriter) { image.add(tokens) }

    init(vocabulary: Vocabulary, pairs: PairTable, bytes: FixedTable<UInt32>) {
        tokens = FixedTable(count: 0x10000, repeating: PairTable.none)
        let isByteLevel = vocabulary.isByteLevel
        for id in 0..<UInt32(vocabulary.limit) where vocabulary.contains(id) && vocabulary.isBytes(id) == isByteLevel {
            let content = vocabulary.content(id)
            guard content.count == 2 || content.count == 3, let p = content.baseAddress else { continue }
            guard p[0] >= 0xC2, p[0] < 0xF0, Scalars.width(p[0]) == content.count else { continue }
            guard content.dropFirst().allSatisfy({ $0 & 0xC0 == 0x80 }) else { continue }
            // Two tokens may have one content; only the one that is found by it counts.
            let isTaken =
                isByteLevel
                ? Self.isProven(content, id, pairs, bytes) : vocabulary.find(p, content.count, isBytes: false) == id
            if isTaken { tokens.base[Int(Scalars.decode(p).scalar)] = id }
        }
    }

    private static func isProven(
        _ content: UnsafeBufferPointer<UInt8>, _ id: UInt32, _ pairs: PairTable, _ bytes: FixedTable<UInt32>
    ) -> Bool {
        var symbols = content.map { bytes[Int($0)] }
        var highest: UInt32 = 0
        var firsts = [UInt32]()
        var lasts = [UInt32]()
        while symbols.count > 1 {
            firsts.append(symbols[0])
            lasts.append(symbols[symbols.count - 1])
            let ranks = zip(symbols, symbols.dropFirst()).map { pairs.rank($0, $1) }
            guard let lowest = ranks.min(), lowest != PairTable.none, let at = ranks.firstIndex(of: lowest) else {
                return false
            }
            highest = max(highest, lowest)
            symbols[at] = pairs.merged(lowest)
            symbols.remove(at: at + 1)
        }
        guard symbols[0] == id else { return false }
        return firsts.allSatisfy { pairs.lowestAsRight($0) > highest }
            && lasts.allSatisfy { pairs.lowestAsLeft($0) > highest }
            && pairs.lowestAsRight(id) > highest && pairs.lowestAsLeft(id) > highest
    }

    /// The token of each character below U+10000, or `PairTable.none`.
    var base: UnsafePointer<UInt32> { UnsafePointer(tokens.base) }
}
