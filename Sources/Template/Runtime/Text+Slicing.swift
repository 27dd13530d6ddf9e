/// Parts of a text: the bytes are shared, the origins are cut to fit.
extension Text {
    /// The bytes `from..<to`, which must lie on character boundaries inside the text.
    func slice(_ from: Int, _ to: Int) -> Text {
        if from == 0 && to == count { return self }
        let length = Swift.max(to &- from, 0)
        guard let runList else {
            return Text(
                of: self, from: from, count: length, isASCII: isASCII ? true : nil, isMarkup: isMarkup, origin: origin,
                runList: nil)
        }
        let isUniform = runList.isUniform(runOffset &+ from, runOffset &+ from &+ length)
        return Text(
            of: self, from: from, count: length, isASCII: isASCII ? true : nil, isMarkup: isMarkup,
            origin: originAt(from), runList: isUniform ? nil : runList)
    }

    func asMarkup(_ markup: Bool) -> Text {
        if isMarkup == markup { return self }
        return Text(
            of: self, from: 0, count: count, isASCII: isASCII, isMarkup: markup, origin: origin, runList: runList)
    }

    /// The same bytes, all of one origin.
    func with(origin: OriginID) -> Text {
        Text(of: self, from: 0, count: count, isASCII: isASCII, isMarkup: isMarkup, origin: origin, runList: nil)
    }

    @inline(__always)
    func originAt(_ offset: Int) -> OriginID {
        guard let runList else { return origin }
        return runList.origin(at: runOffset &+ offset)
    }

    /// The runs of the bytes `from..<to`.
    func forEachRun(_ from: Int, _ to: Int, _ body: (Int, OriginID) -> Void) {
        guard let runList else { return body(to &- from, origin) }
        runList.forEach(runOffset &+ from, runOffset &+ to, body)
    }

    /// The origin that stands for the whole where one has to: the first that is not template text.
    func coarseOrigin(in table: OriginTable) -> OriginID {
        var found: OriginID?
        forEachRun(0, count) { _, origin in
            if found == nil, table.isField(origin) { found = origin }
        }
        return found ?? originAt(0)
    }

    // MARK: Code points

    /// `len(str)`: constant for ASCII, otherwise linear.
    var length: Int {
        if isASCII { return count }
        return withBytes { bytes in
            var n = 0
            for byte in bytes where byte & 0xC0 != 0x80 { n &+= 1 }
            return n
        }
    }

    /// The byte offset of the code point `index`, which is at most `length`.
    func offset(ofCodePoint index: Int) -> Int { offset(ofCodePoint: index, from: 0) }

    /// As above, counted from a byte offset.
    func offset(ofCodePoint index: Int, from start: Int) -> Int {
        if isASCII { return start &+ index }
        return withBytes { bytes in
            var left = index
            var i = start
            while left > 0, i < bytes.count {
                i &+= 1
                while i < bytes.count, bytes[i] & 0xC0 == 0x80 { i &+= 1 }
                left &-= 1
            }
            return i
        }
    }

    func codePoint(ofOffset offset: Int) -> Int {
        isASCII ? offset : slice(0, offset).length
    }

    /// The code point at a byte offset, and how many bytes it takes.
    @inline(__always)
    static func decode(_ bytes: UnsafeBufferPointer<UInt8>, _ i: Int) -> (code: UInt32, width: Int) {
        let b0 = bytes[i]
        if b0 < 0x80 { return (UInt32(b0), 1) }
        func tail(_ k: Int) -> UInt32 { i &+ k < bytes.count ? UInt32(bytes[i &+ k] & 0x3F) : 0 }
        let left = bytes.count &- i
        if b0 < 0xE0 { return (UInt32(b0 & 0x1F) << 6 | tail(1), Swift.min(2, left)) }
        if b0 < 0xF0 { return (UInt32(b0 & 0x0F) << 12 | tail(1) << 6 | tail(2), Swift.min(3, left)) }
        return (UInt32(b0 & 0x07) << 18 | tail(1) << 12 | tail(2) << 6 | tail(3), Swift.min(4, left))
    }

    static func encode(_ code: UInt32, to out: inout [UInt8]) {
        func byte(_ value: UInt32) -> UInt8 { UInt8(truncatingIfNeeded: value) }
        if code < 0x80 {
            out.append(byte(code))
        } else if code < 0x800 {
            out.append(byte(0xC0 | code >> 6))
            out.append(byte(0x80 | code & 0x3F))
        } else if code < 0x10000 {
            out.append(byte(0xE0 | code >> 12))
            out.append(byte(0x80 | code >> 6 & 0x3F))
            out.append(byte(0x80 | code & 0x3F))
        } else {
            out.append(byte(0xF0 | code >> 18))
            out.append(byte(0x80 | code >> 12 & 0x3F))
            out.append(byte(0x80 | code >> 6 & 0x3F))
            out.append(byte(0x80 | code & 0x3F))
        }
    }

    /// The byte offset of the character before `offset`, which is not 0.
    static func before(_ bytes: UnsafeBufferPointer<UInt8>, _ offset: Int) -> Int {
        var i = offset &- 1
        while i > 0, bytes[i] & 0xC0 == 0x80 { i &-= 1 }
        return i
    }
}
