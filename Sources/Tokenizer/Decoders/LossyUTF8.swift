import Bytes

/// Invalid UTF-8 made valid as Rust's `String::from_utf8_lossy` does: each longest prefix of a valid sequence that is cut
/// short becomes one U+FFFD, each byte that starts none another.
public enum LossyUTF8 {
    public static func append(_ bytes: UnsafeBufferPointer<UInt8>, to out: inout [UInt8]) {
        guard let base = bytes.baseAddress else { return }
        var i = 0
        while i < bytes.count {
            let rest = UnsafeBufferPointer(start: base + i, count: bytes.count - i)
            guard let bad = UTF8Check.firstInvalid(rest) else {
                out.append(contentsOf: rest)
                return
            }
            out.append(contentsOf: rest[..<bad])
            out.append(contentsOf: [0xEF, 0xBF, 0xBD])
            i += bad + invalidPrefix(base + i + bad, rest.count - bad)
        }
    }

    /// How many bytes of the invalid sequence at `p` one replacement stands for.
    private static func invalidPrefix(_ p: UnsafePointer<UInt8>, _ available: Int) -> Int {
        let lead = p[0]
        let length = lead < 0xC2 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : lead < 0xF5 ? 4 : 1
        if length == 1 || available < 2 { return 1 }
        let low: UInt8 = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80
        let high: UInt8 = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF
        if p[1] < low || p[1] > high { return 1 }
        var i = 2
        while i < length, i < available, p[i] & 0xC0 == 0x80 { i += 1 }
        return i
    }

    /// How many bytes at the end are the start of a character whose rest may still come.
    public static func unfinished(_ bytes: UnsafeBufferPointer<UInt8>) -> Int {
        guard let base = bytes.baseAddress else { return 0 }
        for count in 1...3 where count <= bytes.count {
            let lead = bytes[bytes.count - count]
            if lead & 0xC0 == 0x80 { continue }
            guard lead >= 0xC2, lead < 0xF5, Scalars.width(lead) > count else { return 0 }
            return invalidPrefix(base + bytes.count - count, count) == count ? count : 0
        }
        return 0
    }
}
