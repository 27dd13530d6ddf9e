import CUnicode

/// One step of normalization. A `Sequence` of the file is flattened into a list of steps.
enum Normalizer: Sendable {
    case form(UnicodeForm)
    case lowercase
    case strip(left: Bool, right: Bool)
    case prepend([UInt8])
    /// Every occurrence of a text, never empty.
    case replace([UInt8], with: [UInt8])
    case replacePattern(PatternProgram, with: [UInt8])
    case filter(CharacterFilter)
    /// Spaces around Chinese characters (`BertNormalizer`).
    case spaceChinese
    case map(CharacterMap)
    /// Bytes as byte letters.
    case byteLetters

    /// Whether the step leaves this text as it is; a quick answer, false when in doubt.
    func leaves(_ p: UnsafePointer<UInt8>, _ count: Int) -> Bool {
        switch self {
        case .form(let form): form.isNormal(p, count)
        case .filter(let filter): filter.leaves(p, count)
        default: count == 0
        }
    }

    func apply(_ text: NormalizedText) -> NormalizedText {
        switch self {
        case .form(let form): form.apply(text)
        case .lowercase: Self.lowercase(text)
        case .strip(let left, let right): Self.strip(text, left: left, right: right)
        case .prepend(let prefix): Self.prepend(prefix, to: text)
        case .replace(let pattern, let content): Self.replace(pattern, with: content, in: text)
        case .replacePattern(let pattern, let content): Self.replace(pattern, with: content, in: text)
        case .filter(let filter): filter.apply(text)
        case .spaceChinese: Self.spaceChinese(text)
        case .map(let map): map.apply(text)
        case .byteLetters: Self.byteLetters(text)
        }
    }

    /// What the steps make of the piece `start..<end` of the original text, which is not empty.
    static func apply(
        _ steps: [Normalizer], to p: UnsafePointer<UInt8>, _ start: Int, _ end: Int, keepsSpans: Bool
    ) -> NormalizedText {
        if let text = replacing(steps, p, start, end, keepsSpans: keepsSpans) { return text }
        return apply(steps, to: NormalizedText(p, start: start, end: end, keepsSpans: keepsSpans))
    }

    /// The same where the first steps, after a prefix or without one, replace a byte: the text is not copied before that.
    private static func replacing(
        _ steps: [Normalizer], _ p: UnsafePointer<UInt8>, _ start: Int, _ end: Int, keepsSpans: Bool
    ) -> NormalizedText? {
        var rest = steps[...]
        var prefix = [UInt8]()
        if case .prepend(let first) = rest.first {
            prefix = first
            rest.removeFirst()
        }
        guard case .replace(let pattern, let content) = rest.popFirst(), pattern.count == 1,
            !prefix.contains(pattern[0])
        else { return nil }
        let original = UnsafeBufferPointer(start: p + start, count: end - start)
        return NormalizedText(about: start, end, keepsSpans: keepsSpans)
            .replacing(pattern[0], with: content, in: original, behind: prefix)
            .map { apply(Array(rest), to: $0) }
    }

    static func apply(_ steps: [Normalizer], to text: NormalizedText) -> NormalizedText {
        var text = text
        for step in steps where !text.isTooLong { text = step.apply(text) }
        return text
    }

    private static func lowercase(_ text: NormalizedText) -> NormalizedText {
        let changing = UnicodeTables.lowerBits
        var result = text.rewritten { p, at, end in
            NormalizedText.nextBeyondASCII(p, at, end) { changing.has($0) }
        } write: { scalar, span, result in
            guard let images = UnicodeTables.lower(scalar) else { return }
            for i in 0..<(images & 31) { result.append(cunicode_tokenizer_pool_at(images >> 5 + i), span) }
        }
        result.bytes.withUnsafeMutableBufferPointer { bytes in
            for i in bytes.indices { bytes[i] |= bytes[i] &- 0x41 < 26 ? 0x20 : 0 }
        }
        return result
    }

    private static func strip(_ text: NormalizedText, left: Bool, right: Bool) -> NormalizedText {
        text.bytes.withUnsafeBufferPointer { buffer in
            guard let p = buffer.baseAddress else { return text }
            var (start, end) = (0, buffer.count)
            while left, start < end {
                let (scalar, width) = Scalars.decode(p + start)
                if !CharacterTraits.isWhitespace(scalar) { break }
                start += width
            }
            while right, start < end {
                let last = Scalars.before(p, end)
                if !CharacterTraits.isWhitespace(Scalars.decode(p + last).scalar) { break }
                end = last
            }
            if start == 0, end == buffer.count { return text }
            var result = text.blank(capacity: end - start)
            result.copy(start..<end, from: text)
            return result
        }
    }

    /// Inserted characters take the span of the first character (`NormalizedString::prepend`).
    private static func prepend(_ prefix: [UInt8], to text: NormalizedText) -> NormalizedText {
        if text.bytes.isEmpty { return text }
        var result = text.blank(capacity: text.bytes.count + prefix.count)
        for scalar in Scalars.array(prefix) { result.append(scalar, text.span(at: 0)) }
        result.copy(0..<text.bytes.count, from: text)
        return result
    }

    /// Replacements take the span of the last character they replace (`NormalizedString::replace`).
    private static func replace(_ pattern: [UInt8], with content: [UInt8], in text: NormalizedText) -> NormalizedText {
        if pattern.count == 1, let replaced = text.replacing(pattern[0], with: content) { return replaced }
        let scalars = Scalars.array(content)
        var result = text.blank(capacity: text.bytes.count)
        var copied = 0
        text.bytes.withUnsafeBufferPointer { bytes in
            var search = ByteSearch(pattern)
            while !result.isTooLong, let found = search.next(in: bytes, limit: bytes.count) {
                result.copy(copied..<found, from: text)
                copied = found + pattern.count
                for scalar in scalars { result.append(scalar, text.span(at: copied - 1)) }
            }
        }
        result.copy(copied..<text.bytes.count, from: text)
        return result
    }

    /// As above for the matches of a pattern. An inserted character takes the span of the byte before the end of the
    /// match, which for an empty match is whatever stands before it.
    private static func replace(
        _ pattern: PatternProgram, with content: [UInt8], in text: NormalizedText
    ) -> NormalizedText {
        let scalars = Scalars.array(content)
        var matches = [Match]()
        text.bytes.withUnsafeBufferPointer { bytes in
            guard let p = bytes.baseAddress, bytes.count > 0 else { return }
            pattern.matches(p, Piece(start: 0, end: bytes.count), into: &matches)
        }
        var result = text.blank(capacity: text.bytes.count)
        for match in matches where !result.isTooLong {
            if match.isMatch {
                for scalar in scalars { result.append(scalar, text.span(at: match.piece.end - 1)) }
            } else {
                result.copy(match.piece.start..<match.piece.end, from: text)
            }
        }
        return result
    }

    /// All three have the span of the character (`normalizers/bert.rs`).
    private static func spaceChinese(_ text: NormalizedText) -> NormalizedText {
        text.rewritten { p, at, end in
            NormalizedText.nextBeyondASCII(p, at, end) { cunicode_tokenizer_trait($0) & 16 != 0 }
        } write: { scalar, span, result in
            result.append(0x20, span)
            result.append(scalar, span)
            result.append(0x20, span)
        }
    }

    /// Every letter has the span of the character that its byte is of.
    static func byteLetters(_ text: NormalizedText) -> NormalizedText {
        var result = text.blank(capacity: 2 * text.bytes.count)
        for (i, byte) in text.bytes.enumerated() {
            result.append(UInt32(ByteAlphabet.scalars[Int(byte)]), text.span(at: i))
        }
        return result
    }
}
