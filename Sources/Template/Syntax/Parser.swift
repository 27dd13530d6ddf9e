/// Reads tokens into statements: jinja2/parser.py of jinja2 3.1, with the extensions `loopcontrols` and transformers'
/// `generation`. Recursion is as deep as the source nests, which `limits.syntaxDepth` bounds.
struct Parser {
    let source: [UInt8]
    var names: NameTable
    let tokens: [Token]
    let limits: Limits
    var position = 0
    var depth = 0
    /// Branches of all `if`s: each is given a copy of the names known so far.
    private(set) var branchCount = 0
    /// Longest expression tree allowed: chains such as a + b + c grow it without nesting the source.
    static let treeDepth = 200

    init(_ lexer: Lexer, limits: Limits) {
        source = lexer.source
        names = lexer.names
        tokens = lexer.tokens
        self.limits = limits
    }

    // MARK: Tokens

    var current: Token { tokens[position] }

    func look() -> Token { tokens[min(position + 1, tokens.count - 1)] }

    /// The current token; moves past it, but never past the end.
    @discardableResult
    mutating func next() -> Token {
        let token = tokens[position]
        if position + 1 < tokens.count { position += 1 }
        return token
    }

    func isName(_ token: Token, _ text: StaticString) -> Bool {
        token.kind == .name && names.names[token.number].equals(text)
    }

    func at(_ text: StaticString) -> Bool { isName(current, text) }

    mutating func skip(_ text: StaticString) -> Bool {
        if at(text) {
            next()
            return true
        }
        return false
    }

    mutating func skip(_ kind: Token.Kind) -> Bool {
        if current.kind == kind {
            next()
            return true
        }
        return false
    }

    @discardableResult
    mutating func expect(_ kind: Token.Kind) throws(TemplateError) -> Token {
        if current.kind != kind { throw fail("expected '%', got '%'", "\(kind)", describe(current)) }
        return next()
    }

    mutating func expect(_ name: StaticString) throws(TemplateError) {
        if !at(name) { throw fail("expected token '%', got '%'", "\(name)", describe(current)) }
        next()
    }

    func describe(_ token: Token) -> String {
        switch token.kind {
        case .eof: "end of template"
        case .blockEnd: "end of statement block"
        case .variableEnd: "end of print statement"
        default: String(decoding: source[token.range], as: UTF8.self)
        }
    }

    func fail(_ sentence: StaticString, _ details: String..., at offset: Int? = nil) -> TemplateError {
        let details = details.map { Array($0.utf8) }
        var error = TemplateError(
            .syntax, sentence, details.first ?? [], details.count > 1 ? details[1] : [],
            details.count > 2 ? details[2] : [])
        (error.line, error.column) = Lexer.place(offset ?? current.range.lowerBound, in: source)
        return error
    }

    mutating func enter() throws(TemplateError) {
        depth += 1
        if depth > limits.syntaxDepth { throw tooDeep }
    }

    var tooDeep: TemplateError {
        var error = TemplateError(.limit, "the template is nested too deeply")
        (error.line, error.column) = Lexer.place(current.range.lowerBound, in: source)
        return error
    }

    func range(from start: Int) -> Range<Int> {
        let end = position > 0 ? tokens[position - 1].range.upperBound : start
        return start..<max(start, end)
    }

    // MARK: Statements

    mutating func template() throws(TemplateError) -> [Statement] { try statements(until: []) }

    /// Statements up to a tag whose name is one of `ends`; its name is the current token then.
    private mutating func statements(until ends: [StaticString]) throws(TemplateError) -> [Statement] {
        try enter()
        defer { depth -= 1 }
        var body: [Statement] = []
        while current.kind != .eof {
            let token = current
            switch token.kind {
            case .data:
                next()
                body.append(Statement(.data(token.text), token.range))
            case .variableBegin:
                next()
                let start = current.range.lowerBound
                let expression = try tuple()
                body.append(Statement(.output(expression), range(from: start)))
                try expect(.variableEnd)
            default:
                next()
                if ends.contains(where: { at($0) }) { return body }
                try statement(into: &body)
                try expect(.blockEnd)
            }
        }
        if let end = ends.first { throw fail("Unexpected end of template. Jinja was looking for '%'.", "\(end)") }
        return body
    }

    /// The body of a block statement: up to its end tag, which stays current.
    private mutating func body(until ends: StaticString...) throws(TemplateError) -> [Statement] {
        _ = skip(.colon)
        try expect(.blockEnd)
        return try statements(until: ends)
    }

    private mutating func lastBody(_ end: StaticString) throws(TemplateError) -> [Statement] {
        let result = try body(until: end)
        next()
        return result
    }

    private mutating func statement(into body: inout [Statement]) throws(TemplateError) {
        guard current.kind == .name else { throw fail("tag name expected") }
        let start = current.range.lowerBound
        let kind: Statement.Kind
        switch String(decoding: source[current.range], as: UTF8.self) {
        case "for": kind = try forStatement()
        case "if": kind = try ifStatement()
        case "set": kind = try setStatement()
        case "macro": kind = try macroStatement()
        case "call": kind = try callStatement()
        case "filter":
            next()
            let filter = try filters(nil, startInline: true)
            kind = .filterBlock(filter, try lastBody("endfilter"))
        case "with": kind = try withStatement()
        case "autoescape":
            next()
            kind = .autoescape(try expression(), try lastBody("endautoescape"))
        case "block": kind = try blockStatement()
        case "generation":
            next()
            kind = .generation(try lastBody("endgeneration"))
        case "break":
            next()
            kind = .breakLoop
        case "continue":
            next()
            kind = .continueLoop
        case "print":
            next()
            var isFirst = true
            while current.kind != .blockEnd {
                if !isFirst { try expect(.comma) }
                isFirst = false
                let value = try expression()
                body.append(Statement(.output(value), value.range))
            }
            return
        case "extends", "include", "import", "from": kind = try loadStatement()
        default: throw fail("Encountered unknown tag '%'.", describe(current))
        }
        body.append(Statement(kind, range(from: start)))
    }

    private mutating func forStatement() throws(TemplateError) -> Statement.Kind {
        next()
        let target = try assignTarget(end: "in")
        try expect("in")
        let iterable = try tuple(withConditional: false, end: "recursive")
        let filter = skip("if") ? try expression() : nil
        let isRecursive = skip("recursive")
        let body = try body(until: "endfor", "else")
        let otherwise = isName(next(), "endfor") ? [] : try lastBody("endfor")
        return .loop(
            Statement.Loop(
                target: target, iterable: iterable, filter: filter, isRecursive: isRecursive, body: body,
                otherwise: otherwise))
    }

    private mutating func ifStatement() throws(TemplateError) -> Statement.Kind {
        var branches: [(test: Expression, body: [Statement])] = []
        while true {
            next()
            branchCount += 1
            let test = try tuple(withConditional: false)
            branches.append((test, try body(until: "elif", "else", "endif")))
            if at("elif") { continue }
            let otherwise = isName(next(), "else") ? try lastBody("endif") : []
            return .conditional(branches, otherwise: otherwise)
        }
    }

    private mutating func setStatement() throws(TemplateError) -> Statement.Kind {
        next()
        let target = try assignTarget(end: nil, withNamespace: true)
        if skip(.assign) { return .set(target, try tuple()) }
        let filter = current.kind == .pipe ? try filters(nil, startInline: false) : nil
        return .setBlock(target, filter: filter, try lastBody("endset"))
    }

    private mutating func macroStatement() throws(TemplateError) -> Statement.Kind {
        next()
        let name = try nameTarget()
        let signature = try signature()
        return .macro(name: name, signature, try lastBody("endmacro"))
    }

    private mutating func callStatement() throws(TemplateError) -> Statement.Kind {
        let start = next().range.lowerBound
        let signature = current.kind == .lparen ? try signature() : MacroSignature()
        let call = try expression()
        guard case .call = call.kind else { throw fail("expected call", at: start) }
        return .callBlock(signature, call: call, try lastBody("endcall"))
    }

    private mutating func signature() throws(TemplateError) -> MacroSignature {
        var result = MacroSignature()
        try expect(.lparen)
        while current.kind != .rparen {
            if !result.arguments.isEmpty { try expect(.comma) }
            result.arguments.append(try nameTarget())
            if skip(.assign) {
                result.defaults.append(try expression())
            } else if !result.defaults.isEmpty {
                throw fail("non-default argument follows default argument")
            }
        }
        try expect(.rparen)
        return result
    }

    private mutating func withStatement() throws(TemplateError) -> Statement.Kind {
        next()
        var assignments: [(target: Target, value: Expression)] = []
        while current.kind != .blockEnd {
            if !assignments.isEmpty { try expect(.comma) }
            let target = try assignTarget(end: nil)
            try expect(.assign)
            assignments.append((target, try expression()))
        }
        return .with(assignments, try lastBody("endwith"))
    }

    private mutating func blockStatement() throws(TemplateError) -> Statement.Kind {
        next()
        let name = try expect(.name).number
        let isScoped = skip("scoped")
        let isRequired = skip("required")
        if current.kind == .sub { throw fail("Block names in Jinja have to be valid Python identifiers.") }
        let body = try lastBody("endblock")
        if isRequired, !body.allSatisfy({ $0.isBlankData }) {
            throw fail("Required blocks can only contain comments or whitespace")
        }
        if current.kind == .name, current.number == name { next() }
        return .block(name: name, isScoped: isScoped, body)
    }

    private mutating func loadStatement() throws(TemplateError) -> Statement.Kind {
        let tag = String(decoding: source[next().range], as: UTF8.self)
        let template = try expression()
        var stores: [Int] = []
        switch tag {
        case "import":
            try expect("as")
            stores.append(try nameTarget())
        case "from":
            try expect("import")
            stores = try importedNames()
        case "include":
            if at("ignore"), isName(look(), "missing") {
                next()
                next()
            }
        default: break
        }
        if tag != "extends", at("with") || at("without"), isName(look(), "context") {
            next()
            next()
        }
        return .load(template, stores: stores)
    }

    private mutating func importedNames() throws(TemplateError) -> [Int] {
        var stores: [Int] = []
        while true {
            if !stores.isEmpty { try expect(.comma) }
            if at("with") || at("without"), isName(look(), "context") { break }
            let name = try nameTarget()
            if names.names[name].withBytes({ $0.first == UInt8(ascii: "_") }) {
                var error = fail("names starting with an underline can not be imported")
                error.kind = .assertion
                throw error
            }
            stores.append(skip("as") ? try nameTarget() : name)
            if current.kind != .comma { break }
        }
        return stores
    }
}

extension Statement {
    fileprivate var isBlankData: Bool {
        guard case .data(let text) = kind else { return false }
        return Text(text).isAll(CodePoint.isSpace)
    }
}
