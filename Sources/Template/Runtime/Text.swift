import Glibc

/// A string value: a stretch of shared, immutable UTF-8 bytes, and where they came from.
///
/// Slicing shares the bytes. Python counts code points, so the text knows whether it is ASCII: then an index is a byte
/// offset. `origin` speaks for the whole text unless `runs` is not empty; a render that does not track origins leaves
/// both alone.
final class Text: Sendable {
    let storage: [UInt8]
    let start: Int
    let count: Int
    let isASCII: Bool
    /// markupsafe's `Markup`: text that is not to be escaped, and escapes what is joined to it.
    let isMarkup: Bool
    let origin: OriginID
    let runs: [OriginRun]
    /// Not 0 for keys and names, whose hash is used again and again.
    let storedHash: Int

    init(
        _ storage: [UInt8], start: Int = 0, count: Int? = nil, isASCII: Bool? = nil, isMarkup: Bool = false,
        origin: OriginID = 0, runs: [OriginRun] = [], hashed: Bool = false
    ) {
        let count = count ?? storage.count &- start
        self.storage = storage
        self.start = start
        self.count = count
        self.isMarkup = isMarkup
        self.origin = origin
        self.runs = runs
        (self.isASCII, storedHash) = storage.withUnsafeBufferPointer { buffer in
            let bytes = UnsafeBufferPointer(rebasing: buffer[start..<(start + count)])
            return (isASCII ?? Text.isASCII(bytes), hashed ? Text.hash(bytes) : 0)
        }
    }

    convenience init(_ literal: String, isMarkup: Bool = false) { self.init(Array(literal.utf8), isMarkup: isMarkup) }

    static let empty = Text([UInt8]())

    @inline(__always)
    func withBytes<R>(_ body: (UnsafeBufferPointer<UInt8>) -> R) -> R {
        storage.withUnsafeBufferPointer { buffer in
            guard let base = buffer.baseAddress else { return body(UnsafeBufferPointer(start: nil, count: 0)) }
            return body(UnsafeBufferPointer(start: base + start, count: count))
        }
    }

    var array: [UInt8] { start == 0 && count == storage.count ? storage : Array(storage[start..<(start + count)]) }

    subscript(offset: Int) -> UInt8 { storage[start + offset] }

    var isEmpty: Bool { count == 0 }

    var hash: Int { storedHash != 0 ? storedHash : withBytes(Text.hash) }

    static func == (left: Text, right: Text) -> Bool {
        if left === right { return true }
        if left.count != right.count { return false }
        return left.withBytes { a in right.withBytes { b in Text.equal(a, b) } }
    }

    @inline(__always)
    static func equal(_ a: UnsafeBufferPointer<UInt8>, _ b: UnsafeBufferPointer<UInt8>) -> Bool {
        guard a.count == b.count else { return false }
        var i = 0
        while i &+ 8 <= a.count {
            let left = UnsafeRawPointer(a.baseAddress.unsafelyUnwrapped + i).loadUnaligned(as: UInt64.self)
            let right = UnsafeRawPointer(b.baseAddress.unsafelyUnwrapped + i).loadUnaligned(as: UInt64.self)
            if left != right { return false }
            i &+= 8
        }
        while i < a.count {
            if a[i] != b[i] { return false }
            i &+= 1
        }
        return true
    }

    func equals(_ literal: StaticString) -> Bool {
        withBytes {
            Text.equal($0, UnsafeBufferPointer(start: literal.utf8Start, count: literal.utf8CodeUnitCount))
        }
    }

    /// UTF-8 sorts as its code points do.
    static func < (left: Text, right: Text) -> Bool {
        left.withBytes { a in
            right.withBytes { b in
                guard let x = a.baseAddress, let y = b.baseAddress else { return a.count < b.count }
                let order = memcmp(x, y, Swift.min(a.count, b.count))
                return order < 0 || (order == 0 && a.count < b.count)
            }
        }
    }

    private static let seed = UInt64.random(in: .min ... .max) | 1

    /// Seeded, so that nobody can write keys that collide. Never 0.
    static func hash(_ bytes: UnsafeBufferPointer<UInt8>) -> Int {
        var state = seed ^ UInt64(truncatingIfNeeded: bytes.count)
        var i = 0
        func mix(_ word: UInt64) {
            let product = (state ^ word).multipliedFullWidth(by: 0x9E37_79B9_7F4A_7C15)
            state = product.high ^ product.low ^ seed
        }
        while i &+ 8 <= bytes.count {
            mix(UnsafeRawPointer(bytes.baseAddress.unsafelyUnwrapped + i).loadUnaligned(as: UInt64.self))
            i &+= 8
        }
        var rest: UInt64 = 0
        while i < bytes.count {
            rest = rest << 8 | UInt64(bytes[i])
            i &+= 1
        }
        mix(rest)
        return Int(truncatingIfNeeded: state) | 1
    }

    static func isASCII(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        var i = 0
        while i &+ 8 <= bytes.count {
            let word = UnsafeRawPointer(bytes.baseAddress.unsafelyUnwrapped + i).loadUnaligned(as: UInt64.self)
            if word & 0x8080_8080_8080_8080 != 0 { return false }
            i &+= 8
        }
        while i < bytes.count {
            if bytes[i] >= 0x80 { return false }
            i &+= 1
        }
        return true
    }
}
