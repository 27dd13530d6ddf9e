extension NormalizedText {
    /// The most bytes that are put for one: so many are written, and those that count are kept.
    private static let most = 8

    /// The text with every such byte replaced by a few, which is what vocabularies of SentencePiece do with spaces: in one pass. Nil where
    /// spans are kept, or the bytes are more, or the text would become too long.
    func replacing(_ byte: UInt8, with content: [UInt8]) -> NormalizedText? {
        bytes.withUnsafeBufferPointer { replacing(byte, with: content, in: $0, behind: []) }
    }

    /// The same of another text, behind a prefix that is left as it is.
    func replacing(
        _ byte: UInt8, with content: [UInt8], in text: UnsafeBufferPointer<UInt8>, behind prefix: [UInt8]
    ) -> NormalizedText? {
        guard !keepsSpans, content.count <= Self.most else { return nil }
        let count = prefix.count + text.count + Self.count(byte, in: text) * (content.count - 1)
        guard count <= limit else { return nil }
        var word: UInt64 = 0
        for other in content.reversed() { word = word << 8 | UInt64(other) }
        var result = blank(capacity: 0)
        result.bytes = [UInt8](unsafeUninitializedCapacity: count + 2 * Self.most) { out, written in
            written = count
            guard let base = out.baseAddress else { return }
            base.initialize(from: prefix, count: prefix.count)
            Self.replace(byte, by: word, content.count, in: text, UnsafeMutableRawPointer(base + prefix.count))
        }
        return result
    }

    /// The highest bit of each of eight bytes that is this one.
    @inline(__always)
    private static func places(of byte: UInt64, in eight: UInt64) -> UInt64 {
        let low: UInt64 = 0x7F7F_7F7F_7F7F_7F7F
        let difference = eight ^ byte
        return ~((difference & low) &+ low | difference | low)
    }

    private static func count(_ byte: UInt8, in text: UnsafeBufferPointer<UInt8>) -> Int {
        guard let p = text.baseAddress else { return 0 }
        let ones: UInt64 = 0x0101_0101_0101_0101
        var found = 0
        var i = 0
        while i &+ 8 <= text.count {
            let places = places(of: UInt64(byte) &* ones, in: eight(p + i))
            found &+= Int(truncatingIfNeeded: ((places &>> 7) &* ones) &>> 56)
            i &+= 8
        }
        while i < text.count {
            found &+= p[i] == byte ? 1 : 0
            i &+= 1
        }
        return found
    }

    /// Up to eight bytes at a time are copied, and then what is put for the next, which is left out again where it was none: behind `out`
    /// there is room for more.
    private static func replace(
        _ byte: UInt8, by word: UInt64, _ width: Int, in text: UnsafeBufferPointer<UInt8>,
        _ out: UnsafeMutableRawPointer
    ) {
        guard let p = text.baseAddress else { return }
        let pattern = UInt64(byte) &* 0x0101_0101_0101_0101
        var out = out
        var i = 0
        while i &+ 8 <= text.count {
            let eight = eight(p + i)
            let places = places(of: pattern, in: eight)
            let copied = places.trailingZeroBitCount &>> 3
            let isFound = Int(truncatingIfNeeded: (places | (0 &- places)) &>> 63)
            out.storeBytes(of: eight.littleEndian, as: UInt64.self)
            out.storeBytes(of: word.littleEndian, toByteOffset: copied, as: UInt64.self)
            out += copied &+ (width & (0 &- isFound))
            i &+= copied &+ isFound
        }
        while i < text.count {
            let isFound = p[i] == byte
            out.storeBytes(of: (isFound ? word : UInt64(p[i])).littleEndian, as: UInt64.self)
            out += isFound ? width : 1
            i &+= 1
        }
    }

    @inline(__always)
    private static func eight(_ p: UnsafePointer<UInt8>) -> UInt64 {
        UInt64(littleEndian: UnsafeRawPointer(p).loadUnaligned(as: UInt64.self))
    }
}
