import CUnicode

/// CPython's html.unescape: character references of HTML become characters.
extension Interpreter {
    func unescape(_ text: Text) throws(TemplateError) -> Text {
        guard var found = text.find(Interpreter.ampersand) else { return text }
        try charge(text.count >> 2)
        var builder = builder()
        var from = 0
        while true {
            builder.append(text, from, found)
            from = found
            if let (codes, end) = try reference(text, found + 1) {
                let origin = text.originAt(found).derived
                for code in codes { builder.appendCodePoint(code, origin: origin) }
                from = end
            } else {
                builder.append(text, from, from + 1)
                from += 1
            }
            try charge(4)
            guard let next = text.find(Interpreter.ampersand, from: from) else { break }
            found = next
        }
        builder.append(text, from, text.count)
        return builder.finish(markup: text.isMarkup)
    }

    private static let ampersand = Text("&")

    /// The reference that begins behind an ampersand: its code points, and where it ends.
    private func reference(_ text: Text, _ start: Int) throws(TemplateError) -> (codes: [UInt32], end: Int)? {
        guard start < text.count else { return nil }
        if text[start] == UInt8(ascii: "#") { return try numericReference(text, start + 1) }
        // The longest name, of 32 characters at most; the semicolon belongs to it where HTML says so.
        var end = start
        while end < text.count, end - start < 32, !Interpreter.endsName(text[end]) { end += 1 }
        if end < text.count, text[end] == UInt8(ascii: ";") { end += 1 }
        while end - start >= 2 {
            let codes = withUnsafeTemporaryAllocation(of: UInt32.self, capacity: 2) { out -> [UInt32] in
                guard let base = out.baseAddress else { return [] }
                return Array(out.prefix(Int(cunicode_entity(text.base + start, end - start, base))))
            }
            if !codes.isEmpty { return (codes, end) }
            end -= 1
        }
        return nil
    }

    private static func endsName(_ byte: UInt8) -> Bool {
        [0x09, 0x0A, 0x0C, 0x20, 0x3C, 0x26, 0x23, 0x3B].contains(byte)
    }

    private func numericReference(_ text: Text, _ start: Int) throws(TemplateError) -> (codes: [UInt32], end: Int)? {
        guard start < text.count else { return nil }
        let isHex = text[start] | 0x20 == UInt8(ascii: "x")
        let radix: UInt32 = isHex ? 16 : 10
        var end = isHex ? start + 1 : start
        let first = end
        var code: UInt32 = 0
        while end < text.count, let digit = CodePoint.digit(text[end]), digit < radix {
            code = min(code * radix + UInt32(digit), 0x110000)
            end += 1
        }
        if end == first { return nil }
        if !isHex, end - first > 4300 {
            throw TemplateError(.value, "Exceeds the limit for integer string conversion")
        }
        if end < text.count, text[end] == UInt8(ascii: ";") { end += 1 }
        return (Interpreter.character(code), end)
    }

    /// HTML 5: what a number stands for. Some are taken as Windows wrote them, some stand for nothing.
    private static func character(_ code: UInt32) -> [UInt32] {
        switch code {
        case 0, 0xD800...0xDFFF, 0x110000...: [0xFFFD]
        case 0x0D: [0x0D]
        case 0x80...0x9F: [windows[Int(code - 0x80)]]
        case 0x01...0x08, 0x0B, 0x0E...0x1F, 0x7F, 0xFDD0...0xFDEF: []
        default: code & 0xFFFE == 0xFFFE ? [] : [code]
        }
    }

    private static let windows: [UInt32] = [
        0x20AC, 0x81, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0x8D,
        0x017D, 0x8F, 0x90, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A,
        0x0153, 0x9D, 0x017E, 0x0178,
    ]
}
