import Glibc

/// A string value: a stretch of shared, immutable UTF-8 bytes, and where they came from.
///
/// Slicing shares the bytes. Python counts code points, so the text knows whether it is ASCII: then an index is a byte
/// offset. `origin` speaks for the whole text unless `runs` is not empty; a render that does not track origins leaves
/// both alone.
final class Text: @unchecked Sendable {
    // Unchecked: everything is constant, and `base` points into `storage`.
    /// Keeps the bytes alive. Never changed, so `base` stays good as long as this does.
    private let storage: [UInt8]
    let base: UnsafePointer<UInt8>
    let count: Int
    let isASCII: Bool
    /// markupsafe's `Markup`: text that is not to be escaped, and escapes what is joined to it.
    let isMarkup: Bool
    let origin: OriginID
    /// Of a text with more than one origin, the runs of the whole that it is a part of, and where in it this begins.
    let runList: RunList?
    let runOffset: Int
    /// Not 0 for keys and names, whose hash is used again and again.
    let storedHash: Int

    init(
        _ storage: [UInt8], start: Int = 0, count: Int? = nil, isASCII: Bool? = nil, isMarkup: Bool = false,
        origin: OriginID = 0, runs: [OriginRun] = [], hashed: Bool = false
    ) {
        let count = count ?? storage.count &- start
        self.storage = storage
        base = (storage.withUnsafeBufferPointer { $0.baseAddress } ?? Text.nothing) + start
        self.count = count
        self.isMarkup = isMarkup
        self.origin = origin
        runList = runs.isEmpty ? nil : RunList(runs)
        runOffset = 0
        let bytes = UnsafeBufferPointer(start: base, count: count)
        self.isASCII = isASCII ?? Text.isASCII(bytes)
        storedHash = hashed ? Text.hash(bytes) : 0
    }

    /// A part of `whole`, which keeps its bytes.
    init(
        of whole: Text, from: Int, count: Int, isASCII: Bool?, isMarkup: Bool, origin: OriginID, runList: RunList?
    ) {
        storage = whole.storage
        base = whole.base + from
        self.count = count
        self.isMarkup = isMarkup
        self.origin = origin
        self.runList = runList
        runOffset = whole.runOffset + from
        self.isASCII = isASCII ?? Text.isASCII(UnsafeBufferPointer(start: base, count: count))
        storedHash = 0
    }

    private nonisolated(unsafe) static let nothing = UnsafePointer(UnsafeMutablePointer<UInt8>.allocate(capacity: 1))

    var hasRuns: Bool { runList != nil }

    convenience init(_ literal: String, isMarkup: Bool = false) { self.init(Array(literal.utf8), isMarkup: isMarkup) }

    static let empty = Text([UInt8]())

    @inline(__always)
    func withBytes<R>(_ body: (UnsafeBufferPointer<UInt8>) -> R) -> R {
        body(UnsafeBufferPointer(start: base, count: count))
    }

    var array: [UInt8] {
        count == storage.count ? storage : Array(UnsafeBufferPointer(start: base, count: count))
    }

    /// The byte at an offset, which is inside the text.
    subscript(offset: Int) -> UInt8 { UnsafeBufferPointer(start: base, count: count)[offset] }

    var key: NameKey { NameKey(base: base, count: count, hash: hash) }

    var isEmpty: Bool { count == 0 }

    var hash: Int { storedHash != 0 ? storedHash : withBytes(Text.hash) }

    static func == (left: Text, right: Text) -> Bool {
        if left === right { return true }
        if left.count != right.count { return false }
        return Text.equal(left.base, right.base, left.count)
    }

    @inline(__always)
    static func equal(_ a: UnsafePointer<UInt8>, _ b: UnsafePointer<UInt8>, _ count: Int) -> Bool {
        var i = 0
        while i &+ 8 <= count {
            if UnsafeRawPointer(a + i).loadUnaligned(as: UInt64.self)
                != UnsafeRawPointer(b + i).loadUnaligned(as: UInt64.self)
            {
                return false
            }
            i &+= 8
        }
        while i < count {
            if a[i] != b[i] { return false }
            i &+= 1
        }
        return true
    }

    @inline(__always)
    static func equal(_ a: UnsafeBufferPointer<UInt8>, _ b: UnsafeBufferPointer<UInt8>) -> Bool {
        guard a.count == b.count else { return false }
        guard let x = a.baseAddress, let y = b.baseAddress else { return true }
        return equal(x, y, a.count)
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

    static let seed = UInt64.random(in: .min ... .max) | 1

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

/// The bytes of a name or key, borrowed from a text that outlives it: looked up without counting references.
struct NameKey {
    var base: UnsafePointer<UInt8>
    var count: Int
    var hash: Int
}
