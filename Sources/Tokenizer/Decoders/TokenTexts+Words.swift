extension TokenTexts {
    /// Every occurrence of a text that is not empty; in the first token by something else, where that is given.
    func replace(_ pattern: [UInt8], with content: [UInt8], inFirst first: [UInt8]? = nil) -> TokenTexts {
        var result = TokenTexts(limit: limit)
        result.bytes.reserveCapacity(bytes.count)
        result.ends.reserveCapacity(ends.count)
        bytes.withUnsafeBufferPointer { buffer in
            var search = ByteSearch(pattern)
            var start = 0
            for end in ends where !result.isTooLong {
                let content = result.ends.isEmpty ? first ?? content : content
                search.reset(to: start)
                while !result.isTooLong, let found = search.next(in: buffer, limit: end) {
                    result.bytes.append(contentsOf: UnsafeBufferPointer(rebasing: buffer[start..<found]))
                    result.bytes.append(contentsOf: content)
                    start = found + pattern.count
                }
                result.append(UnsafeBufferPointer(rebasing: buffer[start..<end]))
                start = end
            }
        }
        return result
    }

    func replace(_ pattern: PatternProgram, with content: [UInt8]) -> TokenTexts {
        map { token, result in
            var matches = [Match]()
            token.withUnsafeBufferPointer { buffer in
                guard let p = buffer.baseAddress, buffer.count > 0 else { return }
                pattern.matches(p, Piece(start: 0, end: buffer.count), into: &matches)
            }
            for match in matches {
                if match.isMatch {
                    result.bytes.append(contentsOf: content)
                } else {
                    let start = token.startIndex
                    result.bytes.append(contentsOf: token[(start + match.piece.start)..<(start + match.piece.end)])
                }
            }
            result.append([])
        }
    }

    /// `decoders/wordpiece.rs`.
    func wordPiece(_ prefix: [UInt8], _ cleans: Bool) -> TokenTexts {
        map { token, result in
            let start = result.bytes.count
            if result.ends.isEmpty {
                result.append(token)
            } else if token.starts(with: prefix) {
                result.append(token.dropFirst(prefix.count))
            } else {
                result.bytes.append(0x20)
                result.append(token)
            }
            if cleans, EnglishSpaces.mayHaveAny(result.bytes[start...]) {
                let text = EnglishSpaces.clean(result.removeLast(1).bytes)
                result.append(text)
            }
        }
    }

    /// `decoders` of `pre_tokenizers/metaspace.rs`: of the first token every replacement goes.
    func metaspace(_ replacement: UInt32, _ dropsFirst: Bool) -> TokenTexts {
        var character = [UInt8]()
        Scalars.append(replacement, to: &character)
        return replace(character, with: [0x20], inFirst: dropsFirst ? [] : nil)
    }

    /// `decoders/bpe.rs`.
    func dropSuffix(_ suffix: [UInt8]) -> TokenTexts {
        let last = ends.count - 1
        return map { token, result in
            let content: [UInt8] = result.ends.count == last ? [] : [0x20]
            result.append(EnglishSpaces.replace(suffix, with: content, in: Array(token)))
        }
    }

    /// Repeated tokens and padding go (`decoders/ctc.rs`).
    func ctc(_ padding: [UInt8], _ delimiter: [UInt8], _ cleans: Bool) -> TokenTexts {
        var previous: ArraySlice<UInt8>?
        return map { token, result in
            if let previous, previous == token { return }
            previous = token
            var text = EnglishSpaces.replace(padding, with: [], in: Array(token))
            if cleans {
                text = EnglishSpaces.replace(delimiter, with: [0x20], in: EnglishSpaces.clean(text))
            }
            if !text.isEmpty { result.append(text) }
        }
    }
}
