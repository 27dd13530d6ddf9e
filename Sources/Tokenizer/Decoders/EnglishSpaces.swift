/// The clean-up of tokenized English that some decoders do (`decoders/wordpiece.rs`, `cleanup`).
enum EnglishSpaces {
    private static let replacements: [(from: [UInt8], to: [UInt8])] = [
        (" .", "."), (" ?", "?"), (" !", "!"), (" ,", ","), (" ' ", "'"), (" n't", "n't"), (" 'm", "'m"),
        (" do not", " don't"), (" 's", "'s"), (" 've", "'ve"), (" 're", "'re"),
    ].map { (Array($0.0.utf8), Array($0.1.utf8)) }

    /// One replacement after the other. A text without a space is left alone.
    static func clean(_ text: [UInt8]) -> [UInt8] {
        var text = text
        for (from, to) in replacements where text.contains(0x20) { text = replace(from, with: to, in: text) }
        return text
    }

    /// Whether a text has a space where a replacement could begin: most have not.
    static func mayHaveAny(_ text: ArraySlice<UInt8>) -> Bool {
        text.withUnsafeBufferPointer { bytes in
            for i in bytes.indices.dropLast() where bytes[i] == 0x20 {
                if replacements.contains(where: { $0.from[1] == bytes[i + 1] }) { return true }
            }
            return false
        }
    }

    /// Every occurrence from the left, as Rust's `str::replace`: an empty pattern occurs around each character.
    static func replace(_ pattern: [UInt8], with content: [UInt8], in text: [UInt8]) -> [UInt8] {
        var result = [UInt8]()
        if pattern.isEmpty {
            if content.isEmpty { return text }
            for byte in text {
                if byte & 0xC0 != 0x80 { result += content }
                result.append(byte)
            }
            return result + content
        }
        var search = ByteSearch(pattern)
        var copied = 0
        text.withUnsafeBufferPointer { buffer in
            while let found = search.next(in: buffer, limit: buffer.count) {
                result += text[copied..<found]
                result += content
                copied = found + pattern.count
            }
        }
        if copied == 0 { return text }
        return result + text[copied...]
    }
}
