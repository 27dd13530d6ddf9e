extension Interpreter {
    /// CPython: bytes_repr. Quotes as for strings; what is not printable ASCII is escaped.
    static func appendBytesRepr(_ bytes: Text, _ out: inout TextBuilder, _ container: OriginID) {
        let (hasSingle, hasDouble) = bytes.withBytes { ($0.contains(0x27), $0.contains(0x22)) }
        let quote: UInt8 = hasSingle && !hasDouble ? 0x22 : 0x27
        let origin = bytes.isEmpty ? container : bytes.originAt(0).derived
        out.append([UInt8(ascii: "b"), quote], origin: origin)
        var i = 0
        while i < bytes.count {
            let (code, width) = bytes.withBytes { Text.decode($0, i) }
            let byte = UInt8(truncatingIfNeeded: code)
            switch byte {
            case quote, 0x5C: out.append([0x5C, byte], origin: bytes.originAt(i).derived)
            case 0x09: out.append("\\t", origin: bytes.originAt(i).derived)
            case 0x0A: out.append("\\n", origin: bytes.originAt(i).derived)
            case 0x0D: out.append("\\r", origin: bytes.originAt(i).derived)
            case 0x20..<0x7F: out.append(bytes, i, i + width)
            default: out.append(Array("\\x".utf8) + hexDigits(byte), origin: bytes.originAt(i).derived)
            }
            i += width
        }
        out.append(quote, origin: origin)
    }
}
