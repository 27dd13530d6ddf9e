/// The standard base64 alphabet (RFC 4648 section 4), as both engines use it for arrays.
public enum Base64 {
    private static let invalid: UInt8 = 0xFF

    private static let values: [UInt8] = {
        var table = [UInt8](repeating: invalid, count: 256)
        for (value, character) in "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8.enumerated() {
            table[Int(character)] = UInt8(value)
        }
        return table
    }()

    /// The decoded bytes, or nil where `text` is not base64: a foreign character, a wrong length, padding inside.
    public static func decode(_ text: [UInt8]) -> [UInt8]? {
        guard text.count % 4 == 0 else { return nil }
        if text.isEmpty { return [] }
        var padding = 0
        if text[text.count - 1] == UInt8(ascii: "=") { padding += 1 }
        if padding == 1, text[text.count - 2] == UInt8(ascii: "=") { padding += 1 }
        var result = [UInt8]()
        result.reserveCapacity(text.count / 4 * 3)
        var i = 0
        while i < text.count {
            let last = i + 4 == text.count
            var word: UInt32 = 0
            for j in 0..<4 {
                let isPad = last && j >= 4 - padding
                let value = isPad ? 0 : values[Int(text[i + j])]
                if value == invalid { return nil }
                word = word << 6 | UInt32(value)
            }
            result.append(UInt8(truncatingIfNeeded: word >> 16))
            if !last || padding < 2 { result.append(UInt8(truncatingIfNeeded: word >> 8)) }
            if !last || padding < 1 { result.append(UInt8(truncatingIfNeeded: word)) }
            i += 4
        }
        return result
    }
}
