/// One step from tokens to text. A `Sequence` of the file is flattened into a list of steps.
enum Decoder: Sendable {
    case byteLevel
    case byteFallback
    case fuse
    case replace([UInt8], with: [UInt8])
    /// Takes up to `start` and `stop` of a character off the ends of each token.
    case strip(UInt32, start: Int, stop: Int)
    case replacePattern(PatternProgram, with: [UInt8])
    /// The prefix goes, or else a space comes; with `cleans` the spaces of tokenized English go too.
    case wordPiece(prefix: [UInt8], cleans: Bool)
    /// The replacement as spaces; at the start none, where one may have been put in front.
    case metaspace(UInt32, dropsFirst: Bool)
    /// The suffix as a space, at the end as nothing.
    case suffix([UInt8])
    case ctc(padding: [UInt8], delimiter: [UInt8], cleans: Bool)
}
