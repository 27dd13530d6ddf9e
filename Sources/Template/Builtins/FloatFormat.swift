import Glibc

/// Floats in the fixed, exponent and general layouts of C, correctly rounded.
enum FloatFormat {
    static func fixed(_ value: Double, _ precision: Int) -> String { print("f", value, precision, alternate: false) }

    /// `letter` is e, f or g. The decimal point is a point, whatever locale the process has chosen.
    static func print(_ letter: Swift.Character, _ value: Double, _ precision: Int, alternate: Bool) -> String {
        let format = "%\(alternate ? "#" : "").*\(letter)"
        return withVaList([CInt(clamping: precision), value]) { list in
            let capacity = 512 + max(precision, 0)
            return withUnsafeTemporaryAllocation(of: CChar.self, capacity: capacity) { buffer in
                guard let base = buffer.baseAddress else { return "" }
                let written = min(max(Int(vsnprintf(base, capacity, format, list)), 0), capacity - 1)
                let bytes = UnsafeRawBufferPointer(start: base, count: written).map { $0 == 0x2C ? 0x2E : $0 }
                return String(decoding: bytes, as: UTF8.self)
            }
        }
    }
}
