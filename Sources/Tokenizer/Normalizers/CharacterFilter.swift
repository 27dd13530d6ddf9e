import CUnicode

/// What single normalizers drop or replace, character by character; each asks the reference's own tables.
enum CharacterFilter: Sendable {
    /// `BertNormalizer` with `clean_text`: control characters go, whitespace becomes spaces.
    case bertCleaning
    /// `BertNormalizer` with `strip_accents`, after NFD.
    case bertAccents
    /// `StripAccents`: every combining mark.
    case accents
    /// `Nmt`.
    case nmt

    /// The character that takes the place of `scalar`, or nil where it goes.
    @inline(__always)
    private func image(_ scalar: UInt32) -> UInt32? {
        let traits = cunicode_tokenizer_trait(scalar)
        switch self {
        case .bertCleaning: return traits & 1 != 0 ? nil : traits & 2 != 0 ? 0x20 : scalar
        case .bertAccents: return traits & 4 != 0 ? nil : scalar
        case .accents: return traits & 8 != 0 ? nil : scalar
        case .nmt: return traits & 32 != 0 ? nil : traits & 64 != 0 ? 0x20 : scalar
        }
    }

    func leaves(_ p: UnsafePointer<UInt8>, _ count: Int) -> Bool {
        var i = 0
        while i < count {
            let (scalar, width) = Scalars.decode(p + i)
            if image(scalar) != scalar { return false }
            i &+= width
        }
        return true
    }

    /// A character that stays also stands for the dropped ones after it; those before the first are passed over
    /// (`NormalizedString::filter`, `tokenizer/normalizer.rs`).
    func apply(_ text: NormalizedText) -> NormalizedText {
        var changes = [NormalizedText.Change]()
        changes.reserveCapacity(text.bytes.count)
        var start = 0
        for scalar in Scalars.array(text.bytes) {
            if let image = image(scalar) {
                changes.append(.init(scalar: image, change: 0))
            } else if changes.isEmpty {
                start += scalar < 0x80 ? 1 : scalar < 0x800 ? 2 : scalar < 0x10000 ? 3 : 4
            } else {
                changes[changes.count - 1].change -= 1
            }
        }
        var result = text.blank(capacity: text.bytes.count)
        result.apply(changes, to: text, from: start)
        return result
    }
}
