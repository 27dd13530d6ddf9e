import Bytes

/// What each id decodes to behind others. A token costs one load, and a copy of sixteen bytes whatever its length up to that.
final class DecodeTable: Sendable {
    static let isSpecial: UInt64 = 1 << 31
    /// The content alone is no text: of a byte-level vocabulary not UTF-8, else a byte that a token names.
    static let isBroken: UInt64 = 1 << 30
    static let length: UInt64 = 1 << 30 - 1

    let plan: DecodePlan
    /// The offset in the upper half, flags and length in the lower. An id without a token has length 0.
    let entries: FixedTable<UInt64>
    /// All contents, and sixteen bytes more.
    let blob: FixedTable<UInt8>

    init?(_ image: ImageReader, _ plan: DecodePlan, limit: Int) {
        guard let entries = image.table(of: UInt64.self), let blob = image.table(of: UInt8.self),
            entries.count == limit
        else { return nil }
        (self.plan, self.entries, self.blob) = (plan, entries, blob)
    }

    func write(to image: inout ImageWriter) {
        image.add(entries)
        image.add(blob)
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
        entries = FixedTable(count: limit, repeating: 0)
        var bytes = [UInt8]()
        for id in 0..<UInt32(truncatingIfNeeded: limit) {
            let start = bytes.count
            var flags: UInt64 = 0
            if let index = added.index(of: id) {
                let text = added.decoded[index]
                if added.isSpecial(text) { flags |= Self.isSpecial }
                if !ByteAlphabet.decode(text, into: &bytes) { bytes += text }
            } else if vocabulary.contains(id) {
                bytes += vocabulary.content(id)
            }
            let count = bytes.count - start
            let isText = bytes.withUnsafeBufferPointer {
                UTF8Check.firstInvalid(UnsafeBufferPointer(rebasing: $0[start...])) == nil
            }
            if !isText { flags |= Self.isBroken }
            entries.base[Int(id)] = UInt64(start) << 32 | flags | UInt64(count)
        }
        bytes += [UInt8](repeating: 0, count: 16)
        blob = FixedTable(bytes)
    }

    private init?(textsOf vocabulary: Vocabulary, _ added: AddedVocabulary, _ plan: DecodePlan, limit: Int) {
        var texts = TokenTexts()
        texts.bytes.reserveCapacity(limit * 8)
        texts.ends.reserveCapacity(limit)
        var ids = [(id: UInt32, isSpecial: Bool)]()
        ids.reserveCapacity(limit)
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
        entries = FixedTable(count: limit, repeating: 0)
        // No content begins at 0: an entry of 0 is that of no token.
        var bytes: [UInt8] = [0]
        bytes.reserveCapacity(contents.bytes.count + 17)
        var next = 0
        let entries = entries
        contents.forEach { content in
            let (id, isSpecial) = ids[next]
            next += 1
            let start = bytes.count
            var flags = isSpecial ? Self.isSpecial : 0
            if plan.fallsBack, let byte = TokenTexts.byte(content) {
                bytes.append(byte)
                flags |= Self.isBroken
            } else {
                bytes += content
            }
            entries.base[Int(id)] = UInt64(start) << 32 | flags | UInt64(bytes.count - start)
        }
        bytes += [UInt8](repeating: 0, count: 16)
        blob = FixedTable(bytes)
    }

    /// How many bytes the contents may have together: places of them have 32 bits, lengths 30.
    private static let most = 1 << 29

    /// Copies a content, and what follows up to sixteen bytes; returns how many bytes it has.
    @inline(__always)
    static func copy(_ entry: UInt64, _ blob: UnsafeRawPointer, to out: UnsafeMutableRawPointer) -> Int {
        let from = blob + Int(truncatingIfNeeded: entry &>> 32)
        let length = Int(truncatingIfNeeded: entry & Self.length)
        if length <= 16 {
            out.storeBytes(of: from.loadUnaligned(as: UInt64.self), as: UInt64.self)
            out.storeBytes(
                of: from.loadUnaligned(fromByteOffset: 8, as: UInt64.self), toByteOffset: 8, as: UInt64.self)
        } else {
            out.copyMemory(from: from, byteCount: length)
        }
        return length
    }

    /// Appends the contents of tokens of a byte-level vocabulary, which need not be UTF-8, and where each of them ends.
    func append(_ ids: UnsafeBufferPointer<UInt32>, to bytes: inout [UInt8], _ ends: inout [Int]) {
        let limit = UInt32(truncatingIfNeeded: entries.count)
        var total = 0
        for id in ids where id < limit { total &+= Int(truncatingIfNeeded: entries[Int(id)] & Self.length) }
        let (start, first) = (bytes.count, ends.count)
        // Contents are copied sixteen bytes at a time, and over the end of the last.
        bytes.append(contentsOf: repeatElement(0, count: total + 16))
        ends.append(contentsOf: repeatElement(0, count: ids.count))
        bytes.withUnsafeMutableBytes { bytes in
            ends.withUnsafeMutableBufferPointer { ends in
                guard let base = bytes.baseAddress else { return }
                var at = start
                for (k, id) in ids.enumerated() {
                    if id < limit {
                        at &+= Self.copy(entries[Int(id)], blob.base, to: base + at)
                    }
                    ends[first &+ k] = at
                }
            }
        }
        bytes.removeLast(16)
    }

    /// More than this no caller can want.
    static let limit = 1 << 36

    /// How many bytes the tokens have at most.
    func count(_ ids: UnsafeBufferPointer<UInt32>, skipSpecialTokens: Bool) throws(TokenizerError) -> Int {
        let skipped = skipSpecialTokens ? Self.isSpecial : 0
        let limit = UInt32(truncatingIfNeeded: entries.count)
        var total = 0
        for id in ids where id < limit {
            let entry = entries[Int(id)]
            // A byte that is no text becomes a character of three.
            let more = plan.fallsBack && entry & Self.isBroken != 0 ? 2 : 0
            total &+= entry & skipped == 0 ? Int(truncatingIfNeeded: entry & Self.length) &+ more : 0
        }
        if total > Self.limit { throw TokenizerError(.growsTooLong(limit: Self.limit)) }
        return total
    }

    /// Whether tokens are no text by themselves is asked of so many together: of each it would be guessed wrong often.
    static let block = 256

    /// How many bytes behind those of the tokens may be written.
    static let slack = 16

    /// Writes the bytes of the tokens, of which there are no more than `count` says, and up to sixteen behind them; returns how many they
    /// are, and whether they are UTF-8.
    func write(
        _ ids: UnsafeBufferPointer<UInt32>, skipSpecialTokens: Bool, to base: UnsafeMutablePointer<UInt8>
    ) -> (count: Int, isText: Bool) {
        if plan.fallsBack { return (writeFallingBack(ids, skipSpecialTokens: skipSpecialTokens, to: base), true) }
        let skipped = skipSpecialTokens ? Self.isSpecial : 0
        let limit = UInt32(truncatingIfNeeded: self.entries.count)
        let entries = UnsafePointer(self.entries.base)
        let blob = UnsafeRawPointer(self.blob.base)
        var isValid = true
        // Where tokens started that are no text by themselves and maybe are together.
        var broken: UnsafeMutableRawPointer?
        var out = UnsafeMutableRawPointer(base)
        var last: UInt64 = 0
        var start = 0
        while start < ids.count {
            let first = out
            let end = min(start &+ Self.block, ids.count)
            var flags: UInt64 = 0
            for i in start..<end {
                let id = ids[i]
                if id >= limit { continue }
                let entry = entries[Int(id)]
                if entry & skipped != 0 { continue }
                out += Self.copy(entry, blob, to: out)
                flags |= entry
                last = entry
            }
            start = end
            if flags & Self.isBroken != 0, broken == nil { broken = first }
            // What is no text by itself may be with what follows in the next block.
            if let from = broken, last & Self.isBroken == 0 || end == ids.count {
                let part = UnsafeRawBufferPointer(start: from, count: out - from)
                if UTF8Check.firstInvalid(part.bindMemory(to: UInt8.self)) != nil { isValid = false }
                broken = nil
            }
        }
        return (out - UnsafeMutableRawPointer(base), isValid)
    }
}
