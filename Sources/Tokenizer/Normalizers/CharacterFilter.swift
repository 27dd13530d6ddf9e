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

    /// The first character from `at` on that goes or changes, or the end. None does that is printable ASCII.
    @inline(__always)
    private func next(_ p: UnsafePointer<UInt8>, _ at: Int, _ end: Int) -> Int {
        var at = at
        while true {
            at = NormalizedText.nextUnusual(p, at, end)
            if at == end { return end }
            let (scalar, width) = Scalars.decode(p + at)
            if image(scalar) != scalar { return at }
            at &+= width
        }
    }

    func leaves(_ p: UnsafePointer<UInt8>, _ count: Int) -> Bool { next(p, 0, count) == count }

    /// What stays has its own span, and so has what takes the place of a character (`NormalizedString::filter`, `tokenizer/normalizer.rs`).
    func apply(_ text: NormalizedText) -> NormalizedText {
        text.rewritten(next: next) { scalar, span, result in
            if let image = image(scalar) { result.append(image, span) }
        }
    }
}
