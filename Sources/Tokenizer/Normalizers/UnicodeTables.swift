import CUnicode

/// Lookups in the sorted mapping tables. They are off the fast path: a text in normal form never comes here.
enum UnicodeTables {
    static func canonical(_ scalar: UInt32) -> UInt32? {
        guard canonicalBits.has(scalar) else { return nil }
        return find(scalar, cunicode_tokenizer_canonical_count) { cunicode_tokenizer_canonical_keys_at($0) }
            .map { cunicode_tokenizer_canonical_spans_at($0) }
    }

    static func compatible(_ scalar: UInt32) -> UInt32? {
        guard compatibleBits.has(scalar) else { return nil }
        return find(scalar, cunicode_tokenizer_compatible_count) { cunicode_tokenizer_compatible_keys_at($0) }
            .map { cunicode_tokenizer_compatible_spans_at($0) }
    }

    /// Rust's `char::to_lowercase`, where it changes the character.
    static func lower(_ scalar: UInt32) -> UInt32? {
        find(scalar, cunicode_tokenizer_lower_count) { cunicode_tokenizer_lower_keys_at($0) }
            .map { cunicode_tokenizer_lower_spans_at($0) }
    }

    /// The characters that `lower` changes.
    static let lowerBits = Bits(cunicode_tokenizer_lower_count) { cunicode_tokenizer_lower_keys_at($0) }
    private static let canonicalBits = Bits(cunicode_tokenizer_canonical_count) {
        cunicode_tokenizer_canonical_keys_at($0)
    }
    private static let compatibleBits = Bits(cunicode_tokenizer_compatible_count) {
        cunicode_tokenizer_compatible_keys_at($0)
    }

    /// A bit for each character up to the last that a table has.
    struct Bits: Sendable {
        private let words: [UInt64]

        init(_ count: UInt32, _ key: (UInt32) -> UInt32) {
            let keys = (0..<count).map(key)
            var words = [UInt64](repeating: 0, count: Int(keys.max() ?? 0) / 64 + 1)
            for key in keys { words[Int(key / 64)] |= 1 << UInt64(key % 64) }
            self.words = words
        }

        @inline(__always)
        func has(_ scalar: UInt32) -> Bool {
            let word = Int(scalar / 64)
            return word < words.count && words[word] >> UInt64(scalar % 64) & 1 != 0
        }
    }

    static func compose(_ first: UInt32, _ second: UInt32) -> UInt32? {
        if second >= 0x1161, second < 0x11C3 {
            if first >= 0x1100, first < 0x1113, second < 0x1176 {
                return 0xAC00 + ((first - 0x1100) * 21 + second - 0x1161) * 28
            }
            if first >= 0xAC00, first < 0xAC00 + 11172, (first - 0xAC00) % 28 == 0, second >= 0x11A8 {
                return first + second - 0x11A7
            }
        }
        let key = UInt64(first) << 32 | UInt64(second)
        return find(key, cunicode_tokenizer_pair_count) { cunicode_tokenizer_pair_keys_at($0) }
            .map { cunicode_tokenizer_pair_values_at($0) }
    }

    @inline(__always)
    private static func find<Key: Comparable>(_ key: Key, _ count: UInt32, _ at: (UInt32) -> Key) -> UInt32? {
        var low: UInt32 = 0
        var high = count
        while low < high {
            let middle = (low + high) / 2
            if at(middle) < key { low = middle + 1 } else { high = middle }
        }
        return low < count && at(low) == key ? low : nil
    }
}
