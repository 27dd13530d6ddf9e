/// The section `truncation` of the file (`utils/truncation.rs`). What is cut off is lost: `stride` says how the library
/// overlaps it, and changes nothing here.
struct Truncation: Sendable {
    enum Strategy: String, Sendable {
        case longestFirst = "LongestFirst"
        case onlyFirst = "OnlyFirst"
        case onlySecond = "OnlySecond"
    }

    let limit: Int
    let strategy: Strategy
    let isLeft: Bool

    /// How many tokens of each text are kept when `added` others come to them.
    func counts(_ first: Int, _ second: Int?, added: Int) throws(TokenizerError) -> (Int, Int?) {
        // The library subtracts without regard to sign: no limit is left then.
        guard added <= limit else { return (first, second) }
        let limit = limit - added
        let total = first + (second ?? 0)
        if limit == 0 { return (0, second.map { _ in 0 }) }
        if total <= limit { return (first, second) }
        switch strategy {
        case .longestFirst:
            guard let second else { return (limit, nil) }
            var (short, long) = (min(first, second), max(first, second))
            long = short > limit ? short : max(short, limit - short)
            if short + long > limit {
                short = limit / 2
                long = short + limit % 2
            }
            // A count may be above what there is.
            return first > second ? (min(long, first), min(short, second)) : (min(short, first), min(long, second))
        case .onlyFirst:
            guard first > total - limit else { throw Self.tooShort }
            return (first - (total - limit), second)
        case .onlySecond:
            guard let second else { throw TokenizerError(.truncation(reason: "there is no second text")) }
            guard second > total - limit else { throw Self.tooShort }
            return (first, second - (total - limit))
        }
    }

    private static var tooShort: TokenizerError {
        TokenizerError(.truncation(reason: "the text to be shortened is too short for that"))
    }

    func range(_ count: Int, of all: Int) -> Range<Int> { isLeft ? (all - count)..<all : 0..<count }
}
