/// What a text was encoded to. Everything but the ids is empty unless offsets were asked for. Offsets hold two numbers a
/// token, start and end, relative to the text as it was given (not as normalized).
public struct Encoding: Sendable, Equatable {
    public var ids: [UInt32]
    /// In bytes: what the library's Rust `encode` reports.
    public var byteOffsets: [UInt32]
    /// In characters (Unicode scalars): what the library's Python interface reports.
    public var characterOffsets: [UInt32]
    /// As `byteOffsets`, with the white space that a post-processor takes off spans; only where it was asked for.
    public var wholeSpans: [UInt32] = []
    /// One for each token that the post-processor added, zero for tokens of the text.
    public var specialTokensMask: [UInt8]
    /// Which text a token belongs to, as the post-processor says.
    public var typeIDs: [UInt32]
    /// Zero for padding, one for everything else.
    public var attentionMask: [UInt8]

    public init(
        ids: [UInt32] = [], byteOffsets: [UInt32] = [], characterOffsets: [UInt32] = [],
        specialTokensMask: [UInt8] = [], typeIDs: [UInt32] = [], attentionMask: [UInt8] = []
    ) {
        self.ids = ids
        self.byteOffsets = byteOffsets
        self.characterOffsets = characterOffsets
        self.specialTokensMask = specialTokensMask
        self.typeIDs = typeIDs
        self.attentionMask = attentionMask
    }
}
