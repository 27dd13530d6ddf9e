import CScan
import Glibc

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
    /// Where each content is: the offset in the upper half, the length in the lower.
    private let places: FixedTable<UInt64>
    private let flags: FixedTable<UInt8>
    /// Hash in the high half, id + 1 in the low; 0 is free.
    private let index: FixedTable<UInt64>
    private let mask: Int
    /// Made at random: nobody can write a file whose tokens collide.
    private let seed: UInt64

    init?(_ image: ImageReader) {
        guard let numbers = image.numbers(7), let blob = image.table(of: UInt8.self),
            let places = image.table(of: UInt64.self),
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
        (self.blob, self.places, self.flags, self.index) = (blob, places, flags, index)
        guard places.count == limit, flags.count == limit, index.count.nonzeroBitCount == 1
        else { return nil }
    }

    func write(to image: inout ImageWriter) {
        image.add(
            numbers: [isByteLevel ? 1 : 0, UInt64(count), UInt64(limit), UInt64(longest), hasDuplicates ? 1 : 0]
                + [sharesIDs ? 1 : 0, seed])
        image.add(blob)
        image.add(places)
        image.add(flags)
        image.add(index)
    }

    init(_ tokens: TokenList, isByteLevel: Bool) {
        self.isByteLevel = isByteLevel
        seed = UInt64.random(in: 0 ... .max)
        count = tokens.count
        limit = tokens.ids.reduce(0) { max($0, Int($1) + 1) }
        var capacity = 64
        while capacity < tokens.count * 2 { capacity *= 2 }
        mask = capacity - 1
        index = FixedTable(count: capacity, repeating: 0)
        places = FixedTable(count: limit, repeating: 0)
        flags = FixedTable(count: limit, repeating: 0)
        blob = FixedTable(count: tokens.bytes.count, repeating: 0)
        var hashes = [UInt32]()
        hashes.reserveCapacity(tokens.count)
        var (shares, longest, end) = (false, 0, 0)
        let (blob, places, flags, seed) = (self.blob, self.places, self.flags, self.seed)
        tokens.bytes.withUnsafeBufferPointer { bytes in
            for i in 0..<tokens.count {
                let range = tokens.range(i)
                let id = Int(tokens.ids[i])
                longest = max(longest, range.count)
                if flags[id] != 0 { shares = true }
                let content = blob.base + end
                var length = range.count
                var kind = Self.isPresent
                if let text = bytes.baseAddress.map({ $0 + range.lowerBound }) {
                    if isByteLevel, let decoded = ByteAlphabet.decode(text, range.count, to: content) {
                        length = decoded
                        kind |= Self.isBytes
                    } else {
                        content.update(from: text, count: length)
                    }
                }
                places.base[id] = UInt64(end) << 32 | UInt64(length)
                flags.base[id] = kind
                hashes.append(Self.hash(content, length, seed))
                end += length
            }
        }
        sharesIDs = shares
        self.longest = longest
        var duplicates = false
        for (i, id) in tokens.ids.enumerated() {
            if i + 8 < hashes.count { cscan_prefetch(index.base + Int(hashes[i + 8]) & mask) }
            let (at, length) = (Self.offset(places[Int(id)]), Self.length(places[Int(id)]))
            // Of tokens that share an id the content of the last counts.
            let hash = shares ? Self.hash(blob.base + at, length, seed) : hashes[i]
            var slot = Int(hash) & mask
            while index[slot] != 0 {
                let other = Int(UInt32(truncatingIfNeeded: index[slot])) - 1
                if UInt32(truncatingIfNeeded: index[slot] >> 32) == hash, flags[other] == flags[Int(id)],
                    Self.length(places[other]) == length,
                    memcmp(blob.base + Self.offset(places[other]), blob.base + at, length) == 0
                {
                    duplicates = true
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

    @inline(__always)
    private static func offset(_ place: UInt64) -> Int { Int(truncatingIfNeeded: place &>> 32) }
    @inline(__always)
    private static func length(_ place: UInt64) -> Int { Int(truncatingIfNeeded: place & 0xFFFF_FFFF) }

    /// The id whose content is these bytes, of the kind that the flag says.
    @inline(__always)
    func find(_ p: UnsafePointer<UInt8>, _ count: Int, isBytes: Bool) -> UInt32? {
        find(p, count, Self.hash(p, count, seed), isBytes: isBytes)
    }

    @inline(__always)
    func find(_ p: UnsafePointer<UInt8>, _ count: Int, _ hash: UInt32, isBytes: Bool) -> UInt32? {
        var slot = Int(hash) & mask
        while true {
            let entry = index[slot]
            if entry == 0 { return nil }
            if UInt32(truncatingIfNeeded: entry >> 32) == hash {
                let id = Int(UInt32(truncatingIfNeeded: entry)) &- 1
                if (flags[id] & Self.isBytes != 0) == isBytes, equal(id, p, count) {
                    return UInt32(truncatingIfNeeded: id)
                }
            }
            slot = (slot &+ 1) & mask
        }
    }

    @inline(__always)
    private func equal(_ id: Int, _ p: UnsafePointer<UInt8>, _ count: Int) -> Bool {
        if Self.length(places[id]) != count { return false }
        let q = blob.base + Self.offset(places[id])
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

    @inline(__always)
    func hash(_ p: UnsafePointer<UInt8>, _ count: Int) -> UInt32 { Self.hash(p, count, seed) }

    /// Whether this is the content of a token, of the kind that the vocabulary is made of.
    @inline(__always)
    func has(_ id: UInt32, _ p: UnsafePointer<UInt8>, _ count: Int) -> Bool {
        contains(id) && isBytes(id) == isByteLevel && equal(Int(id), p, count)
    }

    /// Has what `find` reads first brought near; then what that leads to, and then what that leads to.
    @inline(__always)
    func expectIndex(_ hash: UInt32) { cscan_prefetch(index.base + Int(hash) & mask) }

    @inline(__always)
    func expectPlace(_ hash: UInt32) {
        guard let id = first(hash) else { return }
        cscan_prefetch(places.base + id)
        cscan_prefetch(flags.base + id)
    }

    @inline(__always)
    func expectContent(_ hash: UInt32) {
        if let id = first(hash) { cscan_prefetch(blob.base + Self.offset(places[id])) }
    }

    @inline(__always)
    func expectContent(of id: UInt32) { cscan_prefetch(blob.base + Self.offset(places[Int(id)])) }

    /// The id that has this hash, nearly always, if any has.
    @inline(__always)
    private func first(_ hash: UInt32) -> Int? {
        var slot = Int(hash) & mask
        for _ in 0..<4 {
            let entry = index[slot]
            if entry == 0 { return nil }
            if UInt32(truncatingIfNeeded: entry >> 32) == hash { return Int(UInt32(truncatingIfNeeded: entry)) &- 1 }
            slot = (slot &+ 1) & mask
        }
        return nil
    }

    @inline(__always)
    func contains(_ id: UInt32) -> Bool { Int(id) < limit && flags[Int(id)] & Self.isPresent != 0 }

    /// The content of a token that is present.
    @inline(__always)
    func content(_ id: UInt32) -> UnsafeBufferPointer<UInt8> {
        let place = places[Int(id)]
        return UnsafeBufferPointer(start: blob.base + Self.offset(place), count: Self.length(place))
    }

    @inline(__always)
    func length(_ id: UInt32) -> Int { Self.length(places[Int(id)]) }

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
