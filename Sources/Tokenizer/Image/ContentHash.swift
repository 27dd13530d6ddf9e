/// BLAKE2b with 256 bits (RFC 7693), without a key: names the content of a file. About a gigabyte a second.
struct ContentHash: Equatable, Sendable {
    let words: [UInt64]

    init(words: [UInt64]) { self.words = words }

    init(_ bytes: UnsafeRawBufferPointer) {
        var state = Self.start
        state[0] ^= 0x0101_0020
        var at = 0
        while bytes.count - at > 128, let base = bytes.baseAddress {
            at += 128
            Self.compress(&state, base + at - 128, count: UInt64(at), isLast: false)
        }
        var block = [UInt8](repeating: 0, count: 128)
        block.withUnsafeMutableBytes { block in
            block.copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[at...]))
            if let base = block.baseAddress {
                Self.compress(&state, base, count: UInt64(bytes.count), isLast: true)
            }
        }
        words = Array(state[..<4])
    }

    var hexadecimal: String {
        words.map { word in
            (0..<8).map { i in
                let byte = word >> UInt64(8 * i) & 0xFF
                return (byte < 16 ? "0" : "") + String(byte, radix: 16)
            }.joined()
        }.joined()
    }

    private static let start: [UInt64] = [
        0x6A09_E667_F3BC_C908, 0xBB67_AE85_84CA_A73B, 0x3C6E_F372_FE94_F82B, 0xA54F_F53A_5F1D_36F1,
        0x510E_527F_ADE6_82D1, 0x9B05_688C_2B3E_6C1F, 0x1F83_D9AB_FB41_BD6B, 0x5BE0_CD19_137E_2179,
    ]

    private static let order: [[UInt8]] = [
        [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15], [14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3],
        [11, 8, 12, 0, 5, 2, 15, 13, 10, 14, 3, 6, 7, 1, 9, 4], [7, 9, 3, 1, 13, 12, 11, 14, 2, 6, 5, 10, 4, 0, 15, 8],
        [9, 0, 5, 7, 2, 4, 10, 15, 14, 1, 11, 12, 6, 8, 3, 13], [2, 12, 6, 10, 0, 11, 8, 3, 4, 13, 7, 5, 15, 14, 1, 9],
        [12, 5, 1, 15, 14, 13, 4, 10, 0, 7, 6, 3, 9, 2, 8, 11], [13, 11, 7, 14, 12, 1, 3, 9, 5, 0, 15, 4, 8, 6, 2, 10],
        [6, 15, 14, 9, 11, 3, 0, 8, 12, 2, 13, 7, 1, 4, 10, 5], [10, 2, 8, 4, 7, 6, 1, 5, 15, 11, 9, 14, 3, 12, 13, 0],
        [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15], [14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3],
    ]
    private static let flatOrder = FixedTable(order.flatMap { $0 })

    @inline(__always)
    private static func rotate(_ word: UInt64, _ bits: UInt64) -> UInt64 { word &>> bits | word &<< (64 &- bits) }

    private static func compress(_ state: inout [UInt64], _ block: UnsafeRawPointer, count: UInt64, isLast: Bool) {
        let order = flatOrder.base
        withUnsafeTemporaryAllocation(of: UInt64.self, capacity: 16) { buffer in
            guard let v = buffer.baseAddress else { return }
            for i in 0..<8 {
                v[i] = state[i]
                v[i + 8] = start[i]
            }
            v[12] ^= count
            if isLast { v[14] = ~v[14] }
            @inline(__always)
            func word(_ i: Int) -> UInt64 {
                UInt64(littleEndian: block.loadUnaligned(fromByteOffset: 8 &* Int(order[i]), as: UInt64.self))
            }
            @inline(__always)
            func mix(_ a: Int, _ b: Int, _ c: Int, _ d: Int, _ at: Int) {
                v[a] = v[a] &+ v[b] &+ word(at)
                v[d] = rotate(v[d] ^ v[a], 32)
                v[c] = v[c] &+ v[d]
                v[b] = rotate(v[b] ^ v[c], 24)
                v[a] = v[a] &+ v[b] &+ word(at &+ 1)
                v[d] = rotate(v[d] ^ v[a], 16)
                v[c] = v[c] &+ v[d]
                v[b] = rotate(v[b] ^ v[c], 63)
            }
            for round in 0..<12 {
                let at = 16 &* round
                mix(0, 4, 8, 12, at)
                mix(1, 5, 9, 13, at &+ 2)
                mix(2, 6, 10, 14, at &+ 4)
                mix(3, 7, 11, 15, at &+ 6)
                mix(0, 5, 10, 15, at &+ 8)
                mix(1, 6, 11, 12, at &+ 10)
                mix(2, 7, 8, 13, at &+ 12)
                mix(3, 4, 9, 14, at &+ 14)
            }
            for i in 0..<8 { state[i] ^= v[i] ^ v[i + 8] }
        }
    }
}
