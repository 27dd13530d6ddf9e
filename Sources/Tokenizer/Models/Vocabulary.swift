import CScan

/// Tokens and their ids. A token's content lies in one blob; of a byte-level vocabulary it is the bytes the token stands
/// for, wherever its text is made of byte letters, and then the text is made from the bytes when somebody asks.
///
/// Lookup hashes the bytes and compares all of them: a crafted collision costs time, never a wrong id.
final class Vocabulary: Sendable {
    /// Set where the content is the meaning of byte letters and not the text itself.
    static let isBytes: UInt8 = 1
    /// Set where a word equal to the content encodes to this token alone.
    static let isWord: UInt8 = 2
    static let isPresent: UInt8 = 4

    /// Ids from here on are refused: they would make the tables huge for nothing.
    static let idLimit = 1 << 22

    let isByteLevel: Bool
    /// How many tokens there are, which the library takes for the first free id.
    let count: Int
    /// One past the largest id.
    let limit: Int
    /// The bytes of the longest content, or more.
    let longest: Int
    /// Whether two of the tokens have one text, which a JSON parser would not have passed on.
    let hasDuplicates: Bool
    /// Whether two of the tokens have one id.
    let sharesIDs: Bool
    private let blob: FixedTable<UInt8>
    private let offsets: FixedTable<UInt32>
    private let lengths: FixedTable<UInt32>
    private let flags: FixedTable<UInt8>
    /// Hash in the high half, id + 1 in the low; 0 is free.
    private let index: FixedTable<UInt64>
    private let mask: Int
    /// Made at random: nobody can write a file whose tokens collide.
    private let seed: UInt64

    init?(_ image: ImageReader) {
        guard let numbers = image.numbers(7), let blob = image.table(of: UInt8.self),
            let offsets = image.table(of: UInt32.self), let lengths = image.table(of: UInt32.self),
            let flags = image.table(of: UInt8.self), let index = image.table(of: UInt64.self)
        else { return nil }
        isByteLevel = numbers[0] != 0
        count = Int(truncatingIfNeeded: numbers[1])
        limit = Int(truncatingIfNeeded: numbers[2])
        longest = Int(truncatingIfNeeded: numbers[3])
        hasDuplicates = numbers[4] != 0
        sharesIDs = numbers[5] != 0
        seed = numbers[6]
        mask = index.count - 1
        (self.blob, self.offsets, self.lengths, self.flags, self.index) = (blob, offsets, lengths, flags, index)
        guard offsets.count == limit, lengths.count == limit, flags.count == limit, index.count.nonzeroBitCount == 1
        else { return nil }
    }

    func write(to image: inout ImageWriter) {
        image.add(
            numbers: [isByteLevel ? 1 : 0, UInt64(count), UInt64(limit), UInt64(longest), hasDuplicates ? 1 : 0]
                + [sharesIDs ? 1 : 0, seed])
        image.add(blob)
        image.add(offsets)
        image.add(lengths)
        image.add(flags)
        image.add(index)
    }

    init(_ tokens: [(text: [UInt8], id: UInt32)], isByteLevel: Bool) {
        self.isByteLevel = isByteLevel
        let seed = UInt64.random(in: 0 ... .max)
        self.seed = seed
        count = tokens.count
        limit = tokens.reduce(0) { max($0, Int($1.id) + 1) }
        longest = tokens.reduce(0) { max($0, $1.text.count) }
        var contents = [UInt8]()
        contents.reserveCapacity(tokens.reduce(0) { $0 + $1.text.count })
        offsets = FixedTable(count: limit, repeating: 0)
        lengths = FixedTable(count: limit, repeating: 0)
        flags = FixedTable(count: limit, repeating: 0)
        var shares = false
        for (text, id) in tokens {
            let start = contents.count
            if flags[Int(id)] != 0 { shares = true }
            let isBytes = isByteLevel && ByteAlphabet.decode(text, into: &contents)
            if !isBytes { contents.append(contentsOf: text) }
            offsets.base[Int(id)] = UInt32(truncatingIfNeeded: start)
            lengths.base[Int(id)] = UInt32(truncatingIfNeeded: contents.count - start)
            flags.base[Int(id)] = Self.isPresent | (isBytes ? Self.isBytes : 0)
        }
        sharesIDs = shares
        self.blob = FixedTable(contents)
        var capacity = 64
        while capacity < tokens.count * 2 { capacity *= 2 }
        index = FixedTable(count: capacity, repeating: 0)
        mask = capacity - 1
        var duplicates = false
        let (blob, offsets, lengths, flags) = (self.blob, self.offsets, self.lengths, self.flags)
        for (_, id) in tokens {
            let p = UnsafePointer(blob.base + Int(offsets[Int(id)]))
            let hash = Self.hash(p, Int(lengths[Int(id)]), seed)
            var slot = Int(hash) & mask
            while index[slot] != 0 {
                if UInt32(truncatingIfNeeded: index[slot] >> 32) == hash {
                    let other = Int(UInt32(truncatingIfNeeded: index[slot])) - 1
                    let isSame =
                        lengths[other] == lengths[Int(id)] && flags[other] == flags[Int(id)]
                        && (0..<Int(lengths[other])).allSatisfy {
                            blob[Int(offsets[other]) + $0] == p[$0]
                        }
                    if isSame { duplicates = true }
                }
                slot = (slot + 1) & mask
            }
            index.base[slot] = UInt64(hash) << 32 | UInt64(id + 1)
        }
        hasDuplicates = duplicates
    }

    @inline(__always)
    private static func hash(_ p: UnsafePointer<UInt8>, _ count: Int, _ seed: UInt64) -> UInt32 {
        var state = seed ^ UInt64(truncatingIfNeeded: count)
        var i = 0
        while i &+ 8 <= count {
            state = mix(state ^ UnsafeRawPointer(p + i).loadUnaligned(as: UInt64.self))
            i &+= 8
        }
        var tail: UInt64 = 0
        while i < count {
            tail = tail << 8 | UInt64(p[i])
            i &+= 1
        }
        state = mix(state ^ tail)
        return UInt32(truncatingIfNeeded: state ^ state >> 32)
    }

    @inline(__always)
    private static func mix(_ value: UInt64) -> UInt64 {
        let product = value.multipliedFullWidth(by: 0xD6E8_FEB8_6659_FD93)
        return product.high ^ product.low
    }

    /// The id whose content is these bytes, of the kind that `flag` says.
    @inline(__always)
    func find(_ p: UnsafePointer<UInt8>, _ count: Int, isBytes: Bool) -> UInt32? {
        find(p, count, Self.hash(p, count, seed), isBytes: isBytes)
    }

    @inline(__always)
    private func find(_ p: UnsafePointer<UInt8>, _ count: Int, _ hash: UInt32, isBytes: Bool) -> UInt32? {
        var slot = Int(hash) & mask
        while true {
            let entry = index[slot]
            if entry == 0 { return nil }
            if UInt32(truncatingIfNeeded: entry >> 32) == hash {
                let id = Int(UInt32(truncatingIfNeeded: entry)) &- 1
                if Int(lengths[id]) == count, (flags[id] & Self.isBytes != 0) == isBytes, equal(id, p, count) {
                    return UInt32(truncatingIfNeeded: id)
                }
            }
            slot = (slot &+ 1) & mask
        }
    }

    @inline(__always)
    private func equal(_ id: Int, _ p: UnsafePointer<UInt8>, _ count: Int) -> Bool {
        let q = blob.base + Int(offsets[id])
        for i in 0..<count where q[i] != p[i] { return false }
        return true
    }

    /// The id of a token by its text.
    func id(of text: [UInt8]) -> UInt32? {
        var bytes = [UInt8]()
        let isBytes = isByteLevel && ByteAlphabet.decode(text, into: &bytes)
        return (isBytes ? bytes : text).withUnsafeBufferPointer { buffer in
            guard let base = buffer.baseAddress else { return nil }
            return find(base, buffer.count, isBytes: isBytes)
        }
    }

    /// Whether every content has one id and every id one content, so that a content under an id is found there.
    var isOneToOne: Bool { !hasDuplicates && !sharesIDs }

    /// The ids of two tokens and of what they make together, where all three are made of the same kind of letters; nil
    /// otherwise. `guess` may be what they make: mostly it is the token after the one before. `buffer` is working memory.
    func merge(
        _ left: [UInt8], _ right: [UInt8], guess: UInt32, _ buffer: inout [UInt8]
    ) -> (left: UInt32, right: UInt32, merged: UInt32)? {
        buffer.removeAll(keepingCapacity: true)
        var middle = left.count
        if isByteLevel {
            guard ByteAlphabet.decode(left, into: &buffer) else { return nil }
            middle = buffer.count
            guard ByteAlphabet.decode(right, into: &buffer) else { return nil }
        } else {
            buffer += left
            buffer += right
        }
        return buffer.withUnsafeBufferPointer { buffer in
            guard let base = buffer.baseAddress else { return nil }
            let leftHash = Self.hash(base, middle, seed)
            let rightHash = Self.hash(base + middle, buffer.count - middle, seed)
            cscan_prefetch(index.base + (Int(leftHash) & mask))
            cscan_prefetch(index.base + (Int(rightHash) & mask))
            let isGuessed =
                isOneToOne && contains(guess) && lengths[Int(guess)] == buffer.count
                && isBytes(guess) == isByteLevel && equal(Int(guess), base, buffer.count)
            guard let merged = isGuessed ? guess : find(base, buffer.count, isBytes: isByteLevel),
                let left = find(base, middle, leftHash, isBytes: isByteLevel),
                let right = find(base + middle, buffer.count - middle, rightHash, isBytes: isByteLevel)
            else { return nil }
            return (left, right, merged)
        }
    }

    @inline(__always)
    func contains(_ id: UInt32) -> Bool { Int(id) < limit && flags[Int(id)] & Self.isPresent != 0 }

    /// The content of a token that is present.
    @inline(__always)
    func content(_ id: UInt32) -> UnsafeBufferPointer<UInt8> {
        UnsafeBufferPointer(start: blob.base + Int(offsets[Int(id)]), count: Int(lengths[Int(id)]))
    }

    @inline(__always)
    func length(_ id: UInt32) -> Int { Int(lengths[Int(id)]) }

    @inline(__always)
    func isWord(_ id: UInt32) -> Bool { flags[Int(id)] & Self.isWord != 0 }
    func isBytes(_ id: UInt32) -> Bool { flags[Int(id)] & Self.isBytes != 0 }

    /// To be called only while the tokenizer loads.
    func markWord(_ id: UInt32) { flags.base[Int(id)] |= Self.isWord }

    func text(_ id: UInt32) -> [UInt8]? {
        guard contains(id) else { return nil }
        return isBytes(id) ? ByteAlphabet.encode(content(id)) : Array(content(id))
    }
}
