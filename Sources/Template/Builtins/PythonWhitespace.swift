/// CPython's `str.strip()` on UTF-8: white space as `str.isspace` knows it, off either end.
public enum PythonWhitespace {
    public static func strip(_ text: ArraySlice<UInt8>) -> ArraySlice<UInt8> { stripStart(stripEnd(text)) }

    public static func stripStart(_ text: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        var rest = text
        while let first = rest.first {
            let width = first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4
            guard rest.count >= width, isSpace(rest.prefix(width)) else { break }
            rest = rest.dropFirst(width)
        }
        return rest
    }

    public static func stripEnd(_ text: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        var rest = text
        while !rest.isEmpty {
            let width = min(rest.reversed().prefix { $0 & 0xC0 == 0x80 }.count, 3) + 1
            guard rest.count >= width, isSpace(rest.suffix(width)) else { break }
            rest = rest.dropLast(width)
        }
        return rest
    }

    private static func isSpace(_ bytes: ArraySlice<UInt8>) -> Bool {
        var decoder = UTF8()
        var iterator = bytes.makeIterator()
        guard case .scalarValue(let scalar) = decoder.decode(&iterator) else { return false }
        return CodePoint.isSpace(scalar.value)
    }
}
