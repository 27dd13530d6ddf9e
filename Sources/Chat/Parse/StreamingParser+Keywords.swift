/// Arguments as Python and its relatives write them.
extension StreamingParser {
    /// How deep in brackets and quotes a place is.
    struct Nesting: Sendable {
        var cursor = 0
        var depth = 0
        /// The quote that must end the string.
        var quote: UInt8?
        var isQuoted = false
        var isEscaped = false

        init(cursor: Int = 0) { self.cursor = cursor }
    }

    mutating func stepKeywords() -> Progress {
        guard case .keywords(let keywords)? = grammar.format.toolCalls?.arguments else {
            return giveUp(.malformedStructure)
        }
        while text.start < text.bytes.count, isSpace(text.bytes[text.start]), attempt?.told == nil { text.start += 1 }
        let start = text.start
        if attempt?.told == nil {
            if start == text.bytes.count { return text.isFinal ? giveUp(.unclosedBlock) : .wait }
            attempt?.told = start
            nesting.cursor = start
        }
        let count = text.bytes.count
        var i = nesting.cursor
        while i < count {
            if let quote = grammar.quote {
                switch match(quote, at: i) {
                case .partial:
                    nesting.cursor = i
                    return .wait
                case .yes(let end):
                    nesting.isQuoted.toggle()
                    i = end
                    continue
                case .no: break
                }
                if nesting.isQuoted {
                    i += 1
                    continue
                }
            }
            let byte = text.bytes[i]
            // Markers outside of quotes are none of the arguments'.
            let isMarker = nesting.quote == nil && byte == markerStart(at: i)
            if isMarker || !read(byte) {
                nesting.cursor = i
                return endKeywords(at: i, nil)
            }
            i += 1
            if nesting.depth == 0, !isSpace(byte) {
                nesting.cursor = i
                return endKeywords(at: i, LiteralReader.object(valid(start..<i)[...], keywords))
            }
        }
        nesting.cursor = i
        return text.isFinal ? endKeywords(at: count, nil) : .wait
    }

    /// The byte at a place where a marker's token begins.
    private func markerStart(at place: Int) -> UInt8? {
        guard let mark = text.mark(from: place), mark.start == place else { return nil }
        return text.bytes[place]
    }

    /// Takes a byte; false where arguments cannot go on.
    private mutating func read(_ byte: UInt8) -> Bool {
        if nesting.isEscaped {
            nesting.isEscaped = false
        } else if let quote = nesting.quote {
            if byte == UInt8(ascii: "\\") { nesting.isEscaped = true } else if byte == quote { nesting.quote = nil }
        } else {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "'"): if grammar.quote == nil { nesting.quote = byte }
            case UInt8(ascii: "("), UInt8(ascii: "["), UInt8(ascii: "{"): nesting.depth += 1
            case UInt8(ascii: ")"), UInt8(ascii: "]"), UInt8(ascii: "}"): nesting.depth -= 1
            default: break
            }
            // Something must be open, or open now.
            if nesting.depth < 0 || (nesting.depth == 0 && !isSpace(byte) && !")]}".utf8.contains(byte)) {
                return false
            }
        }
        return true
    }

    private mutating func endKeywords(at end: Int, _ json: [UInt8]?) -> Progress {
        guard let json else {
            tellArguments(to: end)
            text.start = end
            return giveUp(text.isFinal && end == text.bytes.count ? .unclosedBlock : .invalidJSON)
        }
        tellArguments(json)
        attempt?.told = nil
        text.start = end
        state = .closeCall
        return .again
    }
}
