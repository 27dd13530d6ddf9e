/// Where a text may be cut before it is normalized: only the parts that change are copied, and those stay near.
enum NormalParts: Sendable {
    /// Brought to NFC. Parts are cut where segments are (`SegmentCuts`). Nothing composes with a newline, nor with what ends a word
    /// there, and letters stay letters in NFC: so the pieces of the parts are those of the whole.
    case composed(UnicodeForm, SegmentCuts)
    /// A byte is replaced by a few, as vocabularies of SentencePiece do with spaces. Parts are cut where no token reaches across what they
    /// become. The first has steps of its own: it may get a prefix.
    case replaced([Normalizer], others: [Normalizer], SegmentCuts)

    private static let shortest = 1 << 15

    /// Nil where the normalizers are any others, or nothing is known of where pieces end.
    init?(_ normalizers: [Normalizer], _ splitter: Splitter?) {
        guard var cuts = splitter?.cuts, let last = normalizers.last else { return nil }
        cuts.shortest = Self.shortest
        if cuts.boundaries == nil {
            guard normalizers.count == 1, case .form(.nfc) = last else { return nil }
            self = .composed(.nfc, cuts)
            return
        }
        guard case .replace(let pattern, let content) = last, pattern.count == 1, content.count <= NormalizedText.most,
            let replacement = Boundaries.Replacement(of: pattern[0], by: content)
        else { return nil }
        if normalizers.count > 1 {
            guard normalizers.count == 2, case .prepend = normalizers[0] else { return nil }
        }
        cuts.replacement = replacement
        self = .replaced(normalizers, others: [last], cuts)
    }
}
