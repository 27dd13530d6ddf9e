import CUnicode

/// A set of general categories, as the reference's regular-expression engine knows them (its Unicode version, not the
/// host's), one bit a category. Membership is one table lookup and one shift.
struct CharacterSet: Equatable, Sendable {
    var bits: UInt32

    static let unassigned = CharacterSet(bits: 1 << 0)
    static let upper = CharacterSet(bits: 1 << 1)
    static let lower = CharacterSet(bits: 1 << 2)
    static let title = CharacterSet(bits: 1 << 3)
    static let modifier = CharacterSet(bits: 1 << 4)
    static let otherLetter = CharacterSet(bits: 1 << 5)
    static let letter = CharacterSet(bits: 0b11_1110)
    static let mark = CharacterSet(bits: 0b111 << 6)
    static let number = CharacterSet(bits: 0b111 << 9)
    static let punctuation = CharacterSet(bits: 0b111_1111 << 12)
    static let symbol = CharacterSet(bits: 0b1111 << 19)
    static let separator = CharacterSet(bits: 0b111 << 23)
    static let other = CharacterSet(bits: 0b111 << 26 | 1 << 29 | 1)
    /// `\s`: the separators, and the control characters TAB to CR and NEL.
    static let space = CharacterSet(bits: 0b111 << 23 | 1 << 29)
    static let all = CharacterSet(bits: (1 << 30) - 1)

    /// The categories in the order of the table.
    static let names = [
        "Cn", "Lu", "Ll", "Lt", "Lm", "Lo", "Mn", "Mc", "Me", "Nd", "Nl", "No", "Pc", "Pd", "Ps", "Pe", "Pi", "Pf",
        "Po",
        "Sm", "Sc", "Sk", "So", "Zs", "Zl", "Zp", "Cc", "Cf", "Co",
    ]

    /// The set that `\p{name}` means, or nil for a name that is not a category.
    init?(category name: String) {
        switch name {
        case "L": self = .letter
        case "M": self = .mark
        case "N": self = .number
        case "P": self = .punctuation
        case "S": self = .symbol
        case "Z": self = .separator
        case "Cc": self = CharacterSet(bits: 1 << 26 | 1 << 29)
        default:
            guard let index = Self.names.firstIndex(of: name) else { return nil }
            bits = 1 << UInt32(index)
        }
    }

    init(bits: UInt32) { self.bits = bits }

    @inline(__always)
    func contains(_ scalar: UInt32) -> Bool {
        bits &>> UInt32(cunicode_tokenizer_kind(scalar) & 31) & 1 != 0
    }

    func union(_ other: CharacterSet) -> CharacterSet { CharacterSet(bits: bits | other.bits) }
    var inverted: CharacterSet { CharacterSet(bits: ~bits & Self.all.bits) }
}

/// Single questions about a code point that other parts of the reference answer, each with its own Unicode version.
enum CharacterTraits {
    /// `\w` of Rust's regex crate: what `single_word` looks for.
    static func isWord(_ scalar: UInt32) -> Bool { cunicode_tokenizer_kind(scalar) & 0x20 != 0 }
    /// `char::is_numeric`: what `Digits` isolates.
    static func isNumeric(_ scalar: UInt32) -> Bool { cunicode_tokenizer_kind(scalar) & 0x40 != 0 }
    /// What `Punctuation` isolates.
    static func isPunctuation(_ scalar: UInt32) -> Bool { cunicode_tokenizer_kind(scalar) & 0x80 != 0 }
    /// `char::is_whitespace`, the same set as `\s`.
    static func isWhitespace(_ scalar: UInt32) -> Bool { CharacterSet.space.contains(scalar) }
}
