/// A token that the file adds to the model's vocabulary, with the id it really has.
public struct AddedToken: Sendable, Equatable {
    public var id: UInt32
    /// UTF-8.
    public var content: [UInt8]
    /// Left out when decoding without special tokens.
    public var isSpecial: Bool
    /// Looked for in the normalized text, in its own normalized form.
    public var isNormalized: Bool
    /// Takes the whitespace before it.
    public var stripsLeft: Bool
    /// Takes the whitespace after it.
    public var stripsRight: Bool
    /// Does not match inside a word.
    public var isSingleWord: Bool

    public init(
        id: UInt32, content: [UInt8], isSpecial: Bool = false, isNormalized: Bool = true, stripsLeft: Bool = false,
        stripsRight: Bool = false, isSingleWord: Bool = false
    ) {
        self.id = id
        self.content = content
        self.isSpecial = isSpecial
        self.isNormalized = isNormalized
        self.stripsLeft = stripsLeft
        self.stripsRight = stripsRight
        self.isSingleWord = isSingleWord
    }
}
