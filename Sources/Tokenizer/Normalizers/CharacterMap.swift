/// A precompiled character map of SentencePiece: a double array (Darts) over texts, and what they become.
///
/// The reference asks it in a way of its own (`normalizers/precompiled.rs`): a grapheme cluster of fewer than six bytes
/// is looked up as a whole, and becomes what its *shortest* prefix in the map becomes; where none is in the map, and for
/// longer clusters, each character is looked up alone. Every lookup is bounded by six bytes, so a text costs linear time.
/// The map comes from a file: an index beyond its arrays ends the lookup.
final class CharacterMap: Sendable {
    private let units: [UInt32]
    private let blob: [UInt8]
    /// Which ASCII characters alone are in the map.
    private let changesASCII: FixedTable<Bool>

    /// Nil where the bytes are no such map.
    init?(_ bytes: [UInt8]) {
        func word(_ at: Int) -> UInt32 {
            UInt32(bytes[at]) | UInt32(bytes[at + 1]) << 8 | UInt32(bytes[at + 2]) << 16 | UInt32(bytes[at + 3]) << 24
        }
        guard bytes.count >= 4 else { return nil }
        let size = Int(word(0)) / 4
        guard size > 0, bytes.count >= 4 + 4 * size else { return nil }
        units = (0..<size).map { word(4 + 4 * $0) }
        blob = Array(bytes[(4 + 4 * size)...])
        guard UTF8Text.isValid(blob) else { return nil }
        changesASCII = FixedTable(count: 128, repeating: false)
        for byte in 0..<128 {
            changesASCII.base[byte] = withUnsafePointer(to: UInt8(byte)) { image($0, 1) != nil }
        }
    }

    /// What the shortest prefix of `p..<p + count` that the map has becomes, as a range of the blob.
    private func image(_ p: UnsafePointer<UInt8>, _ count: Int) -> Range<Int>? {
        var node = offset(units[0])
        for i in 0..<count {
            let byte = p[i]
            if byte == 0 { return nil }
            node ^= Int(byte)
            guard node < units.count else { return nil }
            let unit = units[node]
            if unit & (1 << 31 | 0xFF) != UInt32(byte) { return nil }
            node ^= offset(unit)
            guard unit >> 8 & 1 != 0 else { continue }
            guard node < units.count else { return nil }
            let start = Int(units[node] & 0x7FFF_FFFF)
            guard start < blob.count else { return nil }
            // An image that starts inside a character would end the reference; none does in a real map.
            if blob[start] & 0xC0 == 0x80 { return nil }
            return start..<(blob[start...].firstIndex(of: 0) ?? blob.count)
        }
        return nil
    }

    private func offset(_ unit: UInt32) -> Int { Int(unit >> 10) << Int((unit & (1 << 9)) >> 6) }

    func apply(_ text: NormalizedText) -> NormalizedText {
        text.bytes.withUnsafeBufferPointer { buffer in
            guard let p = buffer.baseAddress else { return text }
            if text.keepsSpans { return applyWithSpans(p, buffer.count, text) }
            var result = text.blank(capacity: 0)
            var copied = 0
            forEachImage(p, buffer.count) { old, image in
                if copied == 0 { result.bytes.reserveCapacity(buffer.count + buffer.count / 8) }
                result.copy(copied..<old.lowerBound, from: text)
                result.append(blob[image])
                copied = old.upperBound
            }
            if copied == 0 { return text }
            result.copy(copied..<buffer.count, from: text)
            return result
        }
    }

    private func applyWithSpans(_ p: UnsafePointer<UInt8>, _ count: Int, _ text: NormalizedText) -> NormalizedText {
        var changes = [NormalizedText.Change]()
        changes.reserveCapacity(count)
        var at = 0
        func keep(to end: Int) {
            while at < end {
                let (scalar, width) = Scalars.decode(p + at)
                changes.append(.init(scalar: scalar, change: 0))
                at += width
            }
        }
        forEachImage(p, count) { old, image in
            keep(to: old.lowerBound)
            replace(p + at, old.count, image, &changes)
            at = old.upperBound
        }
        if at == 0 { return text }
        keep(to: count)
        var result = text.blank(capacity: count)
        result.apply(changes, to: text, from: 0)
        return result
    }

    /// Calls `body` with each stretch of the text that the map replaces, and where in the blob that is which comes instead.
    @inline(__always)
    private func forEachImage(_ p: UnsafePointer<UInt8>, _ count: Int, _ body: (Range<Int>, Range<Int>) -> Void) {
        var at = 0
        while at < count {
            let end = next(p, at, count)
            if end == at &+ 1, p[at] < 0x80 {
                if changesASCII[Int(p[at])], let image = image(p + at, 1) { body(at..<end, image) }
                at = end
                continue
            }
            if end - at < 6, let image = image(p + at, end - at) {
                body(at..<end, image)
                at = end
                continue
            }
            while at < end {
                let width = Scalars.width(p[at])
                if let image = image(p + at, width) { body(at..<(at + width), image) }
                at += width
            }
        }
    }

    /// The end of the cluster at `at`; between two printable ASCII characters there always is one.
    @inline(__always)
    private func next(_ p: UnsafePointer<UInt8>, _ at: Int, _ end: Int) -> Int {
        if at + 1 < end, p[at] >= 0x20, p[at] < 0x7F, p[at + 1] >= 0x20, p[at + 1] < 0x7F { return at + 1 }
        return GraphemeClusters.end(p, at, end)
    }

    /// The change counts of `replace` in `normalizers/precompiled.rs`: the last characters of a longer image count as
    /// inserted, the last of a shorter one stands for the rest; an empty image makes the character before it stand for
    /// what goes, whatever that was.
    private func replace(
        _ p: UnsafePointer<UInt8>, _ count: Int, _ image: Range<Int>, _ changes: inout [NormalizedText.Change]
    ) {
        var old = 0
        for i in 0..<count where p[i] & 0xC0 != 0x80 { old += 1 }
        let scalars = Scalars.array(Array(blob[image]))
        for scalar in scalars { changes.append(.init(scalar: scalar, change: 0)) }
        let difference = scalars.count - old
        if difference > 0 {
            for i in (changes.count - difference)..<changes.count { changes[i].change = 1 }
        } else if difference < 0, !changes.isEmpty {
            changes[changes.count - 1].change += difference
        }
    }
}
