/// Where a text may be cut before it is normalized: only the parts that change are copied, and those stay near. A class: what it holds costs
/// a message of a hundred bytes more to copy than to encode.
final class NormalParts: Sendable {
    /// NFC. Parts are cut where segments are (`SegmentCuts`). Nothing composes with a newline, nor with what ends a word there, and
    /// letters stay letters in NFC: so the pieces of the parts are those of the whole.
    ///
    /// Nil where a byte is replaced by a few, as vocabularies of SentencePiece do with spaces. Then parts are cut where no token reaches across
    /// what they become.
    let form: UnicodeForm?
    /// The steps for all parts but the first, which may get a prefix.
    let others: [Normalizer]
    let cuts: SegmentCuts

    private static let shortest = 1 << 15

    /// Nil where the normalizers are any others, or nothing is known of where pieces end.
    init?(_ normalizers: [Normalizer], _ splitter: Splitter?) {
        guard var cuts = splitter?.cuts, let last = normalizers.last else { return nil }
        cuts.shortest = Self.shortest
        others = [last]
        guard let boundaries = cuts.boundaries else {
            guard normalizers.count == 1, case .form(.nfc) = last else { return nil }
            form = .nfc
            self.cuts = cuts
            return
        }
        guard case .replace(let pattern, let content) = last, pattern.count == 1, content.count <= NormalizedText.most,
            let replaced = Boundaries(boundaries, replacing: pattern[0], by: content)
        else { return nil }
        if normalizers.count > 1 {
            guard normalizers.count == 2, case .prepend = normalizers[0] else { return nil }
        }
        cuts.boundaries = replaced
        form = nil
        self.cuts = cuts
    }
}
