/// Expressions, by falling precedence: conditional, or, and, not, comparison, + -, ~, * / // %, **, unary, postfix.
extension Parser {
    private func make(
        _ kind: Expression.Kind, from start: Int, _ children: [Expression]
    ) throws(TemplateError) -> Expression {
        let expression = Expression(kind, range(from: start), over: children)
        if expression.depth > Parser.treeDepth { throw tooDeep }
        return expression
    }

    private var start: Int { current.range.lowerBound }

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

    private mutating func primary() throws(TemplateError) -> Expression {
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

    private func literal(_ name: Text) -> Expression.Kind? {
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

    private mutating func list() throws(TemplateError) -> Expression {
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

    private mutating func dict() throws(TemplateError) -> Expression {
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

    // MARK: Postfix

    private mutating func postfix(_ value: Expression) throws(TemplateError) -> Expression {
        var value = value
        while true {
            switch current.kind {
            case .dot, .lbracket: value = try subscripted(value)
            case .lparen: value = try call(value)
            default: return value
            }
        }
    }

    private mutating func filterExpression(_ value: Expression) throws(TemplateError) -> Expression {
        var value = value
        while true {
            if current.kind == .pipe {
                value = try filters(value, startInline: false)
            } else if at("is") {
                value = try test(value)
            } else if current.kind == .lparen {
                value = try call(value)
            } else {
                return value
            }
        }
    }

    private mutating func subscripted(_ value: Expression) throws(TemplateError) -> Expression {
        let start = value.range.lowerBound
        if next().kind == .dot {
            let name = next()
            switch name.kind {
            case .name: return try make(.attribute(value, name: name.number), from: start, [value])
            case .integer:
                let index = Expression(.integer(name.number), name.range, over: [])
                return try make(.subscripted(value, index), from: start, [value, index])
            default: throw fail("expected name or number", at: name.range.lowerBound)
            }
        }
        var keys: [Expression] = []
        while current.kind != .rbracket {
            if !keys.isEmpty { try expect(.comma) }
            keys.append(try subscriptKey())
        }
        try expect(.rbracket)
        let key = keys.count == 1 ? keys[0] : try make(.tuple(keys), from: start, keys)
        return try make(.subscripted(value, key), from: start, [value, key])
    }

    private mutating func subscriptKey() throws(TemplateError) -> Expression {
        let start = start
        var parts: [Expression?] = [nil, nil, nil]
        if current.kind != .colon {
            let first = try expression()
            if current.kind != .colon { return first }
            parts[0] = first
        }
        next()
        if current.kind != .colon, current.kind != .rbracket, current.kind != .comma { parts[1] = try expression() }
        if skip(.colon), current.kind != .rbracket, current.kind != .comma { parts[2] = try expression() }
        return try make(.slice(parts[0], parts[1], parts[2]), from: start, parts.compactMap { $0 })
    }

    private mutating func call(_ callee: Expression) throws(TemplateError) -> Expression {
        let arguments = try arguments()
        return try make(.call(callee, arguments), from: callee.range.lowerBound, [callee] + arguments.all)
    }

    private mutating func arguments() throws(TemplateError) -> Expression.Arguments {
        let open = try expect(.lparen)
        var result = Expression.Arguments()
        func ensure(_ condition: Bool) throws(TemplateError) {
            if !condition { throw fail("invalid syntax for function call expression", at: open.range.lowerBound) }
        }
        var isFirst = true
        while current.kind != .rparen {
            if !isFirst {
                try expect(.comma)
                if current.kind == .rparen { break }
            }
            isFirst = false
            if current.kind == .mul {
                try ensure(result.spread == nil && result.keywordSpread == nil)
                next()
                result.spread = try expression()
            } else if current.kind == .pow {
                try ensure(result.keywordSpread == nil)
                next()
                result.keywordSpread = try expression()
            } else if current.kind == .name, look().kind == .assign {
                try ensure(result.keywordSpread == nil)
                let name = next().number
                next()
                result.keywords.append((name, try expression()))
            } else {
                try ensure(result.spread == nil && result.keywordSpread == nil && result.keywords.isEmpty)
                result.positional.append(try expression())
            }
        }
        try expect(.rparen)
        return result
    }

    private mutating func dottedName() throws(TemplateError) -> [UInt8] {
        var name = names.names[try expect(.name).number].array
        while skip(.dot) { name += [UInt8(ascii: ".")] + names.names[try expect(.name).number].array }
        return name
    }

    mutating func filters(_ value: Expression?, startInline: Bool) throws(TemplateError) -> Expression {
        var value = value
        var inline = startInline
        while inline || current.kind == .pipe {
            if !inline { next() }
            inline = false
            let nameStart = start
            let name = try dottedName()
            let arguments = current.kind == .lparen ? try arguments() : Expression.Arguments()
            value = try make(
                .filter(value, name: name, arguments), from: value?.range.lowerBound ?? nameStart,
                [value].compactMap { $0 } + arguments.all)
        }
        guard let value else { throw fail("unexpected '%'", describe(current)) }
        return value
    }

    private mutating func test(_ value: Expression) throws(TemplateError) -> Expression {
        next()
        let isNegated = skip("not")
        let name = try dottedName()
        var arguments = Expression.Arguments()
        switch current.kind {
        case .lparen: arguments = try self.arguments()
        case .name where at("else") || at("or") || at("and"): break
        case .name, .string, .integer, .bigInteger, .float, .lbracket, .lbrace:
            if at("is") { throw fail("You cannot chain multiple tests with is") }
            try enter()
            arguments.positional = [try postfix(try primary())]
            depth -= 1
        default: break
        }
        let start = value.range.lowerBound
        let result = try make(.test(value, name: name, arguments), from: start, [value] + arguments.all)
        return isNegated ? try make(.not(result), from: start, [result]) : result
    }

    // MARK: Targets

    mutating func nameTarget() throws(TemplateError) -> Int {
        let token = try expect(.name)
        if literal(names.names[token.number]) != nil {
            throw fail("can't assign to '%'", describe(token), at: token.range.lowerBound)
        }
        return token.number
    }

    mutating func assignTarget(end: StaticString?, withNamespace: Bool = false) throws(TemplateError) -> Target {
        let start = start
        var parts: [Target] = []
        var isTuple = false
        while true {
            if !parts.isEmpty { try expect(.comma) }
            if isTupleEnd(end) { break }
            parts.append(try targetPart(withNamespace: withNamespace))
            if current.kind != .comma { break }
            isTuple = true
        }
        if !isTuple {
            if let only = parts.first { return only }
            throw fail("Expected an expression, got '%'", describe(current))
        }
        return .tuple(parts, range(from: start))
    }

    private mutating func targetPart(withNamespace: Bool) throws(TemplateError) -> Target {
        let start = start
        if current.kind == .lparen {
            // jinja2 3.1: a parenthesis is a primary, read as a full tuple of expressions.
            return try target(of: try primary())
        }
        if current.kind == .name, withNamespace, look().kind == .dot {
            let name = next().number
            next()
            let attribute = try expect(.name).number
            return .attribute(namespace: name, name: attribute, range(from: start))
        }
        if current.kind != .name { throw fail("can't assign to '%'", describe(current)) }
        return .name(try nameTarget(), range(from: start))
    }

    private func target(of expression: Expression) throws(TemplateError) -> Target {
        switch expression.kind {
        case .name(let name): return .name(name, expression.range)
        case .tuple(let items):
            var parts: [Target] = []
            for item in items { parts.append(try target(of: item)) }
            return .tuple(parts, expression.range)
        default: throw fail("can't assign to expression", at: expression.range.lowerBound)
        }
    }
}
