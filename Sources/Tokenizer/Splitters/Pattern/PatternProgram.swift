/// A compiled pattern: instructions for `PatternMatcher`. It is the general way, for patterns that no scanner knows, and
/// the oracle that the scanners are tested against.
struct PatternProgram: Sendable {
    enum Instruction: Sendable {
        case set(Int)
        /// Tries `first`, then `second`. `memo` numbers the places where a failure is worth remembering.
        case split(first: Int, second: Int, memo: Int)
        case jump(Int)
        /// At most `maximum` characters of a set, none of which is given back.
        case span(Int, maximum: Int)
        case look(end: Int, isNegative: Bool)
        /// What is matched up to `end` is kept as it is.
        case atomic(end: Int)
        case lineEnd
        case accept
    }

    private(set) var code: [Instruction] = []
    private(set) var sets: [PatternSet] = []
    private(set) var memoCount = 0

    /// The most instructions a pattern may need: counts are written out.
    private static let limit = 20_000

    init(_ pattern: [UInt8]) throws(PatternParser.Failure) {
        let node = try PatternParser.parse(pattern)
        try emit(node)
        code.append(.accept)
    }

    private mutating func emit(_ node: PatternNode) throws(PatternParser.Failure) {
        if code.count > Self.limit { throw PatternParser.Failure(position: 0, reason: "a pattern that is too large") }
        switch node {
        case .set(let set): code.append(.set(index(of: set)))
        case .sequence(let parts): for part in parts { try emit(part) }
        case .lineEnd: code.append(.lineEnd)
        case .look(let body, let isNegative):
            let at = code.count
            code.append(.accept)
            try emit(body)
            code.append(.accept)
            code[at] = .look(end: code.count, isNegative: isNegative)
        case .choice(let parts):
            var jumps = [Int]()
            for part in parts.dropLast() {
                let at = code.count
                code.append(.accept)
                try emit(part)
                jumps.append(code.count)
                code.append(.accept)
                code[at] = .split(first: at + 1, second: code.count, memo: nextMemo())
            }
            if let last = parts.last { try emit(last) }
            for at in jumps { code[at] = .jump(code.count) }
        case .loop(let body, let minimum, let maximum, let greedy, let possessive):
            try emitLoop(body, minimum, maximum, greedy: greedy, possessive: possessive)
        }
    }

    private mutating func emitLoop(
        _ body: PatternNode, _ minimum: Int, _ maximum: Int?, greedy: Bool, possessive: Bool
    ) throws(PatternParser.Failure) {
        if possessive {
            if case .set(let set) = body {
                for _ in 0..<minimum { try emit(body) }
                code.append(.span(index(of: set), maximum: (maximum ?? .max) - minimum))
                return
            }
            let at = code.count
            code.append(.accept)
            try emitLoop(body, minimum, maximum, greedy: true, possessive: false)
            code.append(.accept)
            code[at] = .atomic(end: code.count)
            return
        }
        for _ in 0..<minimum { try emit(body) }
        guard let maximum else {
            let at = code.count
            code.append(.accept)
            try emit(body)
            code.append(.jump(at))
            code[at] = split(body: at + 1, after: code.count, greedy: greedy)
            return
        }
        var splits = [Int]()
        for _ in minimum..<max(maximum, minimum) {
            splits.append(code.count)
            code.append(.accept)
            try emit(body)
        }
        for at in splits { code[at] = split(body: at + 1, after: code.count, greedy: greedy) }
    }

    private mutating func split(body: Int, after: Int, greedy: Bool) -> Instruction {
        .split(first: greedy ? body : after, second: greedy ? after : body, memo: nextMemo())
    }

    private mutating func nextMemo() -> Int {
        memoCount += 1
        return memoCount - 1
    }

    private mutating func index(of set: PatternSet) -> Int {
        if let found = sets.firstIndex(of: set) { return found }
        sets.append(set)
        return sets.count - 1
    }

    /// The matches in `piece` from the left, and what lies between. An empty match right behind a match does not count,
    /// as in the `onig` crate's `find_iter`.
    func matches(_ p: UnsafePointer<UInt8>, _ piece: Piece, into found: inout [Match]) {
        var matcher = PatternMatcher(program: self, p: p, start: piece.start, end: piece.end)
        var covered = piece.start
        var from = piece.start
        var lastEnd: Int?
        while from <= piece.end {
            guard let (start, end) = matcher.search(from: from) else { break }
            if start == end {
                from = end < piece.end ? end + Scalars.width(p[end]) : end + 1
                if lastEnd == end { continue }
            } else {
                from = end
            }
            if covered < start { found.append(Match(piece: Piece(start: covered, end: start), isMatch: false)) }
            found.append(Match(piece: Piece(start: start, end: end), isMatch: true))
            covered = end
            lastEnd = end
        }
        if covered < piece.end { found.append(Match(piece: Piece(start: covered, end: piece.end), isMatch: false)) }
    }
}
