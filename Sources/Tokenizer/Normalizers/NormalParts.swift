/// Where a text that is to be brought to NFC may be cut before that: only the parts that change are copied, and those stay near.
///
/// Parts are cut where segments are (`SegmentCuts`). Nothing composes with a newline, nor with what ends a word there, and letters
/// stay letters in NFC: so the pieces of the parts are those of the whole.
struct NormalParts: Sendable {
    let form: UnicodeForm
    let cuts: SegmentCuts

    /// Nil where the normalizer is any other, or nothing is known of where pieces end.
    init?(_ normalizers: [Normalizer], _ splitter: Splitter?) {
        guard normalizers.count == 1, case .form(.nfc) = normalizers[0], var cuts = splitter?.cuts,
            cuts.boundaries == nil
        else { return nil }
        cuts.shortest = 1 << 15
        form = .nfc
        self.cuts = cuts
    }
}
