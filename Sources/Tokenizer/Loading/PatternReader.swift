/// A `pattern` of the file: a text to look for, or a regular expression.
enum PatternReader {
    enum Pattern {
        /// Never empty.
        case text([UInt8])
        case program(PatternProgram)
    }

    static func read(_ field: Field) throws(TokenizerError) -> Pattern {
        if let text = field.optional("String") {
            if try text.bytes().isEmpty { throw text.invalid("an empty pattern") }
            return .text(try text.bytes())
        }
        return .program(try program(try field.member("Regex")))
    }

    static func program(_ field: Field) throws(TokenizerError) -> PatternProgram {
        let bytes = try field.bytes()
        do throws(PatternParser.Failure) {
            return try PatternProgram(bytes)
        } catch {
            throw TokenizerError(
                .pattern(
                    path: field.path, pattern: String(decoding: bytes, as: UTF8.self), position: error.position,
                    reason: error.reason))
        }
    }
}
