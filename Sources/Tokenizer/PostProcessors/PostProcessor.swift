/// What is done to the tokens of a text, or of two, at the end. A `Sequence` of the file is flattened into a list.
enum PostProcessor: Sendable {
    /// A place of a template.
    enum Slot: Sendable {
        case text(Int, type: UInt32)
        case tokens([UInt32], type: UInt32)
    }

    /// Takes leading and trailing spaces out of the offsets.
    case trimOffsets(prefixSpace: Bool)
    case bert(first: UInt32, separator: UInt32)
    /// Counts as a trimming one too where the file says so.
    case roberta(first: UInt32, separator: UInt32)
    /// `pair` is nil where the file has none; the library would not load it.
    case template(single: [Slot], pair: [Slot]?)

    /// How many tokens it adds, as truncation counts them.
    func added(isPair: Bool) -> Int {
        switch self {
        case .trimOffsets: return 0
        case .bert: return isPair ? 3 : 2
        case .roberta: return isPair ? 4 : 2
        case .template(let single, let pair):
            return (isPair ? pair ?? [] : single).reduce(0) { sum, slot in
                if case .tokens(let ids, _) = slot { sum + ids.count } else { sum }
            }
        }
    }
}

/// `process_offsets` of `tokenizers` 0.23 (`pre_tokenizers/byte_level.rs`).
struct OffsetTrimmer: Sendable {
    let prefixSpace: Bool
    /// Whether nothing stands before the text when this is done.
    var startsEncoding = true

    /// `leading` and `trailing` count the spaces of the token, in characters even where offsets count bytes.
    func trim(_ start: inout UInt32, _ end: inout UInt32, isFirst: Bool, leading: Int, trailing: Int) {
        var leading = leading
        if leading > 0 {
            // With a prefix space a single one was not in the text.
            if (isFirst && startsEncoding) || start == 0, prefixSpace, leading == 1 { leading = 0 }
            start = UInt32(truncatingIfNeeded: min(Int(start) + leading, Int(end)))
        }
        if trailing > 0, Int(end) >= trailing {
            end = UInt32(truncatingIfNeeded: max(Int(end) - trailing, Int(start)))
        }
    }
}
