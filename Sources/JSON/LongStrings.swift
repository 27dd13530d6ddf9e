import Bytes

/// Long strings, read straight out of a document: jansson reads a byte at a time, and most of a chat is what was said.
///
/// A string that is lifted leaves a mark with its number, which the document does not contain. Whatever is unusual about a
/// string (an escaped code unit, a control character, bytes that are not UTF-8, a key) leaves it to jansson.
struct LongStrings {
    /// Shorter strings are not worth it.
    private static let shortest = 48
    private static let quote = UInt8(ascii: "\"")
    private static let backslash = UInt8(ascii: "\\")

    /// The document with marks.
    private(set) var text: [UInt8] = []
    private(set) var strings: [[UInt8]] = []
    let mark: [UInt8]

    /// nil where nothing is long.
    init?(_ bytes: UnsafeBufferPointer<UInt8>) {
        guard bytes.count >= 4 * LongStrings.shortest else { return nil }
        mark = BigIntegers.unusedMark(in: bytes)
        var kept = 0
        var at = 0
        while let open = LongStrings.find(bytes, from: at) {
            guard let (content, end) = read(bytes, from: open + 1) else { return nil }
            at = end
            guard let content, !LongStrings.isKey(bytes, behind: end) else { continue }
            text += bytes[kept..<open]
            text.append(LongStrings.quote)
            text += mark
            text += String(strings.count).utf8
            text.append(LongStrings.quote)
            strings.append(content)
            kept = end
        }
        if strings.isEmpty { return nil }
        text += bytes[kept...]
    }

    /// The string that a mark stands for.
    func string(_ text: UnsafeBufferPointer<UInt8>) -> [UInt8]? {
        guard text.count > mark.count, text.starts(with: mark) else { return nil }
        var index = 0
        for digit in text[mark.count...] {
            guard digit >= UInt8(ascii: "0"), digit <= UInt8(ascii: "9"), index <= strings.count else { return nil }
            index = 10 * index + Int(digit - UInt8(ascii: "0"))
        }
        return index < strings.count ? strings[index] : nil
    }

    /// The next quote.
    private static func find(_ bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> Int? {
        var at = start
        while at < bytes.count {
            if bytes[at] == quote { return at }
            at += 1
        }
        return nil
    }

    /// A string from behind its opening quote to behind its closing one; its content where it is long and nothing about it is
    /// unusual. nil where the document ends in it.
    private func read(_ bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> (content: [UInt8]?, end: Int)? {
        var isPlain = true
        var escapes = 0
        var at = start
        while true {
            at = LongStrings.special(bytes, from: at)
            guard at < bytes.count else { return nil }
            switch bytes[at] {
            case LongStrings.quote:
                let raw = UnsafeBufferPointer(rebasing: bytes[start..<at])
                guard isPlain, raw.count >= LongStrings.shortest, UTF8Check.firstInvalid(raw) == nil else {
                    return (nil, at + 1)
                }
                return (escapes == 0 ? Array(raw) : LongStrings.unescaped(raw, escapes), at + 1)
            case LongStrings.backslash:
                guard at + 1 < bytes.count else { return nil }
                if LongStrings.meaning(bytes[at + 1]) == nil { isPlain = false }
                escapes += 1
                at += 2
            default:
                isPlain = false
                at += 1
            }
        }
    }

    /// The first byte from `start` on that is a quote, a backslash or a control character; the end where there is none.
    static func special(_ bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let raw = UnsafeRawBufferPointer(bytes)
        var at = start
        while at + 8 <= bytes.count {
            let word = raw.loadUnaligned(fromByteOffset: at, as: UInt64.self).littleEndian
            let quotes = word ^ (ones &* UInt64(quote))
            let slashes = word ^ (ones &* UInt64(backslash))
            let found =
                ((quotes &- ones) & ~quotes | (slashes &- ones) & ~slashes | (word &- ones &* 0x20) & ~word)
                & (ones &* 0x80)
            if found != 0 { return at + found.trailingZeroBitCount / 8 }
            at += 8
        }
        while at < bytes.count, bytes[at] != quote, bytes[at] != backslash, bytes[at] >= 0x20 { at += 1 }
        return at
    }

    /// What an escape of two letters means; nil for others.
    private static func meaning(_ letter: UInt8) -> UInt8? {
        switch letter {
        case UInt8(ascii: "n"): 0x0A
        case UInt8(ascii: "t"): 0x09
        case UInt8(ascii: "r"): 0x0D
        case UInt8(ascii: "b"): 0x08
        case UInt8(ascii: "f"): 0x0C
        case quote, backslash, UInt8(ascii: "/"): letter
        default: nil
        }
    }

    private static func unescaped(_ raw: UnsafeBufferPointer<UInt8>, _ escapes: Int) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: raw.count - escapes) { room, count in
            var at = 0
            while at < raw.count {
                let next = special(raw, from: at)
                _ = room[count...].initialize(fromContentsOf: raw[at..<next])
                count += next - at
                guard next + 1 < raw.count else { break }
                room.initializeElement(at: count, to: meaning(raw[next + 1]) ?? raw[next + 1])
                count += 1
                at = next + 2
            }
        }
    }

    /// Whether a colon follows.
    private static func isKey(_ bytes: UnsafeBufferPointer<UInt8>, behind end: Int) -> Bool {
        var at = end
        while at < bytes.count, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[at]) { at += 1 }
        return at < bytes.count && bytes[at] == UInt8(ascii: ":")
    }
}
