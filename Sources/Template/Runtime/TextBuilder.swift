/// A text being written, with its origins when they are asked for. Also the output of a render.
struct TextBuilder {
    private(set) var bytes = [UInt8]()
    private(set) var runs = [OriginRun]()
    let tracks: Bool

    init(tracks: Bool) { self.tracks = tracks }

    var count: Int { bytes.count }

    mutating func reserve(_ count: Int) { bytes.reserveCapacity(count) }

    @inline(__always)
    mutating func append(_ text: BorrowedText) {
        bytes.append(contentsOf: UnsafeBufferPointer(start: text.base, count: text.count))
    }

    @inline(__always)
    mutating func appendBytes(_ text: Text) {
        bytes.append(contentsOf: UnsafeBufferPointer(start: text.base, count: text.count))
    }

    @inline(__always)
    mutating func note(_ length: Int, _ origin: OriginID) {
        if !tracks || length == 0 { return }
        if let last = runs.indices.last, runs[last].origin == origin {
            runs[last].length &+= length
        } else {
            runs.append(OriginRun(length: length, origin: origin))
        }
    }

    mutating func append(_ byte: UInt8, origin: OriginID) {
        bytes.append(byte)
        note(1, origin)
    }

    mutating func append(_ more: UnsafeBufferPointer<UInt8>, origin: OriginID) {
        bytes.append(contentsOf: more)
        note(more.count, origin)
    }

    mutating func append(_ more: [UInt8], origin: OriginID) {
        bytes.append(contentsOf: more)
        note(more.count, origin)
    }

    /// A text in double quotes, which are derived from it.
    mutating func appendQuoted(_ text: UnsafeBufferPointer<UInt8>, origin: OriginID) {
        bytes.append(0x22)
        bytes.append(contentsOf: text)
        bytes.append(0x22)
        if !tracks { return }
        note(1, origin.derived)
        note(text.count, origin)
        note(1, origin.derived)
    }

    /// The digits of a number.
    mutating func appendNumber(_ number: Int, origin: OriginID) {
        if number >= 0, number < 10 { return append(0x30 &+ UInt8(truncatingIfNeeded: number), origin: origin) }
        append(number.digits, origin: origin)
    }

    mutating func append(_ more: StaticString, origin: OriginID) {
        append(UnsafeBufferPointer(start: more.utf8Start, count: more.utf8CodeUnitCount), origin: origin)
    }

    @inline(__always)
    mutating func append(_ text: Text) {
        text.withBytes { bytes.append(contentsOf: $0) }
        if tracks { appendRuns(text, replacing: 0) }
    }

    /// As `append`, with `site` in the place of origins nobody knows.
    mutating func append(_ text: Text, site: OriginID) {
        text.withBytes { bytes.append(contentsOf: $0) }
        if tracks { appendRuns(text, replacing: site) }
    }

    mutating func append(_ text: Text, _ from: Int, _ to: Int) {
        if from >= to { return }
        bytes.append(contentsOf: UnsafeBufferPointer(start: text.base + from, count: to &- from))
        guard tracks else { return }
        if !text.hasRuns { return note(to &- from, text.origin) }
        text.forEachRun(from, to) { note($0, $1) }
    }

    private mutating func appendRuns(_ text: Text, replacing site: OriginID) {
        if !text.hasRuns { return note(text.count, text.origin == 0 ? site : text.origin) }
        text.forEachRun(0, text.count) { note($0, $1 == 0 ? site : $1) }
    }

    mutating func appendCodePoint(_ code: UInt32, origin: OriginID) {
        let before = bytes.count
        Text.encode(code, to: &bytes)
        note(bytes.count &- before, origin)
    }

    /// Takes what was written since `mark` off the end, as a text.
    mutating func cut(from mark: Int) -> Text {
        let tail = Array(bytes[mark...])
        bytes.removeSubrange(mark...)
        guard tracks else { return Text(tail) }
        var taken = [OriginRun]()
        var left = tail.count
        while left > 0, var last = runs.popLast() {
            if last.length > left {
                runs.append(OriginRun(length: last.length &- left, origin: last.origin))
                last.length = left
            }
            left &-= last.length
            taken.append(last)
        }
        taken.reverse()
        if taken.count <= 1 { return Text(tail, origin: taken.first?.origin ?? 0) }
        return Text(tail, origin: taken[0].origin, runs: taken)
    }

    consuming func finish(markup: Bool = false) -> Text {
        if runs.count <= 1 { return Text(bytes, isMarkup: markup, origin: runs.first?.origin ?? 0) }
        return Text(bytes, isMarkup: markup, origin: runs[0].origin, runs: runs)
    }
}
