/// A piece of the text after normalization, and for each of its bytes the span of the original text that the byte's
/// character came from (`tokenizers` 0.23 `NormalizedString`). The spans are kept only when offsets are wanted.
struct NormalizedText {
    /// Where a character came from, in bytes of the original text.
    struct Span {
        var start: UInt32
        var end: UInt32
    }

    /// A character of a new text, and how it relates to the old one: 0 replaces one character, 1 is inserted, -n
    /// replaces one and removes the n after it.
    struct Change {
        var scalar: UInt32
        var change: Int
    }

    var bytes: [UInt8]
    /// One a byte, or empty when they are not kept.
    var spans: [Span]
    let keepsSpans: Bool
    /// Set when a file's replacements blow the text up beyond `limit`; what is added after that is lost.
    private(set) var isTooLong = false
    /// 64 bytes for each of the original text, and never less than 16 MB: real normalizers stay far below.
    let limit: Int
    /// Where this piece starts in the original text.
    let origin: Int

    /// An empty text about the piece `start..<end` of the original text.
    init(about start: Int, _ end: Int, keepsSpans: Bool) {
        bytes = []
        spans = []
        self.keepsSpans = keepsSpans
        origin = start
        limit = max(1 << 24, 64 * (end - start))
    }

    /// The piece `start..<end` of the original text, which is valid UTF-8.
    init(_ base: UnsafePointer<UInt8>, start: Int, end: Int, keepsSpans: Bool) {
        self.init(about: start, end, keepsSpans: keepsSpans)
        bytes = Array(UnsafeBufferPointer(start: base + start, count: end - start))
        guard keepsSpans else { return }
        spans.reserveCapacity(end - start)
        var i = start
        while i < end {
            let width = Scalars.width(base[i])
            let span = Span(start: UInt32(truncatingIfNeeded: i), end: UInt32(truncatingIfNeeded: i + width))
            for _ in 0..<width { spans.append(span) }
            i += width
        }
    }

    private init(like other: NormalizedText, capacity: Int) {
        bytes = []
        spans = []
        keepsSpans = other.keepsSpans
        origin = other.origin
        limit = other.limit
        isTooLong = other.isTooLong
        bytes.reserveCapacity(capacity)
        if keepsSpans { spans.reserveCapacity(capacity) }
    }

    /// An empty text about the same piece, to be written with `copy` and `append`.
    func blank(capacity: Int) -> NormalizedText { NormalizedText(like: self, capacity: capacity) }

    mutating func copy(_ range: Range<Int>, from source: NormalizedText) {
        guard hasRoom(for: range.count) else { return }
        source.bytes.withUnsafeBufferPointer { bytes.append(contentsOf: UnsafeBufferPointer(rebasing: $0[range])) }
        if keepsSpans { spans.append(contentsOf: source.spans[range]) }
    }

    private mutating func hasRoom(for count: Int) -> Bool {
        if bytes.count + count > limit { isTooLong = true }
        return !isTooLong
    }

    /// Text that has no spans.
    mutating func append(_ text: some Collection<UInt8>) {
        if hasRoom(for: text.count) { bytes.append(contentsOf: text) }
    }

    /// Characters that have no spans.
    mutating func append(_ count: Int, _ scalar: (Int) -> UInt32) {
        let atOnce = 256
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 4 * min(count, atOnce)) { some in
            guard let base = some.baseAddress else { return }
            for start in stride(from: 0, to: count, by: atOnce) {
                var written = 0
                for i in start..<min(start + atOnce, count) { written += Scalars.write(scalar(i), to: base + written) }
                append(UnsafeBufferPointer(start: base, count: written))
            }
        }
    }

    mutating func append(_ scalar: UInt32, _ span: Span) {
        guard hasRoom(for: 4) else { return }
        let before = bytes.count
        Scalars.append(scalar, to: &bytes)
        guard keepsSpans else { return }
        for _ in before..<bytes.count { spans.append(span) }
    }

    /// The span of the byte at `i`; of nothing where spans are not kept.
    func span(at i: Int) -> Span {
        if i >= 0, i < spans.count { return spans[i] }
        return Span(start: UInt32(truncatingIfNeeded: origin), end: UInt32(truncatingIfNeeded: origin))
    }

    /// The library's rule for where a new character comes from: a replacement has the span of the (first) character it
    /// replaces, an insertion that of the last byte passed (`NormalizedString::transform_range`, `normalizer.rs`).
    /// Returns the offset in the source after all changes.
    @discardableResult
    mutating func apply(_ changes: some Sequence<Change>, to source: NormalizedText, from start: Int) -> Int {
        var offset = start
        for item in changes {
            if item.change > 0 {
                append(item.scalar, source.span(at: offset - 1))
                continue
            }
            append(item.scalar, source.span(at: offset))
            var remaining = 1 - item.change
            while remaining > 0, offset < source.bytes.count {
                offset += Scalars.width(source.bytes[offset])
                remaining -= 1
            }
        }
        return offset
    }
}
