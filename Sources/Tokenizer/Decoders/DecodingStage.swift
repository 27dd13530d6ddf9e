/// One decoder that gets its tokens in portions: all it gives out, one portion after the other, is what it would give out
/// for all of them at once. It holds back what later tokens could still change: a run of byte tokens, half a character,
/// the last token where the end is special. What cannot be done in portions is held to the end.
struct DecodingStage {
    private let decoder: Decoder
    /// Whether what arrives are pieces of one token.
    private let isFused: Bool
    private var held = TokenTexts()
    private var hasSeen = false
    private var previous: [UInt8]?
    private var leftToStrip: Int

    init(_ decoder: Decoder, isFused: Bool) {
        self.decoder = decoder
        self.isFused = isFused
        leftToStrip = if case .strip(_, let start, _) = decoder { start } else { 0 }
    }

    /// Whether the decoder gives out a single token.
    static func fuses(_ decoder: Decoder) -> Bool {
        switch decoder {
        case .fuse, .byteLevel: true
        default: false
        }
    }

    mutating func push(_ texts: TokenTexts, isLast: Bool) -> TokenTexts {
        if isFused { return pushFused(texts, isLast: isLast) }
        switch decoder {
        case .fuse: return texts
        case .replace, .replacePattern, .strip: return texts.apply(decoder)
        case .byteLevel: return pushBytes(texts, isLast: isLast)
        case .wordPiece, .metaspace: return pushAfterFirst(texts)
        case .suffix:
            held.append(texts)
            if isLast { return held.apply(decoder) }
            let last = held.removeLast(held.ends.isEmpty ? 0 : 1)
            // With another token behind them none is the last.
            var others = held
            others.append([])
            held = last
            return others.apply(decoder).dropLast()
        case .byteFallback:
            held.append(texts)
            let run = isLast ? TokenTexts() : held.removeLast(held.countOfLastBytes)
            let ready = held
            held = run
            return ready.apply(decoder)
        case .ctc:
            var changed = TokenTexts()
            texts.forEach { token in
                if let previous, token.elementsEqual(previous) { return }
                previous = Array(token)
                changed.append(token)
            }
            return changed.apply(decoder)
        }
    }

    private mutating func pushAfterFirst(_ texts: TokenTexts) -> TokenTexts {
        if texts.ends.isEmpty { return texts }
        defer { hasSeen = true }
        if !hasSeen { return texts.apply(decoder) }
        var others = TokenTexts()
        others.append([])
        others.append(texts)
        return others.apply(decoder).dropFirst()
    }

    private mutating func pushBytes(_ texts: TokenTexts, isLast: Bool) -> TokenTexts {
        var raw = held.bytes
        texts.forEach { token in
            if !ByteAlphabet.decode(Array(token), into: &raw) { raw.append(contentsOf: token) }
        }
        let rest = isLast ? 0 : raw.withUnsafeBufferPointer { LossyUTF8.unfinished($0) }
        held = TokenTexts()
        held.bytes = Array(raw[(raw.count - rest)...])
        raw.removeLast(rest)
        var result = TokenTexts()
        raw.withUnsafeBufferPointer { LossyUTF8.append($0, to: &result.bytes) }
        result.ends = [result.bytes.count]
        return result
    }

    private mutating func pushFused(_ texts: TokenTexts, isLast: Bool) -> TokenTexts {
        switch decoder {
        case .fuse: return texts
        case .metaspace:
            var result = TokenTexts()
            texts.forEach { token in
                // All of it is the first token.
                var one = TokenTexts()
                one.append(token)
                result.append(one.apply(decoder))
            }
            return result
        case .strip(let scalar, _, stop: 0):
            var character = [UInt8]()
            Scalars.append(scalar, to: &character)
            var rest = texts.bytes[...]
            while leftToStrip > 0, rest.starts(with: character) {
                rest = rest.dropFirst(character.count)
                leftToStrip -= 1
            }
            if !rest.isEmpty { leftToStrip = 0 }
            var result = TokenTexts()
            result.append(rest)
            return result
        default:
            held.bytes += texts.bytes
            guard isLast else { return TokenTexts() }
            held.ends = [held.bytes.count]
            return held.apply(decoder)
        }
    }
}
