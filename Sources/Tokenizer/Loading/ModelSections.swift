import Bytes

/// Where `model.vocab` and `model.merges` lie in a `tokenizer.json`. They are nine tenths of the file and entirely
/// regular, so they are read straight from the bytes, without a value for each token; the rest goes to the JSON parser
/// with the two emptied. Whatever is not just as expected (a repeated or escaped key, a number with a sign, a syntax
/// error) makes the answer nil, and then the parser reads the whole file and says what it has to say.
struct ModelSections {
    private(set) var vocabulary: Range<Int>
    /// Only BPE has them.
    private(set) var merges: Range<Int>?

    init?(_ bytes: UnsafeBufferPointer<UInt8>) {
        var cursor = JSONCursor(bytes)
        var vocabulary: Range<Int>?
        var merges: Range<Int>?
        var models = 0
        let isWhole = cursor.members { cursor, key in
            guard key.elementsEqual("model".utf8) else { return cursor.skipValue() }
            models += 1
            return cursor.members { cursor, key in
                let start = cursor.at
                guard cursor.skipValue() else { return false }
                if key.elementsEqual("vocab".utf8) {
                    if vocabulary != nil { return false }
                    if bytes[start] != UInt8(ascii: "{"), bytes[start] != UInt8(ascii: "[") { return false }
                    vocabulary = start..<cursor.at
                } else if key.elementsEqual("merges".utf8) {
                    if merges != nil || bytes[start] != UInt8(ascii: "[") { return false }
                    merges = start..<cursor.at
                }
                return true
            }
        }
        guard isWhole, models == 1, let vocabulary else { return nil }
        self.vocabulary = vocabulary
        self.merges = merges
    }

    /// The file with both sections empty.
    func rest(of bytes: UnsafeBufferPointer<UInt8>) -> [UInt8] {
        var parts = [(vocabulary, bytes[vocabulary.lowerBound] == UInt8(ascii: "{") ? "{}" : "[]")]
        if let merges { parts.append((merges, "[]")) }
        parts.sort { $0.0.lowerBound < $1.0.lowerBound }
        var rest = [UInt8]()
        var at = 0
        for (range, empty) in parts {
            rest.append(contentsOf: bytes[at..<range.lowerBound])
            rest.append(contentsOf: empty.utf8)
            at = range.upperBound
        }
        rest.append(contentsOf: bytes[at...])
        return rest
    }

    /// The tokens and their ids.
    func tokens(in bytes: UnsafeBufferPointer<UInt8>) -> TokenList? {
        if UTF8Check.firstInvalid(UnsafeBufferPointer(rebasing: bytes[vocabulary])) != nil { return nil }
        var cursor = JSONCursor(bytes, at: vocabulary.lowerBound)
        var tokens = TokenList()
        tokens.reserve(vocabulary.count / 16, bytes: vocabulary.count / 2)
        guard cursor.take(UInt8(ascii: "{")) else { return nil }
        if cursor.take(UInt8(ascii: "}")) { return tokens }
        repeat {
            guard tokens.appendText({ cursor.string(into: &$0) }), cursor.take(UInt8(ascii: ":")),
                let id = cursor.smallNumber(), Int(id) < Vocabulary.idLimit
            else { return nil }
            tokens.close(id)
        } while cursor.take(UInt8(ascii: ","))
        return cursor.take(UInt8(ascii: "}")) ? tokens : nil
    }

    /// The tokens of a Unigram model, by position, and their scores.
    func scoredTokens(in bytes: UnsafeBufferPointer<UInt8>) -> (tokens: TokenList, [Double])? {
        if UTF8Check.firstInvalid(UnsafeBufferPointer(rebasing: bytes[vocabulary])) != nil { return nil }
        var cursor = JSONCursor(bytes, at: vocabulary.lowerBound)
        var tokens = TokenList()
        var scores = [Double]()
        tokens.reserve(vocabulary.count / 24, bytes: vocabulary.count / 2)
        guard cursor.take(UInt8(ascii: "[")) else { return nil }
        if cursor.take(UInt8(ascii: "]")) { return (tokens, scores) }
        repeat {
            guard cursor.take(UInt8(ascii: "[")), tokens.appendText({ cursor.string(into: &$0) }),
                cursor.take(UInt8(ascii: ",")), let score = cursor.score(), cursor.take(UInt8(ascii: "]"))
            else { return nil }
            tokens.close(UInt32(truncatingIfNeeded: tokens.count))
            scores.append(score)
        } while cursor.take(UInt8(ascii: ","))
        return cursor.take(UInt8(ascii: "]")) ? (tokens, scores) : nil
    }

    /// The merges as ids.
    func merges(in bytes: UnsafeBufferPointer<UInt8>, _ vocabulary: Vocabulary) -> [PairTable.Merge]? {
        guard let merges, UTF8Check.firstInvalid(UnsafeBufferPointer(rebasing: bytes[merges])) == nil else {
            return nil
        }
        var cursor = JSONCursor(bytes, at: merges.lowerBound)
        var batch = MergeBatch(vocabulary, expected: merges.count / 20)
        guard cursor.take(UInt8(ascii: "[")) else { return nil }
        if cursor.take(UInt8(ascii: "]")) { return [] }
        repeat {
            guard batch.read(&cursor) else { return nil }
        } while cursor.take(UInt8(ascii: ","))
        return cursor.take(UInt8(ascii: "]")) && batch.finish() ? batch.merges : nil
    }
}
