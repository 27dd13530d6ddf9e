import CScan

/// Between which characters a word may be cut without any effect on its tokens: where no token that merging makes has the
/// two side by side, no merge ever reaches across. Cutting there leaves short words, which are in a cache, of text that has
/// no other splits (vocabularies of SentencePiece) or long ones (Han and Kana).
///
/// The answer errs to the safe side: pairs are kept in a table of bits by their hash, and tokens that hold parts of
/// characters count for every character with those bytes at the place.
final class Boundaries: Sendable {
    /// For each ASCII character the 128 that may follow it in a token.
    private let ascii: FixedTable<UInt64>
    private let pairs: FixedTable<UInt64>
    private let shift: UInt64
    /// By last byte of a character, and first byte of the next above it: whether some token has a part of at least one of them (1), and of
    /// both (2).
    private let bytes: FixedTable<UInt8>
    /// Characters below U+10000 that a part follows (1) or precedes (2) in some token.
    private let parts: FixedTable<UInt8>
    /// Whether any token has parts of characters: else the two tables before are zeros.
    nonisolated(unsafe) private var hasParts = false
    /// What becomes of a byte of the text before it has these boundaries.
    private let replacement: Replacement?
    /// Nil until the tables are filled, while the tokenizer loads.
    nonisolated(unsafe) private var table: CutTable?

    init?(_ image: ImageReader) {
        guard let numbers = image.numbers(2), let ascii = image.table(of: UInt64.self),
            let pairs = image.table(of: UInt64.self), let bytes = image.table(of: UInt8.self),
            let parts = image.table(of: UInt8.self), ascii.count == 256, bytes.count == 65536, parts.count == 65536,
            numbers[0] <= 58, pairs.count == 1 << (58 - Int(numbers[0]))
        else { return nil }
        shift = numbers[0]
        hasParts = numbers[1] != 0
        replacement = nil
        (self.ascii, self.pairs, self.bytes, self.parts) = (ascii, pairs, bytes, parts)
        table = CutTable(mayJoin)
    }

    func write(to image: inout ImageWriter) {
        image.add(numbers: [shift, hasParts ? 1 : 0])
        image.add(ascii)
        image.add(pairs)
        image.add(bytes)
        image.add(parts)
    }

    /// Takes the tokens that merging makes.
    init(_ tokens: some Sequence<UInt32>, count: Int, vocabulary: Vocabulary) {
        var bits: UInt64 = 12
        while 1 << bits < count * 16, bits < 21 { bits += 1 }
        shift = 64 - bits
        ascii = FixedTable(count: 256, repeating: 0)
        pairs = FixedTable(count: 1 << (bits - 6), repeating: 0)
        bytes = FixedTable(count: 65536, repeating: 0)
        parts = FixedTable(count: 65536, repeating: 0)
        replacement = nil
        for token in tokens { add(vocabulary.content(token)) }
        table = CutTable(mayJoin)
    }

    private func add(_ content: UnsafeBufferPointer<UInt8>) {
        guard let p = content.baseAddress else { return }
        var i = 0
        // Nil for a part of a character, which ends at `i`.
        var previous: UInt32?
        while i < content.count, content[i] & 0xC0 == 0x80 { i += 1 }
        var hasPrevious = i > 0
        while i < content.count {
            let width = Scalars.width(p[i])
            let isWhole =
                i + width <= content.count && content[(i + 1)..<(i + width)].allSatisfy { $0 & 0xC0 == 0x80 }
                && (p[i] < 0x80 || p[i] >= 0xC2)
            let scalar: UInt32? = isWhole ? Scalars.decode(p + i).scalar : nil
            if hasPrevious {
                switch (previous, scalar) {
                case (let a?, let b?): join(a, b)
                case (let a?, nil): mark(a, 1)
                case (nil, let b?): mark(b, 2)
                case (nil, nil): break
                }
                if previous == nil || scalar == nil {
                    hasParts = true
                    bytes.base[Int(p[i]) << 8 | Int(p[i - 1])] |= previous == nil && scalar == nil ? 3 : 1
                }
            }
            previous = scalar
            hasPrevious = true
            i += 1
            while i < content.count, content[i] & 0xC0 == 0x80 { i += 1 }
        }
    }

    private func join(_ a: UInt32, _ b: UInt32) {
        if a < 0x80, b < 0x80 {
            ascii.base[Int(a) << 1 | Int(b >> 6)] |= 1 << UInt64(b & 63)
            return
        }
        let bit = BoundaryView.hash(a, b) &>> shift
        pairs.base[Int(bit >> 6)] |= 1 << (bit & 63)
    }

    private func mark(_ scalar: UInt32, _ flag: UInt8) {
        if scalar < 0x10000 { parts.base[Int(scalar)] |= flag }
    }

    /// Writes the ends of the next parts of `start..<end`, at most `capacity`, and returns how many. The last is `end`, or
    /// there are as many as there is room for.
    @inline(never)
    func fill(
        _ ends: UnsafeMutablePointer<Int>, capacity: Int, _ p: UnsafePointer<UInt8>, from start: Int, to end: Int
    ) -> Int {
        let (ascii, view) = (ascii.base, view)
        var count = 0
        var (a, width) = Scalars.decode(p + start)
        var i = start &+ width
        // From where on blocks are tried again.
        var next = i
        while i < end {
            if i >= next, i &+ 64 <= end, count &+ 64 <= capacity, let table {
                if a < 0x80 || a == 0x2581, let cuts = table.cuts(p + i) {
                    let whole = CutTable.whole(p + i)
                    count &+= cscan_write_places(cuts & (.max &>> UInt64(64 &- whole)), i, ends + count)
                    i &+= whole
                    if count == capacity { return count }
                    a = Scalars.decode(p + Scalars.before(p, i)).scalar
                    continue
                }
                next = i &+ 128
            }
            let b: UInt32
            let byte = p[i]
            if byte &- 0xE0 < 0x10, end &- i >= 3 {
                // Each is compiled by itself.
                let isFull =
                    hasParts
                    ? view.fill(ends, &count, capacity, p, &i, to: end, &a, hasParts: true)
                    : view.fill(ends, &count, capacity, p, &i, to: end, &a, hasParts: false)
                if isFull { return count }
                continue
            }
            // Whether it is cut is written and then counted or not: in text that nobody wrote a branch would be wrong half the time.
            ends[count] = i
            if byte < 0x80, a < 0x80 {
                b = UInt32(byte)
                let joins = ascii[Int(a) &<< 1 | Int(b &>> 6)] &>> UInt64(b & 63) & 1
                count &+= 1 &- Int(truncatingIfNeeded: joins)
                i &+= 1
            } else {
                (b, width) = Scalars.decode(p + i)
                count &+= 1 &- view.mayJoin(a, b, around: BoundaryView.around(p + i))
                i &+= width
            }
            if count == capacity { return count }
            a = b
        }
        ends[count] = end
        return count &+ 1
    }

    /// A byte of ASCII, and the first character and the last of what is put for it, with the bytes they begin and end with.
    private struct Replacement {
        let byte: UInt8
        let first: (scalar: UInt32, byte: UInt8)
        let last: (scalar: UInt32, byte: UInt8)
    }

    /// Where a text may be cut of which such a byte will be replaced before, for `isCut`; nil where nothing is put for it.
    convenience init?(_ others: Boundaries, replacing byte: UInt8, by content: [UInt8]) {
        let scalars = Scalars.array(content)
        guard byte < 0x80, let first = scalars.first, let last = scalars.last else { return nil }
        self.init(
            others, Replacement(byte: byte, first: (first, content[0]), last: (last, content[content.count - 1])))
    }

    /// With the same tables.
    private init(_ others: Boundaries, _ replacement: Replacement) {
        (ascii, pairs, shift) = (others.ascii, others.pairs, others.shift)
        (bytes, parts, hasParts, table) = (others.bytes, others.parts, others.hasParts, others.table)
        self.replacement = replacement
    }

    /// Whether the text may be cut before the byte at `i`, which is neither its first nor behind its last.
    func isCut(_ p: UnsafePointer<UInt8>, _ i: Int) -> Bool {
        if p[i] & 0xC0 == 0x80 { return false }
        var (before, after) = (
            (Scalars.decode(p + Scalars.before(p, i)).scalar, p[i &- 1]), (Scalars.decode(p + i).scalar, p[i])
        )
        if let replacement {
            if before.1 == replacement.byte { before = replacement.last }
            if after.1 == replacement.byte { after = replacement.first }
        }
        return !mayJoin(before.0, after.0, before.1, after.1)
    }

    private var view: BoundaryView {
        BoundaryView(
            pairs: UnsafePointer(pairs.base), shift: shift, bytes: UnsafePointer(bytes.base),
            parts: UnsafePointer(parts.base))
    }

    private func mayJoin(_ a: UInt32, _ b: UInt32, _ last: UInt8, _ first: UInt8) -> Bool {
        if a < 0x80, b < 0x80 { return ascii[Int(a) << 1 | Int(b >> 6)] >> UInt64(b & 63) & 1 != 0 }
        return view.mayJoin(a, b, around: UInt16(first) << 8 | UInt16(last)) != 0
    }
}
