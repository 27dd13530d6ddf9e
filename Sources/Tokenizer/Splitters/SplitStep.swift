/// One step of pre-tokenization. A `Sequence` of the file is flattened into a list of steps; the last of them, the
/// mapping of bytes to letters, is no step: the model reads bytes.
enum SplitStep: Sendable {
    /// `ByteLevel(add_prefix_space)`: a space before each piece that does not start with one.
    case prefixSpace
    case split(Splitter, SplitBehavior, inverted: Bool)
}
