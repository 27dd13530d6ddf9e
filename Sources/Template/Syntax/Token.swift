/// A piece of the source that the parser sees.
struct Token {
    enum Kind: UInt8 {
        case data
        case variableBegin
        case variableEnd
        case blockBegin
        case blockEnd
        case name
        case string
        case integer
        case bigInteger
        case float
        case add, sub, mul, pow, div, floordiv, mod, tilde
        case lparen, rparen, lbracket, rbracket, lbrace, rbrace
        case eq, ne, gt, gteq, lt, lteq
        case assign, dot, colon, pipe, comma, semicolon
        case eof
    }

    var kind: Kind
    /// Bytes of the normalised source.
    var range: Range<Int>
    /// Of a name its id, of an integer its value.
    var number = 0
    var float = 0.0
    /// Of data and strings.
    var text: [UInt8] = []
}

/// The names of a template, each once. An id is an index.
struct NameTable {
    private(set) var names: [Text] = []
    private var ids: [[UInt8]: Int] = [:]

    mutating func id(_ name: [UInt8]) -> Int {
        if let known = ids[name] { return known }
        ids[name] = names.count
        names.append(Text(name, hashed: true))
        return names.count - 1
    }

    mutating func id(_ name: String) -> Int { id(Array(name.utf8)) }

    func find(_ name: String) -> Int? { ids[Array(name.utf8)] }
}
