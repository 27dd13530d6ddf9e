/// Reads the part of Oniguruma's syntax that split patterns use: alternatives, groups `(…)` `(?:…)` `(?i:…)`, classes,
/// `\p{…}`, `\s \S \d \D`, `. $`, lookahead, and the quantifiers `? * + {m} {m,} {m,n}`, lazy or possessive. What it
/// does not know it refuses, with the position. Groups nest at most 32 deep; counts end at 1000.
struct PatternParser {
    struct Failure: Error, Equatable {
        var position: Int
        var reason: String
    }

    private let bytes: [UInt8]
    private var at = 0
    private var depth = 0
    private var ignoresCase = false

    static func parse(_ pattern: [UInt8]) throws(Failure) -> PatternNode {
        if pattern.count > 65536 { throw Failure(position: 65536, reason: "a pattern that is too long") }
        var parser = PatternParser(bytes: pattern)
        let node = try parser.choice()
        if parser.at < pattern.count { throw parser.failure("unbalanced )") }
        return node
    }

    private init(bytes: [UInt8]) { self.bytes = bytes }

    private func failure(_ reason: String) -> Failure { Failure(position: at, reason: reason) }

    private var peek: UInt8? { at < bytes.count ? bytes[at] : nil }

    private func starts(with text: StaticString) -> Bool {
        bytes[at...].starts(with: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard peek == byte else { return false }
        at += 1
        return true
    }

    private mutating func choice() throws(Failure) -> PatternNode {
        depth += 1
        defer { depth -= 1 }
        if depth > 32 { throw failure("groups nest too deeply") }
        var parts = [try sequence()]
        while take(UInt8(ascii: "|")) { parts.append(try sequence()) }
        return parts.count == 1 ? parts[0] : .choice(parts)
    }

    private mutating func sequence() throws(Failure) -> PatternNode {
        var parts = [PatternNode]()
        var lastLiteral: UInt32?
        while let byte = peek, byte != UInt8(ascii: "|"), byte != UInt8(ascii: ")") {
            let start = at
            let part = try quantified()
            let literal: UInt32? = at - start == 1 && ignoresCase ? UInt32(byte | 0x20) : nil
            // ß, ﬀ, ﬁ, ﬂ, ﬅ and ﬆ match two letters without regard to case; such a pair is refused rather than guessed.
            if let a = lastLiteral, let b = literal, Self.ligatures.contains(where: { $0 == (a, b) }) {
                throw failure("a letter pair with a ligature, without regard to case")
            }
            lastLiteral = literal
            parts.append(part)
        }
        return parts.count == 1 ? parts[0] : .sequence(parts)
    }

    private static let ligatures: [(UInt32, UInt32)] = [
        (0x73, 0x73), (0x73, 0x74), (0x66, 0x66), (0x66, 0x69), (0x66, 0x6C),
    ]

    private mutating func quantified() throws(Failure) -> PatternNode {
        var node = try atom()
        var quantifiers = 0
        while let byte = peek {
            let minimum: Int
            var maximum: Int?
            var isInterval = false
            switch byte {
            case UInt8(ascii: "?"): (minimum, maximum) = (0, 1)
            case UInt8(ascii: "*"): minimum = 0
            case UInt8(ascii: "+"): minimum = 1
            case UInt8(ascii: "{"):
                guard let interval = try interval() else { throw failure("a { that is not an interval") }
                (minimum, maximum) = interval
                isInterval = true
            default: return node
            }
            if !isInterval { at += 1 }
            quantifiers += 1
            if quantifiers > 4 { throw failure("too many quantifiers in a row") }
            if node.length.minimum == 0 { throw failure("a repetition of what may be empty") }
            var greedy = true
            var possessive = false
            // In Oniguruma's Ruby syntax a + after an interval repeats the whole; after ? * + it means possessive.
            if take(UInt8(ascii: "?")) {
                if isInterval { throw failure("a lazy interval") }
                greedy = false
            } else if !isInterval, take(UInt8(ascii: "+")) {
                possessive = true
            }
            if possessive, (maximum ?? .max) > 100 || (node.length.maximum ?? .max) > 100 {
                guard case .set = node else { throw failure("a possessive repetition of a group") }
            }
            if let maximum, maximum < minimum { throw failure("an interval that ends before it starts") }
            node = .loop(node, minimum: minimum, maximum: maximum, greedy: greedy, possessive: possessive)
        }
        return node
    }

    /// `{m}`, `{m,}` or `{m,n}`, or nil without moving.
    private mutating func interval() throws(Failure) -> (Int, Int?)? {
        let start = at
        at += 1
        let low = number()
        var high = low
        if take(UInt8(ascii: ",")) { high = number() }
        guard let low, take(UInt8(ascii: "}")) else {
            at = start
            return nil
        }
        if low > 1000 || (high ?? 0) > 1000 { throw failure("a count above 1000") }
        return (low, high)
    }

    private mutating func number() -> Int? {
        var value: Int?
        while let byte = peek, byte >= 0x30, byte <= 0x39 {
            value = min((value ?? 0) * 10 + Int(byte - 0x30), 100_000)
            at += 1
        }
        return value
    }

    private mutating func atom() throws(Failure) -> PatternNode {
        guard let byte = peek else { throw failure("an unfinished pattern") }
        switch byte {
        case UInt8(ascii: "("): return try group()
        case UInt8(ascii: "["): return .set(try set())
        case UInt8(ascii: "$"):
            at += 1
            return .lineEnd
        case UInt8(ascii: "."):
            at += 1
            return .set(PatternSet(ranges: [0x0A...0x0A], isInverted: true))
        case UInt8(ascii: "\\"): return .set(try folded(try escape()))
        case UInt8(ascii: "^"), UInt8(ascii: "*"), UInt8(ascii: "+"), UInt8(ascii: "?"), UInt8(ascii: "{"):
            throw failure("an unsupported \(String(decoding: [byte], as: UTF8.self))")
        default:
            let scalar = try literal()
            return .set(try folded(PatternSet(ranges: [scalar...scalar])))
        }
    }

    private mutating func folded(_ set: PatternSet) throws(Failure) -> PatternSet {
        var set = set
        if ignoresCase, !set.foldCase() { throw failure("a class without regard to case") }
        return set
    }

    private mutating func literal() throws(Failure) -> UInt32 {
        let width = Scalars.width(bytes[at])
        guard at + width <= bytes.count else { throw failure("invalid UTF-8") }
        let scalar = bytes.withUnsafeBufferPointer { buffer in
            buffer.baseAddress.map { Scalars.decode($0 + at).scalar } ?? 0
        }
        at += width
        return scalar
    }

    private mutating func group() throws(Failure) -> PatternNode {
        let outer = ignoresCase
        defer { ignoresCase = outer }
        var look: Bool?
        if starts(with: "(?:") {
            at += 3
        } else if starts(with: "(?i:") {
            at += 4
            ignoresCase = true
        } else if starts(with: "(?=") || starts(with: "(?!") {
            look = bytes[at + 2] == UInt8(ascii: "!")
            at += 3
        } else if starts(with: "(?") {
            throw failure("an unsupported kind of group")
        } else {
            at += 1
        }
        let node = try choice()
        guard take(UInt8(ascii: ")")) else { throw failure("a missing )") }
        guard let look else { return node }
        if (node.length.maximum ?? .max) > 100 { throw failure("a lookahead without a limit") }
        return .look(node, isNegative: look)
    }

    private mutating func escape() throws(Failure) -> PatternSet {
        at += 1
        guard let byte = peek else { throw failure("an unfinished escape") }
        at += 1
        switch byte {
        case UInt8(ascii: "s"): return PatternSet(categories: .space)
        case UInt8(ascii: "S"): return PatternSet(categories: .space.inverted)
        case UInt8(ascii: "d"): return PatternSet(categories: CharacterSet(category: "Nd") ?? .number)
        case UInt8(ascii: "D"): return PatternSet(categories: (CharacterSet(category: "Nd") ?? .number).inverted)
        case UInt8(ascii: "r"): return PatternSet(ranges: [0x0D...0x0D])
        case UInt8(ascii: "n"): return PatternSet(ranges: [0x0A...0x0A])
        case UInt8(ascii: "t"): return PatternSet(ranges: [0x09...0x09])
        case UInt8(ascii: "p"), UInt8(ascii: "P"):
            guard take(UInt8(ascii: "{")), let close = bytes[at...].firstIndex(of: UInt8(ascii: "}")) else {
                throw failure("a property without braces")
            }
            var name = bytes[at..<close]
            let isInverted = (byte == UInt8(ascii: "P")) != (name.first == UInt8(ascii: "^"))
            if name.first == UInt8(ascii: "^") { name = name.dropFirst() }
            guard let set = CharacterSet(category: String(decoding: name, as: UTF8.self)) else {
                throw failure("an unknown property")
            }
            at = close + 1
            return PatternSet(categories: isInverted ? set.inverted : set)
        default:
            if byte >= 0x80 || Scan.isLetter(byte) || (byte >= 0x30 && byte <= 0x39) {
                throw failure("an unknown escape")
            }
            return PatternSet(ranges: [UInt32(byte)...UInt32(byte)])
        }
    }

    private mutating func set() throws(Failure) -> PatternSet {
        at += 1
        var result = PatternSet()
        result.isInverted = take(UInt8(ascii: "^"))
        var isFirst = true
        while let byte = peek, byte != UInt8(ascii: "]") || isFirst {
            if byte == UInt8(ascii: "]") { throw failure("an empty class") }
            isFirst = false
            if byte == UInt8(ascii: "[") || starts(with: "&&") { throw failure("a nested class") }
            var part: PatternSet
            if byte == UInt8(ascii: "\\") {
                part = try escape()
            } else {
                let scalar = try literal()
                part = PatternSet(ranges: [scalar...scalar])
            }
            if let low = part.ranges.first?.lowerBound, peek == UInt8(ascii: "-"), at + 1 < bytes.count,
                bytes[at + 1] != UInt8(ascii: "]")
            {
                at += 1
                let high = peek == UInt8(ascii: "\\") ? try escape().ranges.first?.lowerBound : try literal()
                guard let high, high >= low else { throw failure("a range that ends before it starts") }
                part.ranges = [low...high]
            }
            result.categories = result.categories.union(part.categories)
            result.ranges += part.ranges
        }
        guard take(UInt8(ascii: "]")) else { throw failure("a missing ]") }
        return try folded(result)
    }
}
