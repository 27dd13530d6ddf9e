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
        var changes = [NormalizedText.Change]()
        changes.reserveCapacity(text.bytes.count)
        for scalar in Scalars.array(text.bytes) {
            guard let span = UnicodeTables.lower(scalar) else {
                changes.append(.init(scalar: scalar, change: 0))
                continue
            }
            for i in 0..<(span & 31) {
                changes.append(.init(scalar: cunicode_tokenizer_pool_at(span >> 5 + i), change: i == 0 ? 0 : 1))
            }
        }
        var result = text.blank(capacity: text.bytes.count)
        result.apply(changes, to: text, from: 0)
        return result
    }

    private static func strip(_ text: NormalizedText, left: Bool, right: Bool) -> NormalizedText {
        let scalars = Scalars.array(text.bytes)
        let leading = left ? scalars.prefix(while: CharacterTraits.isWhitespace).count : 0
        let trailing = right ? scalars.reversed().prefix(while: CharacterTraits.isWhitespace).count : 0
        if leading == 0, trailing == 0 { return text }
        let limit = scalars.count - trailing
        var changes = [NormalizedText.Change]()
        for (i, scalar) in scalars.enumerated() where i >= leading && i < limit {
            changes.append(.init(scalar: scalar, change: i == limit - 1 ? -trailing : 0))
        }
        var start = 0
        for _ in 0..<leading where start < text.bytes.count { start += Scalars.width(text.bytes[start]) }
        var result = text.blank(capacity: text.bytes.count)
        result.apply(changes, to: text, from: start)
        return result
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

    /// The character counts as the second of the three (`normalizers/bert.rs`).
    private static func spaceChinese(_ text: NormalizedText) -> NormalizedText {
        var changes = [NormalizedText.Change]()
        changes.reserveCapacity(text.bytes.count)
        for scalar in Scalars.array(text.bytes) {
            if cunicode_tokenizer_trait(scalar) & 16 == 0 {
                changes.append(.init(scalar: scalar, change: 0))
            } else {
                changes.append(.init(scalar: 0x20, change: 0))
                changes.append(.init(scalar: scalar, change: 1))
                changes.append(.init(scalar: 0x20, change: 1))
            }
        }
        var result = text.blank(capacity: text.bytes.count)
        result.apply(changes, to: text, from: 0)
        return result
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
