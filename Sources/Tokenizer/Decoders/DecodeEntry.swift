/// What an id decodes to behind others, in sixteen bytes: a content of up to fifteen and a byte that says how many and of what kind, so
/// that most tokens cost one place in memory. A longer content lies elsewhere, and here stands where.
struct DecodeEntry: BitwiseCopyable {
    /// A content's bytes, or its place (32 bits) and its length (32 bits); in the uppermost byte the tag.
    private let low, high: UInt64

    /// The lower four bits of a tag are the length of a content that lies here. An id without a token has the tag 0.
    static let length: UInt8 = 15
    /// The content lies elsewhere: it is longer, or there is none.
    static let isElsewhere: UInt8 = 1 << 4
    /// The content alone is no text: of a byte-level vocabulary not UTF-8, else a byte that a token names.
    static let isBroken: UInt8 = 1 << 5
    static let isSpecial: UInt8 = 1 << 6
    /// The content is empty: it parts bytes that others name.
    static let isEmpty: UInt8 = 1 << 7

    static let none = DecodeEntry(low: 0, high: 0)
    /// Where the tag is.
    static let tag = 15

    private init(low: UInt64, high: UInt64) {
        self.low = low
        self.high = high
    }

    /// An entry of a content, which is put behind `others` where it does not fit.
    init(_ content: UnsafeBufferPointer<UInt8>, flags: UInt8, others: inout [UInt8]) {
        let count = content.count
        if count == 0 || count > Self.length {
            let tag = flags | Self.isElsewhere | (count == 0 ? Self.isEmpty : 0)
            self.init(low: UInt64(others.count) | UInt64(count) << 32, high: UInt64(tag) << 56)
            others.append(contentsOf: content)
            return
        }
        var words: InlineArray<2, UInt64> = [0, 0]
        withUnsafeMutableBytes(of: &words) { $0.copyBytes(from: content) }
        self.init(low: words[0], high: words[1] | UInt64(flags | UInt8(count)) << 56)
    }

    var tag: UInt8 { UInt8(truncatingIfNeeded: high &>> 56) }

    var count: Int {
        tag & Self.isElsewhere != 0 ? Int(low &>> 32) : Int(tag & Self.length)
    }

    /// Where the content lies that is not here.
    var place: Int { Int(UInt32(truncatingIfNeeded: low)) }
}
