/// Why a text is not a JSON document, and where.
public struct JSONError: Error, Sendable, Equatable {
    /// What the parser expected or met, in its own words.
    public var message: String
    /// From 1.
    public var line: Int
    /// From 1, in characters.
    public var column: Int
    /// Bytes from the start of the text.
    public var offset: Int

    public init(message: String, line: Int, column: Int, offset: Int) {
        self.message = message
        self.line = line
        self.column = column
        self.offset = offset
    }
}
