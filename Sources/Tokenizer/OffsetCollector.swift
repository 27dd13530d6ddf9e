/// Collects, beside the ids, where in the original text each token came from, the way the library reports it: a token
/// that is a part of a character has the whole character's span (`PreTokenizedString::into_encoding`).
struct OffsetCollector {
    /// Start and end in bytes of the original text, two a token.
    private(set) var bytes: [UInt32] = []
    /// How many spaces each token starts and ends with, in characters, two a token: what trimming takes away.
    private(set) var spaces: [UInt32] = []

    /// The tokens from `first` on, which are those of the word `start..<end`, or of several words that tokens cover.
    mutating func append(
        _ first: Int, _ start: Int, _ end: Int, _ p: UnsafePointer<UInt8>, _ text: NormalizedText?,
        _ scratch: EncodeScratch, _ vocabulary: Vocabulary
    ) {
        // The library counts in the text its model sees, in which a byte letter has one or two bytes. As long as the
        // tokens cover the word that makes no difference.
        let isIrregular = scratch.state.pointee.isIrregular
        if !isIrregular, text == nil, vocabulary.isByteLevel, !scratch.state.pointee.isPlaced,
            appendBytes(first, start, end, p, scratch, vocabulary)
        {
            return
        }
        let map = isIrregular && vocabulary.isByteLevel ? letterMap(p, start, end) : nil
        var at = 0
        for index in first..<scratch.count {
            let id = scratch.ids[index]
            let length = isIrregular ? Int(scratch.state.pointee.word.lengths[index - first]) : vocabulary.length(id)
            if scratch.state.pointee.isPlaced { at = Int(scratch.state.pointee.word.next[index - first]) }
            let isText = scratch.state.pointee.isPlaced && scratch.state.pointee.word.previous[index - first] != 0
            if isText {
                appendSpaces(UnsafeBufferPointer(start: p + start + at, count: length), isBytes: false)
            } else {
                appendSpaces(vocabulary.content(id), isBytes: vocabulary.isBytes(id))
            }
            if at + length > map?.count ?? (end - start) {
                // The affixes that fall back to bytes have lengths too. What then lies beyond the word is reported as
                // it is, relative to the word.
                bytes.append(UInt32(truncatingIfNeeded: at))
                bytes.append(UInt32(truncatingIfNeeded: at + length))
            } else {
                let low = map?[at] ?? start + at
                let high = map?[at + length - 1] ?? start + at + length - 1
                bytes.append(Self.span(low, p, text).start)
                bytes.append(Self.span(high, p, text).end)
            }
            at += length
        }
    }

    /// The common case: byte-level tokens that cover words of the text itself. False, and nothing appended, where they
    /// do not cover them.
    private mutating func appendBytes(
        _ first: Int, _ start: Int, _ end: Int, _ p: UnsafePointer<UInt8>, _ scratch: EncodeScratch,
        _ vocabulary: Vocabulary
    ) -> Bool {
        let ids = UnsafePointer(scratch.ids)
        let limit = scratch.count
        var covered = start
        for index in first..<limit {
            let length = vocabulary.length(ids[index])
            if length == 0 { return false }
            covered &+= length
        }
        guard covered == end else { return false }
        var low = start
        for index in first..<limit {
            let next = low &+ vocabulary.length(ids[index])
            var from = low
            while from > 0, p[from] & 0xC0 == 0x80 { from &-= 1 }
            var to = next
            if p[next &- 1] >= 0x80 {
                var last = next &- 1
                while last > 0, p[last] & 0xC0 == 0x80 { last &-= 1 }
                to = last &+ Scalars.width(p[last])
            }
            bytes.append(UInt32(truncatingIfNeeded: from))
            bytes.append(UInt32(truncatingIfNeeded: to))
            var leading = low
            while leading < next, p[leading] == 0x20 { leading &+= 1 }
            var trailing = next
            while trailing > low, p[trailing &- 1] == 0x20 { trailing &-= 1 }
            spaces.append(UInt32(truncatingIfNeeded: leading &- low))
            spaces.append(UInt32(truncatingIfNeeded: next &- trailing))
            low = next
        }
        return true
    }

    /// An added token.
    mutating func append(_ segment: AddedVocabulary.Segment, _ p: UnsafePointer<UInt8>, _ text: NormalizedText?) {
        bytes.append(Self.span(segment.start, p, text).start)
        bytes.append(Self.span(segment.end - 1, p, text).end)
        appendSpaces(
            UnsafeBufferPointer(start: p + segment.start, count: segment.end - segment.start), isBytes: false)
    }

    /// For each byte of the word written in byte letters, the byte it stands for.
    private func letterMap(_ p: UnsafePointer<UInt8>, _ start: Int, _ end: Int) -> [Int] {
        var map = [Int]()
        for i in start..<end {
            map.append(i)
            if ByteAlphabet.scalars[Int(p[i])] >= 0x80 { map.append(i) }
        }
        return map
    }

    private static func span(_ i: Int, _ p: UnsafePointer<UInt8>, _ text: NormalizedText?) -> NormalizedText.Span {
        if let text { return text.span(at: i) }
        let start = Scalars.before(p, i + 1)
        return .init(
            start: UInt32(truncatingIfNeeded: start), end: UInt32(truncatingIfNeeded: start + Scalars.width(p[start])))
    }

    private mutating func appendSpaces(_ content: UnsafeBufferPointer<UInt8>, isBytes: Bool) {
        if isBytes {
            // Of the byte letters only the one for the space counts as whitespace.
            spaces.append(UInt32(truncatingIfNeeded: content.prefix { $0 == 0x20 }.count))
            spaces.append(UInt32(truncatingIfNeeded: content.reversed().prefix { $0 == 0x20 }.count))
            return
        }
        let scalars = Scalars.array(Array(content))
        let isSpace: (UInt32) -> Bool = { $0 == 0x120 || CharacterTraits.isWhitespace($0) }
        spaces.append(UInt32(truncatingIfNeeded: scalars.prefix(while: isSpace).count))
        spaces.append(UInt32(truncatingIfNeeded: scalars.reversed().prefix(while: isSpace).count))
    }

    /// Offsets in characters. A start at the end of the text is left in bytes, as the library's converter leaves it.
    func characters(_ p: UnsafePointer<UInt8>, _ count: Int) -> [UInt32] {
        var index = [UInt32](repeating: 0, count: count)
        var character: UInt32 = 0
        for i in 0..<count {
            if i > 0, p[i] & 0xC0 != 0x80 { character += 1 }
            index[i] = character
        }
        var result = bytes
        for i in stride(from: 0, to: bytes.count, by: 2) where Int(bytes[i]) < count {
            let end = Int(bytes[i + 1])
            result[i] = index[Int(bytes[i])]
            // Beyond the end the converter guesses.
            result[i + 1] =
                end < count ? index[end] : end == count ? index[count - 1] + 1 : result[i] + 2
        }
        return result
    }

    /// Applies a trimming post-processor to the offsets, of either kind, of some of the tokens.
    func trim(_ offsets: inout [UInt32], _ tokens: Range<Int>, _ trimmer: OffsetTrimmer) {
        for token in tokens {
            let i = 2 * token
            var (start, end) = (offsets[i], offsets[i + 1])
            trimmer.trim(
                &start, &end, isFirst: token == tokens.lowerBound, leading: Int(spaces[i]),
                trailing: Int(spaces[i + 1]))
            offsets[i] = start
            offsets[i + 1] = end
        }
    }
}
