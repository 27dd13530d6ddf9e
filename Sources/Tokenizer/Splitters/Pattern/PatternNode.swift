/// A parsed pattern.
indirect enum PatternNode: Sendable {
    case set(PatternSet)
    case sequence([PatternNode])
    case choice([PatternNode])
    /// `maximum` is nil for no limit.
    case loop(PatternNode, minimum: Int, maximum: Int?, greedy: Bool, possessive: Bool)
    case look(PatternNode, isNegative: Bool)
    /// `$`: the end of the text or before a newline (Oniguruma's Ruby syntax, which the reference uses).
    case lineEnd

    /// The shortest and longest match in characters; nil for no limit.
    var length: (minimum: Int, maximum: Int?) {
        switch self {
        case .set: return (1, 1)
        case .look, .lineEnd: return (0, 0)
        case .sequence(let parts):
            return parts.reduce((0, 0)) { sum, part in
                let next = part.length
                return (Self.sum(sum.0, next.minimum), sum.1.flatMap { a in next.maximum.map { Self.sum(a, $0) } })
            }
        case .choice(let parts):
            var result: (Int, Int?) = (.max, 0)
            for part in parts {
                let next = part.length
                result.0 = min(result.0, next.minimum)
                result.1 = result.1.flatMap { a in next.maximum.map { max(a, $0) } }
            }
            return result
        case .loop(let body, let minimum, let maximum, _, _):
            let one = body.length
            let longest: Int? = one.maximum.flatMap { a in maximum.map { Self.product(a, $0) } }
            return (Self.product(one.minimum, minimum), longest)
        }
    }

    /// Lengths beyond this are all the same: too long.
    private static let ceiling = 1 << 30
    private static func product(_ a: Int, _ b: Int) -> Int { min(a, ceiling) * min(b, ceiling) }
    private static func sum(_ a: Int, _ b: Int) -> Int { min(a, ceiling) + min(b, ceiling) }
}
