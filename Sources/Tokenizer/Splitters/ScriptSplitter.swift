import CUnicode

/// The pre-tokenizer `UnicodeScripts`: a piece ends where the script changes; Han, Hiragana and Katakana count as one, and
/// a space goes with everything. Spaces before the first other character are lost, and so is a piece of spaces alone: the
/// reference starts its first range at that character (`pre_tokenizers/unicode_scripts/pre_tokenizer.rs`).
enum ScriptSplitter {
    /// Pieces as matches; what is lost as a gap.
    static func matches(_ p: UnsafePointer<UInt8>, _ piece: Piece, into found: inout [Match]) {
        var script: UInt8?
        var start = piece.start
        var isFirst = true
        var i = piece.start
        while i < piece.end {
            let (scalar, width) = Scalars.decode(p + i)
            let next = cunicode_tokenizer_script(scalar)
            if next != 0 {
                if next != script {
                    if start < i {
                        found.append(Match(piece: Piece(start: start, end: i), isMatch: !isFirst))
                    }
                    start = i
                    isFirst = false
                }
                script = next
            }
            i += width
        }
        if start < i { found.append(Match(piece: Piece(start: start, end: i), isMatch: !isFirst)) }
    }
}
