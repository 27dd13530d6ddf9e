/// What jinja2's `urlize` takes for a link: its regular expressions, each as one walk over the characters.
struct LinkScanner {
    private let codes: [UInt32]

    init(_ text: Text) { codes = text.codePoints }

    /// An address with a scheme, one that begins with "www.", or a name under one of the old top-level domains.
    var isAddress: Bool {
        let scheme = schemeEnd
        let hostStart = scheme ?? wwwEnd
        if let hostStart {
            let end = hostEnd(hostStart)
            if isHost(hostStart..<end), isTail(end) { return true }
        }
        let end = hostEnd(0)
        if isOldHost(0..<end), isTail(end) { return true }
        guard let scheme else { return false }
        if let end = numericEnd(scheme), isTail(end) { return true }
        if let end = bracketEnd(scheme), isTail(end) { return true }
        return false
    }

    /// Something, an "@", and a dotted name whose last part is a word.
    func isMail(from start: Int = 0) -> Bool {
        guard let at = codes[start...].lastIndex(of: 0x40), at > start else { return false }
        let name = codes[(at + 1)...]
        guard let first = name.first, WordWrap.isWord(first) else { return false }
        guard let dot = name.lastIndex(of: 0x2E), dot > at + 1, dot + 1 < codes.count else { return false }
        return name.allSatisfy { WordWrap.isWord($0) || $0 == 0x2E || $0 == 0x2D }
            && codes[(dot + 1)...].allSatisfy(WordWrap.isWord)
    }

    /// A scheme as `extra_schemes` wants it: a name, a colon, and up to two slashes.
    var isScheme: Bool {
        guard let colon = codes.firstIndex(of: 0x3A), colon >= 2 else { return false }
        return codes[..<colon].allSatisfy { WordWrap.isWord($0) || [0x2E, 0x2B, 0x2D].contains($0) }
            && codes.count - colon <= 3 && codes[(colon + 1)...].allSatisfy { $0 == 0x2F }
    }

    // MARK: Parts of an address

    /// Python's re, ignoring case, takes four more letters for ASCII ones.
    private static func fold(_ code: UInt32) -> UInt32 {
        switch code {
        case 0x41...0x5A: code | 0x20
        case 0x130, 0x131: 0x69
        case 0x17F: 0x73
        case 0x212A: 0x6B
        default: code
        }
    }

    private func matches(_ literal: String, at start: Int) -> Bool {
        let wanted = Array(literal.utf8)
        guard start + wanted.count <= codes.count else { return false }
        return wanted.indices.allSatisfy { LinkScanner.fold(codes[start + $0]) == UInt32(wanted[$0]) }
    }

    private var schemeEnd: Int? { matches("https://", at: 0) ? 8 : matches("http://", at: 0) ? 7 : nil }
    private var wwwEnd: Int? { matches("www.", at: 0) ? 4 : nil }

    private static func isLabel(_ code: UInt32) -> Bool { WordWrap.isWord(code) || code == 0x25 || code == 0x2D }

    private func hostEnd(_ start: Int) -> Int {
        var i = start
        while i < codes.count, LinkScanner.isLabel(codes[i]) || codes[i] == 0x2E { i += 1 }
        return i
    }

    private func labels(_ host: Range<Int>) -> [ArraySlice<UInt32>] {
        codes[host].split(separator: 0x2E, omittingEmptySubsequences: false)
    }

    /// Any labels, then a top-level domain of letters, or an encoded one.
    private func isHost(_ host: Range<Int>) -> Bool {
        let labels = labels(host)
        guard let last = labels.last, labels.dropLast().allSatisfy({ !$0.isEmpty }) else { return false }
        let letters = last.map(LinkScanner.fold)
        if (2...63).contains(letters.count), letters.allSatisfy({ $0 >= 0x61 && $0 <= 0x7A }) { return true }
        return (6...63).contains(letters.count) && letters.starts(with: [0x78, 0x6E, 0x2D, 0x2D])
            && letters.dropFirst(4).allSatisfy { WordWrap.isWord($0) || $0 == 0x25 }
    }

    private static let oldDomains = ["com", "net", "int", "edu", "gov", "org", "info", "mil"].map { name in
        name.utf8.map(UInt32.init)
    }

    private func isOldHost(_ host: Range<Int>) -> Bool {
        let labels = labels(host)
        guard labels.count >= 2, let last = labels.last else { return false }
        return labels.dropLast().allSatisfy { (2...63).contains($0.count) }
            && LinkScanner.oldDomains.contains(last.map(LinkScanner.fold))
    }

    /// Four numbers of one to three digits.
    private func numericEnd(_ start: Int) -> Int? {
        var i = start
        for part in 0..<4 {
            if part > 0 {
                guard i < codes.count, codes[i] == 0x2E else { return nil }
                i += 1
            }
            let digits = digitsEnd(i)
            guard (1...3).contains(digits - i) else { return nil }
            i = digits
        }
        return i
    }

    private func digitsEnd(_ start: Int) -> Int {
        var i = start
        while i < codes.count, CodePoint.decimal(codes[i]) != nil { i += 1 }
        return i
    }

    /// Groups of up to four hexadecimal digits in brackets: two that end in colons, then up to six that may.
    private func bracketEnd(_ start: Int) -> Int? {
        guard start < codes.count, codes[start] == 0x5B, let close = codes[start...].firstIndex(of: 0x5D) else {
            return nil
        }
        let parts = codes[(start + 1)..<close].split(separator: 0x3A, omittingEmptySubsequences: false)
        func isHex(_ code: UInt32) -> Bool {
            CodePoint.decimal(code) != nil || (0x61...0x66).contains(LinkScanner.fold(code))
        }
        guard parts.count >= 3, parts.allSatisfy({ $0.allSatisfy(isHex) }) else { return nil }
        guard parts[0].count <= 4, parts[1].count <= 4 else { return nil }
        var groups = 0
        for part in parts[2..<(parts.count - 1)] { groups += max(1, (part.count + 3) / 4) }
        groups += ((parts.last?.count ?? 0) + 3) / 4
        return groups <= 6 ? close + 1 : nil
    }

    /// A port and a path, both of which may be missing, and then the end.
    private func isTail(_ start: Int) -> Bool {
        var i = start
        if i < codes.count, codes[i] == 0x3A {
            let digits = digitsEnd(i + 1)
            guard (1...5).contains(digits - i - 1) else { return false }
            i = digits
        }
        return i == codes.count || [0x2F, 0x3F, 0x23].contains(codes[i])
    }
}
