/// Tokens as text while decoders work on them: one buffer and the ends of the tokens in it.
struct TokenTexts {
    var bytes: [UInt8] = []
    var ends: [Int] = []
    /// What replacements may blow the text up to.
    var limit = Int.max
    var isTooLong: Bool { bytes.count > limit }

    /// How many bytes may come of each of a text's.
    static let growth = 64

    /// Sets the limit by what the text has now; it is never less than 16 MB.
    mutating func limitGrowth() { limit = max(1 << 24, Self.growth * bytes.count) }

    mutating func append(_ text: some Collection<UInt8>) {
        bytes.append(contentsOf: text)
        ends.append(bytes.count)
    }

    mutating func append(_ others: TokenTexts) {
        let start = bytes.count
        bytes += others.bytes
        for end in others.ends { ends.append(start + end) }
    }

    func forEach(_ body: (ArraySlice<UInt8>) -> Void) {
        var start = 0
        for end in ends {
            body(bytes[start..<end])
            start = end
        }
    }

    /// The bytes of each token.
    var lengths: some Sequence<Int> { ends.indices.lazy.map { length($0) } }
    func length(_ i: Int) -> Int { ends[i] - (i > 0 ? ends[i - 1] : 0) }

    /// Takes the last tokens off and returns them.
    mutating func removeLast(_ count: Int) -> TokenTexts {
        var last = TokenTexts()
        if count == 0 { return last }
        let kept = ends.count - count
        let start = kept > 0 ? ends[kept - 1] : 0
        last.bytes = Array(bytes[start...])
        last.ends = ends[kept...].map { $0 - start }
        bytes.removeLast(bytes.count - start)
        ends.removeLast(count)
        return last
    }

    func dropLast() -> TokenTexts {
        var others = self
        _ = others.removeLast(min(1, ends.count))
        return others
    }

    func dropFirst() -> TokenTexts {
        var others = self
        return others.removeLast(max(ends.count - 1, 0))
    }

    /// How many tokens at the end name bytes.
    var countOfLastBytes: Int {
        var count = 0
        while count < ends.count {
            let index = ends.count - count - 1
            let token = bytes[(index > 0 ? ends[index - 1] : 0)..<ends[index]]
            if Self.byte(token) == nil { break }
            count += 1
        }
        return count
    }

    /// Applies `body` to each token in turn; it appends to the result what becomes of the token.
    func map(_ body: (ArraySlice<UInt8>, inout TokenTexts) -> Void) -> TokenTexts {
        var result = TokenTexts(limit: limit)
        result.bytes.reserveCapacity(bytes.count)
        result.ends.reserveCapacity(ends.count)
        var start = 0
        for end in ends where !result.isTooLong {
            body(bytes[start..<end], &result)
            start = end
        }
        return result
    }

    func apply(_ decoder: Decoder) -> TokenTexts {
        switch decoder {
        case .fuse:
            var result = self
            result.ends = [bytes.count]
            return result
        case .byteLevel: return byteLevel()
        case .byteFallback: return byteFallback()
        case .replace(let pattern, let content): return replace(pattern, with: content)
        case .replacePattern(let pattern, let content): return replace(pattern, with: content)
        case .wordPiece(let prefix, let cleans): return wordPiece(prefix, cleans)
        case .metaspace(let replacement, let dropsFirst): return metaspace(replacement, dropsFirst)
        case .suffix(let suffix): return dropSuffix(suffix)
        case .ctc(let padding, let delimiter, let cleans): return ctc(padding, delimiter, cleans)
        case .strip(let scalar, let start, let stop):
            var character = [UInt8]()
            Scalars.append(scalar, to: &character)
            return map { token, result in
                var rest = token
                var left = start
                while left > 0, rest.starts(with: character) {
                    rest = rest.dropFirst(character.count)
                    left -= 1
                }
                left = stop
                while left > 0, rest.count >= character.count, rest.suffix(character.count).elementsEqual(character) {
                    rest = rest.dropLast(character.count)
                    left -= 1
                }
                result.append(rest)
            }
        }
    }

    /// All tokens as one, byte letters as bytes; a token with another character keeps its text.
    private func byteLevel() -> TokenTexts {
        var raw = [UInt8]()
        _ = map { token, _ in
            if !ByteAlphabet.decode(Array(token), into: &raw) { raw.append(contentsOf: token) }
        }
        var result = TokenTexts(limit: limit)
        raw.withUnsafeBufferPointer { LossyUTF8.append($0, to: &result.bytes) }
        result.ends = [result.bytes.count]
        return result
    }

    /// Runs of `<0xE4>` as text where they are UTF-8, else one U+FFFD for each (`decoders/byte_fallback.rs`).
    private func byteFallback() -> TokenTexts {
        var run = [UInt8]()
        func flush(_ result: inout TokenTexts) {
            if run.isEmpty { return }
            if UTF8Text.isValid(run) {
                result.append(run)
            } else {
                for _ in run { result.append([0xEF, 0xBF, 0xBD]) }
            }
            run.removeAll(keepingCapacity: true)
        }
        var result = map { token, result in
            if let byte = Self.byte(token) {
                run.append(byte)
            } else {
                flush(&result)
                result.append(token)
            }
        }
        flush(&result)
        return result
    }

    /// The byte that `<0xE4>` names. Rust's `from_str_radix` also takes a plus sign for a digit place.
    static func byte(_ token: ArraySlice<UInt8>) -> UInt8? {
        guard token.count == 6, token.starts(with: "<0x".utf8), token.last == UInt8(ascii: ">") else { return nil }
        let digits = token.dropFirst(3).dropLast()
        func value(_ digit: UInt8) -> UInt8? {
            switch digit {
            case 0x30...0x39: digit - 0x30
            case 0x41...0x46: digit - 0x37
            case 0x61...0x66: digit - 0x57
            default: nil
            }
        }
        guard let first = digits.first, let last = digits.last, let low = value(last) else { return nil }
        if first == UInt8(ascii: "+") { return low }
        guard let high = value(first) else { return nil }
        return high << 4 | low
    }
}
