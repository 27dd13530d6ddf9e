/// What a text was encoded to. Offsets are empty unless they were asked for; then they hold two numbers a token, start
/// and end, relative to the text as it was given (not as normalized).
public struct Encoding: Sendable, Equatable {
    public var ids: [UInt32]
    /// In bytes: what the library's Rust `encode` reports.
    public var byteOffsets: [UInt32]
    /// In characters (Unicode scalars): what the library's Python interface reports.
    public var characterOffsets: [UInt32]
    /// One for each token that the post-processor added, zero for tokens of the text. Empty without offsets.
    public var specialTokensMask: [UInt8]

    public init(
        ids: [UInt32] = [], byteOffsets: [UInt32] = [], characterOffsets: [UInt32] = [], specialTokensMask: [UInt8] = []
    ) {
        self.ids = ids
        self.byteOffsets = byteOffsets
        self.characterOffsets = characterOffsets
        self.specialTokensMask = specialTokensMask
    }
}
