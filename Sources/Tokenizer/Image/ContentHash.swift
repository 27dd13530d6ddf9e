import CNettle

/// SHA-256: names the content of a file.
struct ContentHash: Equatable, Sendable {
    let words: [UInt64]

    init(words: [UInt64]) { self.words = words }

    init(_ bytes: UnsafeRawBufferPointer) {
        var state = sha256_ctx()
        nettle_sha256_init(&state)
        nettle_sha256_update(&state, bytes.count, bytes.bindMemory(to: UInt8.self).baseAddress)
        var digest = [UInt8](repeating: 0, count: Int(SHA256_DIGEST_SIZE))
        nettle_sha256_digest(&state, digest.count, &digest)
        words = digest.withUnsafeBytes { digest in
            (0..<4).map { UInt64(bigEndian: digest.loadUnaligned(fromByteOffset: 8 * $0, as: UInt64.self)) }
        }
    }

    var hexadecimal: String {
        words.map { word in
            let digits = String(word, radix: 16)
            return String(repeating: "0", count: 16 - digits.utf8.count) + digits
        }.joined()
    }
}
