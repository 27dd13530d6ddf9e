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
            out.storeBytes(of: from.loadUnaligned(as: SIMD16<UInt8>.self), as: SIMD16<UInt8>.self)
        } else {
            out.copyMemory(from: from, byteCount: length)
        }
        return length
    }

    func content(_ entry: UInt64) -> UnsafeBufferPointer<UInt8> {
        UnsafeBufferPointer(
            start: blob.base + Int(truncatingIfNeeded: entry &>> 32),
            count: Int(truncatingIfNeeded: entry & Self.length))
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
    private static let limit = 1 << 36

    /// So many tokens are counted, and then written while they are near. Whether one of them is no text by itself is asked of all together:
    /// of each it would be guessed wrong often.
    private static let block = 256

    /// Appends what the tokens become, and returns whether it is UTF-8.
    func decode(
        _ ids: UnsafeBufferPointer<UInt32>, skipSpecialTokens: Bool, to text: inout DecodedText
    ) throws(TokenizerError) -> Bool {
        let skipped = skipSpecialTokens ? Self.isSpecial : 0
        var isText = true
        // Where the first of tokens in a row begins that are no text by themselves and maybe are together.
        var broken: Int?
        var start = 0
        while start < ids.count {
            let block = UnsafeBufferPointer(rebasing: ids[start..<min(start &+ Self.block, ids.count)])
            let sum = sum(block, skipped)
            // A byte that is no text becomes a character of three, as may those that wait.
            let room = plan.fallsBack ? 3 &* sum.bytes &+ 2 &* (text.count &- (broken ?? text.count)) : sum.bytes
            if text.count &+ room > Self.limit { throw TokenizerError(.growsTooLong(limit: Self.limit)) }
            let left = (ids.count &- start &+ Self.block &- 1) / Self.block
            text.reserve(room, expected: sum.bytes &* 5 / 4 &* left)
            start &+= block.count
            if plan.fallsBack {
                if sum.flags & Self.isBroken != 0 || broken != nil {
                    writeBytes(block, skipped, &broken, to: &text)
                } else {
                    write(block, skipped, isWhole: sum.isWhole, to: &text)
                }
                continue
            }
            let first = text.count
            let last = write(block, skipped, isWhole: sum.isWhole, to: &text)
            if sum.flags & Self.isBroken != 0, broken == nil { broken = first }
            // What is no text by itself may be with what follows in the next block.
            if let from = broken, last & Self.isBroken == 0 || start == ids.count {
                if text.withBytes(from: from, UTF8Check.firstInvalid) != nil { isText = false }
                broken = nil
            }
        }
        if plan.fallsBack, let broken { closeBytes(broken, &text) }
        return isText
    }

    /// How many bytes tokens have, their flags, and whether none of them is left out.
    @inline(__always)
    private func sum(
        _ ids: UnsafeBufferPointer<UInt32>, _ skipped: UInt64
    ) -> (bytes: Int, flags: UInt64, isWhole: Bool) {
        let limit = UInt32(truncatingIfNeeded: entries.count)
        let entries = UnsafePointer(entries.base)
        var (bytes, flags, isWhole) = (0, UInt64(0), true)
        for id in ids {
            if id >= limit {
                isWhole = false
                continue
            }
            let entry = entries[Int(id)]
            if entry & skipped != 0 {
                isWhole = false
                continue
            }
            bytes &+= Int(truncatingIfNeeded: entry & Self.length)
            flags |= entry
        }
        return (bytes, flags, isWhole)
    }

    /// Writes the contents of tokens, for which there is room; returns the last one's entry.
    @inline(__always)
    @discardableResult
    private func write(
        _ ids: UnsafeBufferPointer<UInt32>, _ skipped: UInt64, isWhole: Bool, to text: inout DecodedText
    ) -> UInt64 {
        let limit = UInt32(truncatingIfNeeded: entries.count)
        let (entries, blob) = (UnsafePointer(entries.base), UnsafeRawPointer(blob.base))
        var out = text.end
        var last: UInt64 = 0
        if isWhole {
            for id in ids {
                last = entries[Int(id)]
                out += Self.copy(last, blob, to: out)
            }
        } else {
            for id in ids where id < limit && entries[Int(id)] & skipped == 0 {
                last = entries[Int(id)]
                out += Self.copy(last, blob, to: out)
            }
        }
        text.close(at: out)
        return last
    }
}
