import Bytes

/// A text and its ids, kept so that a text that begins like it costs what is new.
///
/// An added token that is not normalized cuts a text: what is encoded behind it does not depend on what stands in front.
public struct EncodedPrefix: Sendable {
    /// Where an added token begins, in the text and among the ids.
    struct Mark {
        var byte: Int
        var token: Int
    }

    public let text: [UInt8]
    public let ids: [UInt32]
    let marks: [Mark]

    /// The last mark that a text has in common that shares its first `count` bytes. Behind it there is room for the
    /// longest token: no match that begins in front of it can have ended elsewhere.
    func lastMark(sharing count: Int, longest: Int) -> Int? {
        var low = 0
        var high = marks.count
        while low < high {
            let middle = (low + high) / 2
            if marks[middle].byte + longest <= count { low = middle + 1 } else { high = middle }
        }
        return low > 0 ? low - 1 : nil
    }

    /// How many bytes both texts begin with alike.
    static func shared(_ a: UnsafeBufferPointer<UInt8>, _ b: UnsafeBufferPointer<UInt8>) -> Int {
        let count = min(a.count, b.count)
        let x = UnsafeRawBufferPointer(a)
        let y = UnsafeRawBufferPointer(b)
        var at = 0
        while at + 8 <= count,
            x.loadUnaligned(fromByteOffset: at, as: UInt64.self) == y.loadUnaligned(fromByteOffset: at, as: UInt64.self)
        {
            at += 8
        }
        while at < count, x[at] == y[at] { at += 1 }
        return at
    }
}

extension Tokenizer {
    /// The ids of a text, without what a post-processor adds. Of what it has in common with `known` only the last stretch is
    /// encoded again.
    public func encode(_ text: [UInt8], behind known: EncodedPrefix?) throws(TokenizerError) -> EncodedPrefix {
        try text.withUnsafeBufferPointer { buffer throws(TokenizerError) in
            var start = EncodedPrefix.Mark(byte: 0, token: 0)
            var marks = [EncodedPrefix.Mark]()
            if let known {
                let shared = known.text.withUnsafeBufferPointer { EncodedPrefix.shared($0, buffer) }
                if let last = known.lastMark(sharing: shared, longest: added.longest) {
                    start = known.marks[last]
                    marks = Array(known.marks[..<last])
                }
            }
            let encoder = try run(buffer, EncodeOptions(addSpecialTokens: false), from: start.byte, marks: true)
            defer { scratches.give(encoder.scratch) }
            for mark in encoder.marks ?? [] {
                marks.append(EncodedPrefix.Mark(byte: mark.byte, token: mark.token + start.token))
            }
            let new = encoder.scratch.count
            let ids = [UInt32](unsafeUninitializedCapacity: start.token + new) { room, count in
                if let known, start.token > 0 { _ = room.initialize(fromContentsOf: known.ids[..<start.token]) }
                _ = room[start.token...].initialize(
                    fromContentsOf: UnsafeBufferPointer(start: encoder.scratch.ids, count: new))
                count = start.token + new
            }
            return EncodedPrefix(text: text, ids: ids, marks: marks)
        }
    }
}
