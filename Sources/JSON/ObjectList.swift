/// Where in a document the objects are that a member of it lists: read off the bytes, without reading the objects.
struct ObjectList {
    /// Behind the bracket that opens the list, and where it closes.
    private(set) var inside: Range<Int> = 0..<0
    private(set) var objects: [Range<Int>] = []
    private let bytes: UnsafeBufferPointer<UInt8>

    /// nil where the document is no object, has no such member or more than one, or lists something else than objects: then
    /// it is read as a whole, and says itself what is wrong with it.
    init?(of key: StaticString, in bytes: UnsafeBufferPointer<UInt8>) {
        self.bytes = bytes
        let key = UnsafeBufferPointer(start: key.utf8Start, count: key.utf8CodeUnitCount)
        var isFound = false
        guard var at = next(0), bytes[at] == UInt8(ascii: "{") else { return nil }
        at += 1
        while true {
            guard let start = next(at), bytes[start] == UInt8(ascii: "\""), let end = stringEnd(start),
                let colon = next(end), bytes[colon] == UInt8(ascii: ":"), let value = next(colon + 1)
            else { return nil }
            let name = UnsafeBufferPointer(rebasing: bytes[(start + 1)..<(end - 1)])
            // An escape may spell the key, too.
            if name.contains(UInt8(ascii: "\\")) { return nil }
            var close: Int?
            if name.elementsEqual(key) {
                if isFound { return nil }
                isFound = true
                close = list(value)
            } else {
                close = valueEnd(value)
            }
            guard let close, let separator = next(close) else { return nil }
            if bytes[separator] == UInt8(ascii: "}") { break }
            if bytes[separator] != UInt8(ascii: ",") { return nil }
            at = separator + 1
        }
        if objects.isEmpty { return nil }
    }

    /// The first byte from `start` on that is no white space.
    private func next(_ start: Int) -> Int? {
        var at = start
        while at < bytes.count {
            switch bytes[at] {
            case 0x20, 0x09, 0x0A, 0x0D: at += 1
            default: return at
            }
        }
        return nil
    }

    /// One past the quote that closes the string at `start`.
    private func stringEnd(_ start: Int) -> Int? {
        var at = start + 1
        while true {
            at = LongStrings.special(bytes, from: at)
            guard at < bytes.count else { return nil }
            switch bytes[at] {
            case UInt8(ascii: "\""): return at + 1
            case UInt8(ascii: "\\"): at += 2
            default: return nil
            }
        }
    }

    /// One past the value at `start`: a string, what brackets hold, or what goes on up to a separator.
    private func valueEnd(_ start: Int) -> Int? {
        var depth = 0
        var at = start
        while at < bytes.count {
            switch bytes[at] {
            case UInt8(ascii: "\""):
                guard let end = stringEnd(at) else { return nil }
                at = end
                if depth == 0 { return at }
                continue
            case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                if depth == 0 { return at }
                depth -= 1
                if depth == 0 { return at + 1 }
            case UInt8(ascii: ",") where depth == 0: return at
            default: break
            }
            at += 1
        }
        return nil
    }

    /// Notes the objects of the list at `start`; one past its end.
    private mutating func list(_ start: Int) -> Int? {
        guard bytes[start] == UInt8(ascii: "[") else { return nil }
        var at = start + 1
        while true {
            guard let open = next(at), bytes[open] == UInt8(ascii: "{"), let end = valueEnd(open),
                let separator = next(end)
            else { return nil }
            objects.append(open..<end)
            if bytes[separator] == UInt8(ascii: "]") {
                inside = (start + 1)..<separator
                return separator + 1
            }
            if bytes[separator] != UInt8(ascii: ",") { return nil }
            at = separator + 1
        }
    }
}
