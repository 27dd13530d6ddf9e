/// A stretch of the normalized text, in bytes.
struct Piece: Equatable, Sendable {
    var start: Int
    var end: Int
}

/// A stretch that a pattern matched, or one that lies between matches. Together they cover the text they were found in.
struct Match: Equatable, Sendable {
    var piece: Piece
    var isMatch: Bool
}
