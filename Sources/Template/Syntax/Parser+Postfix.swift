/// What follows a value: subscripts, calls, filters, tests; and the targets of assignments.
extension Parser {
    mutating func postfix(_ value: Expression) throws(TemplateError) -> Expression {
        var value = value
        while true {
            switch current.kind {
            case .dot, .lbracket: value = try subscripted(value)
            case .lparen: value = try call(value)
            default: return value
            }
        }
    }

    mutating func filterExpression(_ value: Expression) throws(TemplateError) -> Expression {
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
