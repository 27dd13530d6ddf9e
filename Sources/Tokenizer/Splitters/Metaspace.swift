/// The pre-tokenizer `Metaspace`: spaces become another character, one more of which may be put in front
/// (`pre_tokenizers/metaspace.rs`).
struct Metaspace: Sendable {
    enum Scheme: String, Sendable {
        case always
        case never
        /// Only a piece that starts where the text starts.
        case first
    }

    let replacement: UInt32
    let scheme: Scheme
    /// Whether each replacement starts a piece of its own.
    let splits: Bool

    private var encoded: [UInt8] {
        var bytes = [UInt8]()
        Scalars.append(replacement, to: &bytes)
        return bytes
    }

    /// Rewrites the pieces and what they are pieces of.
    func apply(to text: inout NormalizedText, _ pieces: inout [Piece]) {
        let encoded = encoded
        var spaced = text.blank(capacity: text.bytes.count + 3 * pieces.count)
        for i in pieces.indices {
            let piece = pieces[i]
            let at = spaced.bytes.count
            let starts =
                text.bytes[piece.start] == 0x20 || text.bytes[piece.start..<piece.end].starts(with: encoded)
            if scheme != .never, !starts, scheme == .always || text.span(at: piece.start).start == 0 {
                spaced.append(replacement, text.span(at: piece.start))
            }
            var copied = piece.start
            while let space = text.bytes[copied..<piece.end].firstIndex(of: 0x20) {
                spaced.copy(copied..<space, from: text)
                spaced.append(replacement, text.span(at: space))
                copied = space + 1
            }
            spaced.copy(copied..<piece.end, from: text)
            pieces[i] = Piece(start: at, end: spaced.bytes.count)
        }
        text = spaced
    }

    /// What splits the rewritten pieces, if anything does.
    var splitter: Splitter? { splits ? .text(ByteSearch(encoded)) : nil }
}
