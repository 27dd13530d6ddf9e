/// What is done to the tokens of a text at the end. A `Sequence` of the file is flattened into a list.
enum PostProcessor: Sendable {
    /// Takes leading and trailing spaces out of the offsets.
    case trimOffsets(prefixSpace: Bool)
    /// Ids before and after the text.
    case surround(before: [UInt32], after: [UInt32])
}

/// `process_offsets` of `tokenizers` 0.23 (`pre_tokenizers/byte_level.rs`).
struct OffsetTrimmer {
    let prefixSpace: Bool

    /// `leading` and `trailing` count the spaces of the token, in characters even where offsets count bytes.
    func trim(_ start: inout UInt32, _ end: inout UInt32, isFirst: Bool, leading: Int, trailing: Int) {
        var leading = leading
        if leading > 0 {
            // With a prefix space a single one was not in the text.
            if isFirst || start == 0, prefixSpace, leading == 1 { leading = 0 }
            start = UInt32(truncatingIfNeeded: min(Int(start) + leading, Int(end)))
        }
        if trailing > 0, Int(end) >= trailing {
            end = UInt32(truncatingIfNeeded: max(Int(end) - trailing, Int(start)))
        }
    }
}
