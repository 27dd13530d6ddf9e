/// Turns a tree into a program: jinja2/compiler.py of jinja2 3.1, with instructions in the place of Python source.
struct Compiler {
    /// Where code is being written: jinja2's `Frame`.
    struct Frame {
        var symbols: Symbols
        var function: FunctionBuilder
        /// Inside an `if`: an unknown filter is an error only when it is reached.
        var isSoft = false
        /// A parameter that is not bound yet while the defaults before it are evaluated.
        var unboundParameters: Set<Symbols.Reference> = []

        func inner() -> Frame { Frame(symbols: Symbols(parent: symbols, function: function), function: function) }
    }

    var program: Program
    var names: NameTable
    private var builders: [FunctionBuilder] = []
    private var globalIndex: [Int: Int] = [:]
    private var attributeIndex: [Int: Int] = [:]
    private var textConstants: [[UInt8]: Int] = [:]
    private var sitedConstants: [SitedText: Int] = [:]
    var rootSymbols: Symbols?
    let loopName: Int
    let callerName: Int
    let selfName: Int
    /// Inside the body of any loop, where `loop` may not be assigned.
    var loopNesting = 0
    /// What is known of autoescape where code is being written.
    var escaping = Escaping()

    static func compile(_ statements: [Statement], _ parser: Parser) throws(TemplateError) -> Program {
        var compiler = Compiler(parser)
        try compiler.run(statements)
        return compiler.finish()
    }

    private init(_ parser: Parser) {
        program = Program(source: parser.source)
        names = parser.names
        loopName = names.id("loop")
        callerName = names.id("caller")
        selfName = names.id("self")
    }

    private mutating func run(_ statements: [Statement]) throws(TemplateError) {
        let function = newFunction(inside: nil)
        let frame = Frame(symbols: Symbols(parent: nil, function: function), function: function)
        declareSelf(in: statements, frame)
        frame.symbols.visit(statements)
        rootSymbols = frame.symbols
        enter(frame)
        try block(statements, frame)
        function.emit(.end, site(0..<0))
    }

    private func finish() -> Program {
        program.functions = builders.map { $0.finish() }
        program.undefined = names.names.map { Undefined(.name($0)) }
        program.globalFunctions = program.globals.map { name in
            GlobalFunction(name).map { .function($0) } ?? .missing
        }
        program.seal()
        return program
    }

    /// jinja2 3.1: `self` is a variable of the template and of each block that mentions it.
    mutating func declareSelf(in statements: [Statement], _ frame: Frame) {
        if !Statement.reads(selfName, in: statements) { return }
        frame.function.emit(.templateSelf, site(0..<0), a: frame.symbols.declareParameter(selfName).slot)
    }

    var rootFunction: FunctionBuilder { builders[0] }

    // MARK: Tables

    mutating func newFunction(inside outer: FunctionBuilder?) -> FunctionBuilder {
        let builder = FunctionBuilder(index: builders.count, depth: outer.map { $0.depth + 1 } ?? 0)
        builders.append(builder)
        return builder
    }

    mutating func site(_ range: Range<Int>) -> Int32 {
        if program.sites.last == range { return Int32(clamping: program.sites.count - 1) }
        program.sites.append(range)
        return Int32(clamping: program.sites.count - 1)
    }

    mutating func constant(_ value: TemplateValue) -> Int {
        program.constants.append(value)
        return program.constants.count - 1
    }

    mutating func constant(text: [UInt8]) -> Int {
        if let known = textConstants[text] { return known }
        let index = constant(.string(Text(text, hashed: true)))
        textConstants[text] = index
        return index
    }

    /// A string of the template that may reach the output: it knows its place in the source.
    mutating func constant(text: [UInt8], at site: Int32) -> Int {
        let key = SitedText(text: text, site: site)
        if let known = sitedConstants[key] { return known }
        let index = constant(.string(Text(text, origin: OriginID(site: site), hashed: true)))
        sitedConstants[key] = index
        program.constantBytes += text.count
        return index
    }

    mutating func global(_ name: Int) -> Int {
        if let known = globalIndex[name] { return known }
        globalIndex[name] = program.globals.count
        program.globals.append(names.names[name])
        return program.globals.count - 1
    }

    mutating func attribute(_ name: Int) -> Int {
        if let known = attributeIndex[name] { return known }
        attributeIndex[name] = program.attributes.count
        program.attributes.append(AttributeName(names.names[name]))
        return program.attributes.count - 1
    }

    func error(_ kind: TemplateError.Kind, _ sentence: StaticString, _ range: Range<Int>, _ detail: [UInt8] = [])
        -> TemplateError
    {
        var error = TemplateError(kind, sentence, detail)
        (error.line, error.column) = Lexer.place(range.lowerBound, in: program.source)
        return error
    }

    // MARK: Scopes

    /// Sets up the slots of a scope: jinja2's enter_frame.
    mutating func enter(_ frame: Frame) {
        let symbols = frame.symbols
        let function = frame.function
        let here = site(0..<0)
        for reference in symbols.loadOrder {
            switch symbols.loads[reference] {
            case .resolve(let name):
                if symbols !== rootSymbols, let root = rootSymbols, root.stores.contains(name),
                    let outer = root.references[name], outer.function != function.index
                {
                    // Only in a block: it has no scope around it, but sees what the template assigned so far.
                    copy(outer, to: reference.slot, function, here)
                    function.emit(.resolveIfMissing, here, a: reference.slot, b: global(name))
                } else {
                    function.emit(.resolve, here, a: reference.slot, b: global(name))
                }
            case .alias(let outer): copy(outer, to: reference.slot, function, here)
            case .undefined: function.emit(.clear, here, a: reference.slot)
            case .parameter, nil: break
            }
        }
    }

    private func copy(_ outer: Symbols.Reference, to slot: Int, _ function: FunctionBuilder, _ site: Int32) {
        if outer.function == function.index {
            function.emit(.copy, site, a: slot, b: outer.slot)
        } else {
            function.emit(.copyOuter, site, a: slot, b: outer.slot, c: distance(function, outer))
        }
    }

    private func distance(_ function: FunctionBuilder, _ reference: Symbols.Reference) -> Int {
        max(function.depth - builders[reference.function].depth, 0)
    }

    func load(_ name: Int, _ frame: Frame, _ site: Int32) {
        guard let reference = frame.symbols.find(name) else { return }
        if reference.function == frame.function.index {
            frame.function.emit(.load, site, a: reference.slot, b: name)
        } else {
            let distance = distance(frame.function, reference)
            frame.function.emit(.loadOuter, site, a: reference.slot, b: name, c: distance)
        }
    }

    mutating func store(_ target: Target, _ frame: Frame) throws(TemplateError) {
        switch target {
        case .name(let name, let range):
            guard let reference = frame.symbols.find(name) else { return }
            frame.function.emit(.store, site(range), a: reference.slot)
        case .attribute(let namespace, let name, let range):
            let site = site(range)
            load(namespace, frame, site)
            frame.function.emit(.setAttribute, site, a: attribute(name))
        case .tuple(let parts, let range):
            frame.function.emit(.unpack, site(range), a: parts.count)
            for part in parts { try store(part, frame) }
        }
    }

    func refuseLoop(_ target: Target, _ range: Range<Int>) throws(TemplateError) {
        if loopNesting > 0, target.contains(name: loopName) {
            throw error(.assertion, "Can't assign to special loop variable in for-loop target", range)
        }
    }
}

private struct SitedText: Hashable {
    var text: [UInt8]
    var site: Int32
}
