/// Where texts that were put together may be cut: never inside a tag, never inside a word.
enum Bounds {
    private static func isWord(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"): true
        default: byte >= 0x80
        }
    }

    private static let open = UInt8(ascii: "<")
    private static let close = UInt8(ascii: ">")

    /// What all texts begin with.
    static func prefix(_ texts: [ArraySlice<UInt8>]) -> [UInt8] {
        guard var shared = texts.first.map({ Array($0) }) else { return [] }
        for text in texts.dropFirst() { shared.removeLast(shared.count - commonPrefix(text, shared)) }
        for (open, close) in [(open, close), (UInt8(ascii: "["), UInt8(ascii: "]"))] {
            let whole = shared.count
            guard let at = shared.lastIndex(of: open), !shared[at...].contains(close) else { continue }
            // A tag of which the texts do not have all in common; one that has no end is a word like others.
            let isCut = texts.contains { text in
                guard let next = text.dropFirst(whole).first else { return false }
                return next == close || isWord(next) || next == UInt8(ascii: "/") || next == UInt8(ascii: "|")
            }
            if isCut { shared.removeLast(shared.count - at) }
        }
        let count = shared.count
        if let last = shared.last, isWord(last),
            texts.contains(where: { $0.dropFirst(count).first.map(isWord) ?? false })
        {
            while let last = shared.last, isWord(last) { shared.removeLast() }
        }
        return shared
    }

    /// What both texts end with.
    static func suffix(_ a: ArraySlice<UInt8>, _ b: ArraySlice<UInt8>) -> [UInt8] {
        var shared = Array(zip(a.reversed(), b.reversed()).prefix { $0 == $1 }.map(\.0).reversed())
        let isWhole = shared.count == a.count || shared.count == b.count
        // The end of a tag whose beginning they do not share.
        if let end = shared.firstIndex(of: close), !shared[..<end].contains(open),
            !isWhole || !isTagEnd(a, b, shared.count)
        {
            shared.removeFirst(end + 1)
        }
        return shared
    }

    /// Whether what stands in front of a shared end, in the longer text, does not open a tag that the end closes.
    private static func isTagEnd(_ a: ArraySlice<UInt8>, _ b: ArraySlice<UInt8>, _ count: Int) -> Bool {
        let rest = (a.count > b.count ? a : b).dropLast(count)
        guard let last = rest.lastIndex(of: open) else { return true }
        return rest[last...].contains(close)
    }
}
