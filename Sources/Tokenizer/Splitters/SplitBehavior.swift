/// What becomes of the matches of a split (`tokenizers` 0.23 `NormalizedString::split`, quirks included: two matches in
/// a row do not both merge, and the first stretch of `Contiguous` counts as following a gap).
enum SplitBehavior: String, Sendable {
    case removed = "Removed"
    case isolated = "Isolated"
    case mergedWithPrevious = "MergedWithPrevious"
    case mergedWithNext = "MergedWithNext"
    case contiguous = "Contiguous"

    /// Adds the pieces that `matches` make. Empty matches count while merging; empty pieces are dropped at the end.
    func append(_ matches: [Match], inverted: Bool, to pieces: inout [Piece]) {
        let first = pieces.count
        var previous = false
        switch self {
        case .isolated:
            for match in matches { pieces.append(match.piece) }
        case .removed:
            for match in matches where match.isMatch == inverted { pieces.append(match.piece) }
        case .contiguous:
            for match in matches {
                let isMatch = match.isMatch != inverted
                if isMatch == previous, pieces.count > first {
                    pieces[pieces.count - 1].end = match.piece.end
                } else {
                    pieces.append(match.piece)
                }
                previous = isMatch
            }
        case .mergedWithPrevious:
            for match in matches {
                let isMatch = match.isMatch != inverted
                if isMatch, !previous, pieces.count > first {
                    pieces[pieces.count - 1].end = match.piece.end
                } else {
                    pieces.append(match.piece)
                }
                previous = isMatch
            }
        case .mergedWithNext:
            for match in matches.reversed() {
                let isMatch = match.isMatch != inverted
                if isMatch, !previous, pieces.count > first {
                    pieces[pieces.count - 1].start = match.piece.start
                } else {
                    pieces.append(match.piece)
                }
                previous = isMatch
            }
            pieces[first...].reverse()
        }
        if matches.contains(where: { $0.piece.start == $0.piece.end }) {
            pieces.removeSubrange(first..., keeping: { $0.start < $0.end })
        }
    }
}

extension Array {
    /// Drops the elements of `range` for which `keeping` is false.
    fileprivate mutating func removeSubrange(_ range: PartialRangeFrom<Int>, keeping: (Element) -> Bool) {
        let kept = self[range].filter(keeping)
        replaceSubrange(range, with: kept)
    }
}
