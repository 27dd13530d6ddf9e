import Bytes

/// What each id decodes to behind others. A token costs one load, and a copy of sixteen bytes whatever its length up to fifteen.
final class DecodeTable: Sendable {
    let plan: DecodePlan
    let entries: FixedTable<DecodeEntry>
    /// The contents that are in no entry.
    let others: FixedTable<UInt8>

    init?(_ image: ImageReader, _ plan: DecodePlan, limit: Int) {
        guard let entries = image.table(of: DecodeEntry.self), let others = image.table(of: UInt8.self),
            entries.count == limit
        else { return nil }
        (self.plan, self.entries, self.others) = (plan, entries, others)
    }

    func write(to image: inout ImageWriter) {
        image.add(entries)
        image.add(others)
    }

    /// Nil where a table cannot say what tokens become.
    convenience init?(_ plan: DecodePlan, _ vocabulary: Vocabulary, _ added: AddedVocabulary, limit: Int) {
        if plan.isByteLevel {
            self.init(contentsOf: vocabulary, added, plan, limit: limit)
        } else {
            self.init(textsOf: vocabulary, added, plan, limit: limit)
        }
    }

    private init(contentsOf vocabulary: Vocabulary, _ added: AddedVocabulary, _ plan: DecodePlan, limit: Int) {
        self.plan = plan
        entries = FixedTable(count: limit, repeating: .none)
        let entries = entries
        var others = [UInt8]()
        var decoded = [UInt8]()
        for id in 0..<UInt32(truncatingIfNeeded: limit) {
            if let index = added.index(of: id) {
                let text = added.decoded[index]
                decoded.removeAll(keepingCapacity: true)
                if !ByteAlphabet.decode(text, into: &decoded) { decoded = text }
                let flags = added.isSpecial(text) ? DecodeEntry.isSpecial : 0
                decoded.withUnsafeBufferPointer { entries.base[Int(id)] = Self.entry($0, flags, &others) }
            } else if vocabulary.contains(id) {
                entries.base[Int(id)] = Self.entry(vocabulary.content(id), 0, &others)
            }
        }
        self.others = FixedTable(others + [UInt8](repeating: 0, count: Self.near))
    }

    /// An entry of bytes that may be no text.
    private static func entry(
        _ content: UnsafeBufferPointer<UInt8>, _ flags: UInt8, _ others: inout [UInt8]
    ) -> DecodeEntry {
        let isText = UTF8Check.firstInvalid(content) == nil
        return DecodeEntry(content, flags: isText ? flags : flags | DecodeEntry.isBroken, others: &others)
    }

    private init?(textsOf vocabulary: Vocabulary, _ added: AddedVocabulary, _ plan: DecodePlan, limit: Int) {
        var texts = TokenTexts()
        texts.bytes.reserveCapacity(vocabulary.count * 8)
        texts.ends.reserveCapacity(vocabulary.count)
        var ids = [(id: UInt32, isSpecial: Bool)]()
        ids.reserveCapacity(vocabulary.count)
        for id in 0..<UInt32(truncatingIfNeeded: limit) {
            let start = texts.bytes.count
            if let index = added.index(of: id) {
                texts.append(added.decoded[index])
            } else if vocabulary.contains(id) {
                if vocabulary.isBytes(id) {
                    texts.append(ByteAlphabet.encode(vocabulary.content(id)))
                } else {
                    texts.append(vocabulary.content(id))
                }
            } else {
                continue
            }
            ids.append((id, added.isSpecial(texts.bytes[start...])))
        }
        guard let contents = plan.others(texts), contents.bytes.count <= Self.most else { return nil }
        self.plan = plan
        entries = FixedTable(count: limit, repeating: .none)
        let entries = entries
        var others = [UInt8]()
        var next = 0
        contents.forEach { content in
            let (id, isSpecial) = ids[next]
            next += 1
            var content = content
            var flags = isSpecial ? DecodeEntry.isSpecial : 0
            if plan.fallsBack, let byte = TokenTexts.byte(content) {
                content = [byte]
                flags |= DecodeEntry.isBroken
            }
            content.withUnsafeBufferPointer {
                entries.base[Int(id)] = DecodeEntry($0, flags: flags, others: &others)
            }
        }
        self.others = FixedTable(others + [UInt8](repeating: 0, count: Self.near))
    }

    /// How many bytes the contents may have together: places of them have 32 bits.
    private static let most = 1 << 29

    /// Copies the content of an entry that has it, and what follows up to sixteen bytes; returns how many bytes it has.
    @inline(__always)
    static func copy(_ entry: UnsafeRawPointer, _ tag: UInt8, to out: UnsafeMutableRawPointer) -> Int {
        out.storeBytes(of: entry.loadUnaligned(as: SIMD16<UInt8>.self), as: SIMD16<UInt8>.self)
        return Int(tag & DecodeEntry.length)
    }

    /// Copies any content, as above.
    @inline(__always)
    func copy(_ entry: DecodeEntry, to out: UnsafeMutableRawPointer) -> Int {
        if entry.tag & DecodeEntry.isElsewhere != 0 {
            out.copyMemory(from: others.base + entry.place, byteCount: entry.count)
            return entry.count
        }
        return withUnsafeBytes(of: entry) { bytes in
            bytes.baseAddress.map { Self.copy($0, entry.tag, to: out) } ?? 0
        }
    }

    func append(_ entry: DecodeEntry, to bytes: inout [UInt8]) {
        if entry.tag & DecodeEntry.isElsewhere != 0 {
            bytes += UnsafeBufferPointer(start: others.base + entry.place, count: entry.count)
        } else {
            withUnsafeBytes(of: entry) { bytes.append(contentsOf: $0[..<entry.count]) }
        }
    }

    /// Appends the contents of tokens of a byte-level vocabulary, which need not be UTF-8, and where each of them ends.
    func append(_ ids: UnsafeBufferPointer<UInt32>, to bytes: inout [UInt8], _ ends: inout [Int]) {
        let limit = UInt32(truncatingIfNeeded: entries.count)
        var total = 0
        for id in ids where id < limit { total &+= entries[Int(id)].count }
        let (start, first) = (bytes.count, ends.count)
        // Contents are copied sixteen bytes at a time, and over the end of the last.
        bytes.append(contentsOf: repeatElement(0, count: total + 16))
        ends.append(contentsOf: repeatElement(0, count: ids.count))
        bytes.withUnsafeMutableBytes { bytes in
            ends.withUnsafeMutableBufferPointer { ends in
                guard let base = bytes.baseAddress else { return }
                var at = start
                for (k, id) in ids.enumerated() {
                    if id < limit { at &+= copy(entries[Int(id)], to: base + at) }
                    ends[first &+ k] = at
                }
            }
        }
        bytes.removeLast(16)
    }
}
