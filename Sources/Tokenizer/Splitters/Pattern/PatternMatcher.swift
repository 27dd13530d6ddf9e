/// Runs a pattern over one piece. It backtracks, and once that costs more than a plain pass it remembers which
/// (instruction, position) pairs have failed, so that the whole search stays linear in the text: without captures, a
/// pair that failed once fails from every start. Lookaheads and atomic groups have a bounded length (the parser sees
/// to it) and are run apart.
struct PatternMatcher {
    private let program: PatternProgram
    private let p: UnsafePointer<UInt8>
    private let start: Int
    private let end: Int
    private var stack: [(pc: Int, at: Int)] = []
    private var steps = 0
    /// `words` words for each position, or empty as long as it is not needed.
    private var failed: [UInt64] = []
    private let words: Int
    /// For each set the last possessive run: a run that starts inside it ends where it ends.
    private var runs: [(start: Int, end: Int)]

    init(program: PatternProgram, p: UnsafePointer<UInt8>, start: Int, end: Int) {
        self.program = program
        self.p = p
        self.start = start
        self.end = end
        words = program.memoCount / 64 + 1
        runs = Array(repeating: (0, -1), count: program.sets.count)
    }

    /// The leftmost match that starts at `from` or later.
    mutating func search(from: Int) -> (Int, Int)? {
        var at = from
        while true {
            if let stop = run(pc: 0, at: at, remembers: true) {
                // What was on the way to this match did not fail; only positions up to its end can be on that way.
                for word in 0..<(failed.isEmpty ? 0 : words) { failed[(stop - start) * words + word] = 0 }
                return (at, stop)
            }
            if at >= end { return nil }
            at += Scalars.width(p[at])
        }
    }

    /// Runs from `pc` to the `accept` that ends it, and returns where; nil for no match. `remembers` is false inside
    /// lookaheads and atomic groups.
    private mutating func run(pc: Int, at: Int, remembers: Bool) -> Int? {
        let floor = stack.count
        var pc = pc
        var at = at
        while true {
            steps += 1
            var isMatch = true
            switch program.code[pc] {
            case .set(let index):
                if at < end {
                    let (scalar, width) = Scalars.decode(p + at)
                    isMatch = program.sets[index].contains(scalar)
                    at += width
                    pc += 1
                } else {
                    isMatch = false
                }
            case .split(let first, let second, let memo):
                if remembers, !remember(memo, at) {
                    isMatch = false
                } else {
                    stack.append((second, at))
                    pc = first
                }
            case .jump(let target): pc = target
            case .span(let index, let maximum):
                at = span(index, at, maximum)
                pc += 1
            case .look(let next, let isNegative):
                isMatch = (run(pc: pc + 1, at: at, remembers: false) != nil) != isNegative
                pc = next
            case .atomic(let next):
                if let stop = run(pc: pc + 1, at: at, remembers: false) { at = stop } else { isMatch = false }
                pc = next
            case .lineEnd:
                isMatch = at == end || p[at] == 0x0A
                pc += 1
            case .accept:
                stack.removeLast(stack.count - floor)
                return at
            }
            if !isMatch {
                guard stack.count > floor, let last = stack.popLast() else { return nil }
                pc = last.pc
                at = last.at
            }
        }
    }

    /// False when this split has been tried at this position before.
    private mutating func remember(_ memo: Int, _ at: Int) -> Bool {
        if failed.isEmpty {
            if steps < 1000 + 32 * (end - start) { return true }
            failed = Array(repeating: 0, count: (end - start + 1) * words)
        }
        let word = (at - start) * words + memo / 64
        let bit: UInt64 = 1 << UInt64(memo % 64)
        if failed[word] & bit != 0 { return false }
        failed[word] |= bit
        return true
    }

    private mutating func span(_ index: Int, _ at: Int, _ maximum: Int) -> Int {
        // Counts end at 1000, so this is a run without a limit.
        let isUnlimited = maximum > 1_000_000
        if isUnlimited, at >= runs[index].start, at < runs[index].end { return runs[index].end }
        var i = at
        var left = maximum
        while i < end, left > 0 {
            let (scalar, width) = Scalars.decode(p + i)
            if !program.sets[index].contains(scalar) { break }
            i += width
            left -= 1
        }
        if isUnlimited { runs[index] = (at, i) }
        return i
    }
}
