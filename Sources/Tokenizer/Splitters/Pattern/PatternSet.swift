/// A set of code points in a pattern: categories and ranges, possibly inverted.
struct PatternSet: Sendable, Equatable {
    var categories = CharacterSet(bits: 0)
    var ranges: [ClosedRange<UInt32>] = []
    var isInverted = false

    func contains(_ scalar: UInt32) -> Bool {
        if categories.contains(scalar) { return !isInverted }
        for range in ranges where range.contains(scalar) { return !isInverted }
        return isInverted
    }

    /// Adds what a match without regard to case adds. Only ASCII letters fold here, and with them U+017F and U+212A, as
    /// Oniguruma folds them. False where a range holds a letter beyond ASCII, whose folding this does not know.
    mutating func foldCase() -> Bool {
        if categories.bits != 0 { return false }
        var folded = [ClosedRange<UInt32>]()
        for range in ranges {
            if range.upperBound >= 0x80 { return false }
            for scalar in range {
                let lower = scalar | 0x20
                guard lower >= 0x61, lower <= 0x7A else { continue }
                folded.append(scalar ^ 0x20...scalar ^ 0x20)
                if lower == 0x73 { folded.append(0x17F...0x17F) }
                if lower == 0x6B { folded.append(0x212A...0x212A) }
            }
        }
        ranges += folded
        return true
    }
}
