extension NormalizedText {
    /// The text with some of its characters changed, each into none or more, which have its span. `next` finds the first from a place on that
    /// changes, or the end; `write` writes what it becomes.
    @inline(__always)
    func rewritten(
        next: (_ p: UnsafePointer<UInt8>, _ at: Int, _ end: Int) -> Int,
        write: (_ scalar: UInt32, _ span: Span, _ result: inout NormalizedText) -> Void
    ) -> NormalizedText {
        bytes.withUnsafeBufferPointer { buffer in
            guard let p = buffer.baseAddress else { return self }
            var at = next(p, 0, buffer.count)
            if at == buffer.count { return self }
            var result = blank(capacity: buffer.count + buffer.count / 8 + 16)
            var copied = 0
            while at < buffer.count {
                if copied < at { result.copy(copied..<at, from: self) }
                let (scalar, width) = Scalars.decode(p + at)
                write(scalar, span(at: at), &result)
                copied = at &+ width
                at = next(p, copied, buffer.count)
            }
            result.copy(copied..<buffer.count, from: self)
            return result
        }
    }

    /// The first byte from `at` on that is no printable ASCII character, or the end.
    @inline(__always)
    static func nextUnusual(_ p: UnsafePointer<UInt8>, _ at: Int, _ end: Int) -> Int {
        let ones: UInt64 = 0x0101_0101_0101_0101
        var at = at
        while at &+ 8 <= end {
            let eight = UnsafeRawPointer(p + at).loadUnaligned(as: UInt64.self)
            // Not below a space, not 0x7F, which alone has its highest bit after one is added, and none above.
            let controls = (eight &- 0x20 &* ones) & ~eight
            if (controls | (eight &+ ones) | eight) & 0x8080_8080_8080_8080 != 0 { break }
            at &+= 8
        }
        while at < end, p[at] >= 0x20, p[at] < 0x7F { at &+= 1 }
        return at
    }

    /// The first character from `at` on that is not ASCII and changes, or the end.
    @inline(__always)
    static func nextBeyondASCII(
        _ p: UnsafePointer<UInt8>, _ at: Int, _ end: Int, where changes: (UInt32) -> Bool
    ) -> Int {
        var at = at
        while at < end {
            if p[at] < 0x80 {
                // Eight at a time.
                let isPlain =
                    at &+ 8 <= end
                    && UnsafeRawPointer(p + at).loadUnaligned(as: UInt64.self) & 0x8080_8080_8080_8080 == 0
                at &+= isPlain ? 8 : 1
                continue
            }
            let (scalar, width) = Scalars.decode(p + at)
            if changes(scalar) { return at }
            at &+= width
        }
        return end
    }
}
