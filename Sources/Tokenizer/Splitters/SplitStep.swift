/// One step of pre-tokenization. A `Sequence` of the file is flattened into a list of steps; the mapping of bytes to
/// letters is none where it is the last and the model reads bytes.
enum SplitStep: Sendable {
    /// `ByteLevel(add_prefix_space)`: a space before each piece that does not start with one.
    case prefixSpace
    case metaspace(Metaspace)
    /// Bytes as byte letters, where something follows that sees the letters.
    case byteLetters
    case split(Splitter, SplitBehavior, inverted: Bool)

    /// Whether the text itself changes, not only where it is cut.
    var changesText: Bool {
        if case .split = self { return false }
        return true
    }

    /// Whether the step must know where in the original text a piece starts.
    var needsSpans: Bool {
        if case .metaspace(let metaspace) = self { return metaspace.scheme == .first }
        return false
    }

    /// Whether the last step of normalization leaves nothing of what it looks for: of a byte that is replaced.
    func findsNothing(behind last: Normalizer?) -> Bool {
        guard case .split(.text(let search), _, inverted: false) = self, case .replace(let pattern, let content) = last
        else { return false }
        return pattern.count == 1 && search.pattern == pattern && !content.contains(pattern[0])
    }
}
