/// Expressions, by falling precedence: conditional, or, and, not, comparison, + -, ~, * / // %, **, unary, postfix.
extension Parser {
    func make(
        _ kind: Expression.Kind, from start: Int, _ children: [Expression]
    ) throws(TemplateError) -> Expression {
        let expression = Expression(kind, range(from: start), over: children)
        if expression.depth > Parser.treeDepth { throw tooDeep }
        return expression
    }

    var start: Int { current.range.lowerBound }

    mutating func expression(withConditional: Bool = true) throws(TemplateError) -> Expression {
        try enter()
        defer { depth -= 1 }
        return withConditional ? try conditional() : try or()
    }

    private mutating func conditional() throws(TemplateError) -> Expression {
        let start = start
        var value = try or()
        while skip("if") {
            let test = try or()
            var otherwise: Expression?
            if skip("else") {
                try enter()
                otherwise = try conditional()
                depth -= 1
            }
            value = try make(
                .conditional(test: test, value, otherwise), from: start, [test, value] + [otherwise].compactMap { $0 })
        }
        return value
    }

    private mutating func or() throws(TemplateError) -> Expression {
        let start = start
        var left = try and()
        while skip("or") {
            let right = try and()
            left = try make(.or(left, right), from: start, [left, right])
        }
        return left
    }

    private mutating func and() throws(TemplateError) -> Expression {
        let start = start
        var left = try not()
        while skip("and") {
            let right = try not()
            left = try make(.and(left, right), from: start, [left, right])
        }
        return left
    }

    private mutating func not() throws(TemplateError) -> Expression {
        let start = start
        var count = 0
        while skip("not") { count += 1 }
        var value = try comparison()
        for _ in 0..<count { value = try make(.not(value), from: start, [value]) }
        return value
    }

    private mutating func comparison() throws(TemplateError) -> Expression {
        let start = start
        let left = try sum()
        var rest: [(Expression.Comparison, Expression)] = []
        while true {
            let op: Expression.Comparison
            switch current.kind {
            case .eq: op = .eq
            case .ne: op = .ne
            case .lt: op = .lt
            case .lteq: op = .lteq
            case .gt: op = .gt
            case .gteq: op = .gteq
            default:
                if at("in") {
                    op = .in
                } else if at("not"), isName(look(), "in") {
                    next()
                    op = .notIn
                } else {
                    return rest.isEmpty ? left : try make(.compare(left, rest), from: start, [left] + rest.map(\.1))
                }
            }
            next()
            rest.append((op, try sum()))
        }
    }

    private mutating func sum() throws(TemplateError) -> Expression {
        let start = start
        var left = try concatenation()
        while current.kind == .add || current.kind == .sub {
            let op = next().kind
            let right = try concatenation()
            left = try make(.binary(op, left, right), from: start, [left, right])
        }
        return left
    }

    private mutating func concatenation() throws(TemplateError) -> Expression {
        let start = start
        let first = try product()
        if current.kind != .tilde { return first }
        var parts = [first]
        while skip(.tilde) { parts.append(try product()) }
        return try make(.concat(parts), from: start, parts)
    }

    private mutating func product() throws(TemplateError) -> Expression {
        let start = start
        var left = try power()
        while [.mul, .div, .floordiv, .mod].contains(current.kind) {
            let op = next().kind
            let right = try power()
            left = try make(.binary(op, left, right), from: start, [left, right])
        }
        return left
    }

    private mutating func power() throws(TemplateError) -> Expression {
        let start = start
        var left = try unary()
        while skip(.pow) {
            let right = try unary()
            left = try make(.binary(.pow, left, right), from: start, [left, right])
        }
        return left
    }

    mutating func unary(withFilter: Bool = true) throws(TemplateError) -> Expression {
        let start = start
        var signs: [Token.Kind] = []
        while current.kind == .sub || current.kind == .add { signs.append(next().kind) }
        var value = try postfix(try primary())
        for sign in signs.reversed() {
            value = try postfix(try make(sign == .sub ? .negative(value) : .positive(value), from: start, [value]))
        }
        return withFilter ? try filterExpression(value) : value
    }

    mutating func primary() throws(TemplateError) -> Expression {
        let token = current
        let start = start
        switch token.kind {
        case .name:
            next()
            return try make(literal(names.names[token.number]) ?? .name(token.number), from: start, [])
        case .string:
            var text = next().text
            while current.kind == .string { text += next().text }
            return try make(.string(text), from: start, [])
        case .integer:
            next()
            return try make(.integer(token.number), from: start, [])
        case .bigInteger:
            next()
            return try make(.bigInteger(token.text), from: start, [])
        case .float:
            next()
            return try make(.float(token.float), from: start, [])
        case .lparen:
            next()
            try enter()
            let value = try tuple(explicitParentheses: true)
            depth -= 1
            try expect(.rparen)
            return value
        case .lbracket: return try list()
        case .lbrace: return try dict()
        default: throw fail("unexpected '%'", describe(token))
        }
    }

    func literal(_ name: Text) -> Expression.Kind? {
        if name.equals("true") || name.equals("True") { return .bool(true) }
        if name.equals("false") || name.equals("False") { return .bool(false) }
        if name.equals("none") || name.equals("None") { return Expression.Kind.none }
        return nil
    }

    mutating func tuple(
        withConditional: Bool = true, end: StaticString? = nil, explicitParentheses: Bool = false
    ) throws(TemplateError) -> Expression {
        let start = start
        var items: [Expression] = []
        var isTuple = false
        while true {
            if !items.isEmpty { try expect(.comma) }
            if isTupleEnd(end) { break }
            items.append(try expression(withConditional: withConditional))
            if current.kind != .comma { break }
            isTuple = true
        }
        if !isTuple {
            if let only = items.first { return only }
            if !explicitParentheses { throw fail("Expected an expression, got '%'", describe(current)) }
        }
        return try make(.tuple(items), from: start, items)
    }

    func isTupleEnd(_ end: StaticString?) -> Bool {
        switch current.kind {
        case .variableEnd, .blockEnd, .rparen: true
        default: end.map { at($0) } ?? false
        }
    }

    mutating func list() throws(TemplateError) -> Expression {
        let start = next().range.lowerBound
        var items: [Expression] = []
        while current.kind != .rbracket {
            if !items.isEmpty { try expect(.comma) }
            if current.kind == .rbracket { break }
            items.append(try expression())
        }
        try expect(.rbracket)
        return try make(.list(items), from: start, items)
    }

    mutating func dict() throws(TemplateError) -> Expression {
        let start = next().range.lowerBound
        var items: [(key: Expression, value: Expression)] = []
        while current.kind != .rbrace {
            if !items.isEmpty { try expect(.comma) }
            if current.kind == .rbrace { break }
            let key = try expression()
            try expect(.colon)
            items.append((key, try expression()))
        }
        try expect(.rbrace)
        return try make(.dict(items), from: start, items.flatMap { [$0.key, $0.value] })
    }
}
