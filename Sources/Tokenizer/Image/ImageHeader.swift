/// The first bytes of an image: what it is, which source it is of, how large it is, and a checksum of all of it.
struct ImageHeader: Equatable {
    static let size = 128

    /// To be raised with every change of what the tables mean or how they are laid out.
    static let version: UInt64 = 16
    /// "typecase" in the byte order of the processor.
    private static let magic: UInt64 = 0x6573_6163_6570_7974
    private static let words = 16

    /// Magic, version, size of the file, sections, the four words of the source's hash, the four of the checksum.
    private let fields: [UInt64]

    init(source: ContentHash, sections: Int, body: UnsafeRawBufferPointer) {
        let known = [Self.magic, Self.version, UInt64(Self.size + body.count), UInt64(sections)] + source.words
        let zeros = [UInt64](repeating: 0, count: Self.words - known.count - 4)
        fields = known + Checksum.of(body, after: known) + zeros
    }

    /// Nil where there is none of this version, or it speaks of another size.
    init?(_ file: UnsafeRawBufferPointer) {
        guard file.count >= Self.size, file.count % 64 == 0 else { return nil }
        fields = (0..<Self.words).map { file.loadUnaligned(fromByteOffset: 8 * $0, as: UInt64.self) }
        guard fields[0] == Self.magic, fields[1] == Self.version, fields[2] == UInt64(file.count),
            fields[3] <= UInt64((file.count - Self.size) / 16)
        else { return nil }
    }

    var sections: Int { Int(truncatingIfNeeded: fields[3]) }

    func isOf(_ source: ContentHash) -> Bool { Array(fields[4..<8]) == source.words }

    /// Whether nothing of the file changed since it was written. Reads all of it.
    func matches(_ body: UnsafeRawBufferPointer) -> Bool {
        Array(fields[8..<12]) == Checksum.of(body, after: Array(fields[..<8])) && fields[12...].allSatisfy { $0 == 0 }
    }

    func store(to image: UnsafeMutableRawBufferPointer) {
        for (i, field) in fields.enumerated() {
            image.storeBytes(of: field, toByteOffset: 8 * i, as: UInt64.self)
        }
    }
}

/// Tells damage, not malice: each lane is a bijection of every word that goes in, so no single damaged word goes unseen.
/// About thirty gigabytes a second.
enum Checksum {
    /// Of bytes whose count is a multiple of 64, after other words.
    static func of(_ bytes: UnsafeRawBufferPointer, after words: [UInt64]) -> [UInt64] {
        var lanes = SIMD8<UInt64>(1, 2, 3, 4, 5, 6, 7, 8)
        for word in words { step(&lanes, SIMD8(repeating: word)) }
        var i = 0
        while i &+ 64 <= bytes.count, let base = bytes.baseAddress {
            step(&lanes, (base + i).loadUnaligned(as: SIMD8<UInt64>.self))
            i &+= 64
        }
        step(&lanes, SIMD8(repeating: UInt64(bytes.count)))
        let low = lanes.lowHalf
        let high = (lanes.highHalf ^ low &>> 31) &* 0xD6E8_FEB8_6659_FD93
        let sums = low ^ high
        return (0..<4).map { sums[$0] }
    }

    @inline(__always)
    private static func step(_ lanes: inout SIMD8<UInt64>, _ words: SIMD8<UInt64>) {
        for k in 0..<8 {
            let product = (lanes[k] ^ words[k]) &* 0x9E37_79B9_7F4A_7C15
            lanes[k] = product ^ product &>> 29
        }
    }
}
