import Bytes
import JSON

/// A vocabulary without merges: tokens by rank, as tiktoken and Tekken have them. Two neighbours merge wherever together
/// they are a token, the lowest rank first; a word that is a token is never cut. So every way to cut a token in two is a
/// merge, all of its rank.
struct RankFile {
    /// The token of each rank; a rank may be missing.
    private(set) var tokens: [(bytes: [UInt8], rank: UInt32)] = []

    /// The most bytes a token may have: the ways to cut one are tried one by one.
    private static let longestToken = 4096

    /// Lines of a token in base64, a space and its rank.
    init(tiktoken bytes: [UInt8]) throws(TokenizerError) {
        var number = 0
        for line in bytes.split(separator: 0x0A) {
            number += 1
            let line = line.last == 0x0D ? line.dropLast() : line
            if line.isEmpty { continue }
            let parts = line.split(separator: 0x20)
            guard parts.count == 2, let token = Base64.decode(Array(parts[0])),
                let rank = UInt32(String(decoding: parts[1], as: UTF8.self))
            else {
                throw TokenizerError(.invalid(path: "line \(number)", reason: "not a token in base64 and its rank"))
            }
            try add(token, rank, path: "line \(number)")
        }
        try check()
    }

    /// The list `vocab` of a `tekken.json`, of which the first `count` entries are used.
    init(tekken field: Field, count: Int) throws(TokenizerError) {
        for element in try field.elements().prefix(count) {
            let text = try element.member("token_bytes")
            guard let token = Base64.decode(try text.bytes()) else { throw text.invalid("not base64") }
            try add(token, try element.member("rank").id(), path: element.path)
        }
        try check()
    }

    private mutating func add(_ token: [UInt8], _ rank: UInt32, path: String) throws(TokenizerError) {
        if token.isEmpty || token.count > Self.longestToken {
            throw TokenizerError(.invalid(path: path, reason: "a token of \(token.count) bytes"))
        }
        if rank >= PairTable.rankLimit {
            throw TokenizerError(.invalid(path: path, reason: "a rank from \(PairTable.rankLimit) on"))
        }
        tokens.append((token, rank))
    }

    private func check() throws(TokenizerError) {
        var isTaken = [Bool](repeating: false, count: tokens.reduce(0) { max($0, Int($1.rank) + 1) })
        for token in tokens {
            if isTaken[Int(token.rank)] {
                throw TokenizerError(.invalid(path: "rank \(token.rank)", reason: "two tokens have it"))
            }
            isTaken[Int(token.rank)] = true
        }
    }

    /// The model, with ids that are ranks above `first`.
    func model(first: UInt32) throws(TokenizerError) -> (Vocabulary, Model) {
        var listed = TokenList()
        for token in tokens { listed.append(ByteAlphabet.encode(token.bytes), token.rank + first) }
        let vocabulary = Vocabulary(listed, isByteLevel: true)
        if vocabulary.hasDuplicates { throw TokenizerError(.invalid(path: "the file", reason: "a token comes twice")) }
        var merges = [PairTable.Merge]()
        for token in tokens {
            token.bytes.withUnsafeBufferPointer { buffer in
                guard let p = buffer.baseAddress else { return }
                for cut in 1..<max(buffer.count, 1) {
                    guard let left = vocabulary.find(p, cut, isBytes: true),
                        let right = vocabulary.find(p + cut, buffer.count - cut, isBytes: true)
                    else { continue }
                    merges.append(.init(left: left, right: right, merged: token.rank + first, rank: token.rank))
                }
            }
        }
        var options = BPE.Options()
        options.ignoresMerges = true
        merges.sort { $0.rank < $1.rank }
        return (vocabulary, .bpe(BPE(vocabulary: vocabulary, merges: merges, options: options)))
    }
}
