/// Bytes as hexadecimal digits and back, and tables of bytes.
extension Interpreter {
    static func hexDigits(_ byte: UInt8) -> [UInt8] {
        let digits = Array("0123456789abcdef".utf8)
        return [digits[Int(byte >> 4)], digits[Int(byte & 15)]]
    }

    /// `bytes.hex(sep, bytes_per_sep)`: groups are counted from the right, or with a negative number from the left.
    func hex(_ bytes: Text, _ arguments: CallArguments) throws(TemplateError) -> Text {
        let bound = try arguments.bind("sep", "bytes_per_sep")
        let size = try wantInt(bound[1], or: 1)
        var separator: Text?
        if let given = bound[0] {
            // CPython asks for the length before the type.
            if try length(given) != 1 { throw TemplateError(.value, "sep must be length 1.") }
            switch given {
            case .string(let text), .bytes(let text): separator = text
            default: throw TemplateError(.type, "sep must be str or bytes.")
            }
            if separator?.isASCII == false { throw TemplateError(.value, "sep must be ASCII.") }
        }
        let codes = bytes.codePoints
        let offsets = bytes.characterOffsets
        try checkSize(codes.count &* 3)
        try charge(codes.count)
        let group = Int(clamping: size.magnitude)
        var builder = builder()
        for (i, code) in codes.enumerated() {
            let place = size < 0 ? i : codes.count - i
            if let separator, i > 0, group > 0, place % group == 0 { builder.append(separator) }
            builder.append(
                Interpreter.hexDigits(UInt8(truncatingIfNeeded: code)), origin: bytes.originAt(offsets[i]).derived)
        }
        return builder.finish()
    }

    func bytesFromHex(_ arguments: CallArguments) throws(TemplateError) -> TemplateValue {
        guard case .string(let text)? = try arguments.bind("string", required: 1, positionalOnly: 1)[0] else {
            throw TemplateError(.type, "fromhex() argument must be str")
        }
        try charge(text.count)
        let wrong = TemplateError(.value, "non-hexadecimal number found in fromhex() arg")
        var out = builder()
        var i = 0
        while i < text.count {
            if Interpreter.isByteSpace(UInt32(text[i])) {
                i += 1
                continue
            }
            guard i + 1 < text.count, let high = CodePoint.digit(text[i]), let low = CodePoint.digit(text[i + 1]),
                high < 16, low < 16
            else { throw wrong }
            out.appendCodePoint(UInt32(high << 4 | low), origin: text.originAt(i).derived)
            i += 2
        }
        return .bytes(out.finish())
    }

    func bytesTable(_ arguments: CallArguments) throws(TemplateError) -> TemplateValue {
        let bound = try arguments.bind("frm", "to", required: 2, positionalOnly: 2)
        let from = try wantBytes(bound[0] ?? .none).codePoints
        let to = try wantBytes(bound[1] ?? .none).codePoints
        if from.count != to.count { throw TemplateError(.value, "maketrans arguments must have same length") }
        var table = (0..<256).map { UInt8($0) }
        try charge(256 + from.count)
        for (a, b) in zip(from, to) { table[Int(a)] = UInt8(truncatingIfNeeded: b) }
        return .bytes(Interpreter.bytes(table))
    }

    func translateBytes(_ bytes: Text, _ arguments: CallArguments) throws(TemplateError) -> Text {
        let bound = try arguments.bind("table", "delete", required: 1, positionalOnly: 1)
        var table: [UInt32]?
        if let given = bound[0], !given.isNone {
            let codes = try wantBytes(given).codePoints
            if codes.count != 256 { throw TemplateError(.value, "translation table must be 256 characters long") }
            table = codes
        }
        var isDeleted = [Bool](repeating: false, count: 256)
        if let delete = bound[1] { for code in try wantBytes(delete).codePoints { isDeleted[Int(code)] = true } }
        try charge(256)
        return bytes.mapCharacters(self, keeping: true) { code, _, out in
            if !isDeleted[Int(code) & 255] { Text.encode(table?[Int(code) & 255] ?? code, to: &out) }
        }
    }
}
