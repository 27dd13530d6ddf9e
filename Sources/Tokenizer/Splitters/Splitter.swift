/// What finds the matches of a split.
enum Splitter: Sendable {
    case letters(LetterScanner)
    case cases(CaseScanner)
    case symbols(SymbolScanner)
    /// Three splits in one.
    case sequence(SequenceScanner)
    case numbers(NumberScanner)
    case hanKana(HanKanaScanner)
    case trait(TraitScanner)
    case words(WordScanner)
    case text(ByteSearch)
    case pattern(PatternProgram)
    case scripts
    /// Pieces of this many characters.
    case fixedLength(Int)
    /// No split: parts that no token reaches across.
    case parts(Boundaries)

    /// Writes the ends of the next pieces when every match and every gap is a piece of its own, without an array of
    /// them; nil for a splitter that has no such way.
    @inline(__always)
    func fill(
        _ ends: UnsafeMutablePointer<Int>, capacity: Int, _ p: UnsafePointer<UInt8>, from start: Int, to end: Int
    ) -> Int? {
        switch self {
        case .letters(let scanner):
            MaskScanner(scanner, scanner.rules).fill(ends, capacity: capacity, p, from: start, to: end)
        case .cases(let scanner):
            MaskScanner(scanner, scanner.rules).fill(ends, capacity: capacity, p, from: start, to: end)
        case .sequence(let scanner):
            MaskScanner(scanner, SequenceScanner.rules).fill(ends, capacity: capacity, p, from: start, to: end)
        case .parts(let boundaries): boundaries.fill(ends, capacity: capacity, p, from: start, to: end)
        default: nil
        }
    }

    /// The splitter that does in one pass what these steps do one after the other, each match and each gap by itself.
    init?(_ steps: [SplitStep], _ normalizers: [Normalizer], _ model: Model) {
        if case .bpe(let model) = model, !model.options.ignoresMerges, let boundaries = model.boundaries,
            steps.allSatisfy({ $0.findsNothing(behind: normalizers.last) })
        {
            self = .parts(boundaries)
            return
        }
        var splitters = [Splitter]()
        for step in steps {
            guard case .split(let splitter, .isolated, _) = step else { return nil }
            splitters.append(splitter)
        }
        if splitters.count == 1, splitters[0].canFill {
            self = splitters[0]
        } else if splitters.count == 3, case .numbers(let numbers) = splitters[0], numbers.limit == 3,
            case .hanKana = splitters[1], case .symbols = splitters[2]
        {
            self = .sequence(SequenceScanner())
        } else {
            return nil
        }
    }

    var canFill: Bool {
        switch self {
        case .letters, .cases, .sequence, .parts: true
        default: false
        }
    }

    /// Whether what it finds are pieces of the text, and not only of what merging makes of it.
    var findsPieces: Bool {
        if case .parts = self { return false }
        return true
    }

    /// Adds the matches in `piece` and what lies between.
    func matches(_ p: UnsafePointer<UInt8>, _ piece: Piece, into found: inout [Match]) {
        switch self {
        case .letters(let scanner): scanner.matches(p, piece, into: &found)
        case .cases(let scanner): scanner.matches(p, piece, into: &found)
        case .symbols(let scanner): scanner.matches(p, piece, into: &found)
        case .sequence(let scanner): scanner.matches(p, piece, into: &found)
        case .numbers(let scanner): scanner.matches(p, piece, into: &found)
        case .hanKana(let scanner): scanner.matches(p, piece, into: &found)
        case .trait(let scanner): scanner.matches(p, piece, into: &found)
        case .words(let scanner): scanner.matches(p, piece, into: &found)
        case .pattern(let program): program.matches(p, piece, into: &found)
        case .parts: found.append(Match(piece: piece, isMatch: false))
        case .scripts: ScriptSplitter.matches(p, piece, into: &found)
        case .fixedLength(let length):
            var start = piece.start
            while start < piece.end {
                var end = start
                for _ in 0..<length where end < piece.end { end += Scalars.width(p[end]) }
                found.append(Match(piece: Piece(start: start, end: end), isMatch: true))
                start = end
            }
        case .text(var search):
            let bytes = UnsafeBufferPointer(start: p, count: piece.end)
            search.reset(to: piece.start)
            var covered = piece.start
            while let start = search.next(in: bytes, limit: piece.end) {
                if covered < start { found.append(Match(piece: Piece(start: covered, end: start), isMatch: false)) }
                covered = start + search.pattern.count
                found.append(Match(piece: Piece(start: start, end: covered), isMatch: true))
            }
            if covered < piece.end { found.append(Match(piece: Piece(start: covered, end: piece.end), isMatch: false)) }
        }
    }
}
