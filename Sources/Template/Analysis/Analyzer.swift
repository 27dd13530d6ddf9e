import JSON

/// Walks a syntax tree and notes what its expressions stand for. Names are followed without regard to order, so the
/// tree is walked a few times: linear in the source.
struct Analyzer {
    /// What an expression is, as far as it matters.
    enum Meaning {
        case other
        case messages
        case message
        case role
        case content
        case part
        case partType
    }

    /// A variable, or an attribute of a namespace.
    struct Place: Hashable {
        var name: Int
        var attribute = -1
    }

    let names: NameTable
    var result = TemplateAnalysis()
    var meanings: [Place: Meaning] = [:]
    var parameters: [Int: [Int]] = [:]
    /// What the items of the loops around are, the innermost last.
    var loopItems: [Meaning] = []
    private var seen: Set<Note> = []
    private var variableIndex: [Int: Int] = [:]

    private enum Note: Hashable {
        case role([UInt8])
        case messageField([UInt8])
        case partType([UInt8])
        case partField([UInt8])
    }

    static func run(_ statements: [Statement], _ names: NameTable, free: [Text]) -> TemplateAnalysis {
        var analyzer = Analyzer(names: names)
        for name in free {
            guard let id = names.find(String(decoding: name.array, as: UTF8.self)) else { continue }
            analyzer.variableIndex[id] = analyzer.result.variables.count
            analyzer.result.variables.append(TemplateAnalysis.Variable(name: name.array))
            if name.equals("messages") { analyzer.meanings[Place(name: id)] = .messages }
            if name.equals("tools") { analyzer.result.usesTools = true }
            if name.equals("documents") { analyzer.result.usesDocuments = true }
        }
        for _ in 0..<3 { analyzer.visit(statements) }
        return analyzer.result
    }

    private init(names: NameTable) { self.names = names }

    func isName(_ id: Int, _ text: StaticString) -> Bool { names.names[id].equals(text) }

    // MARK: Notes

    mutating func note(role: [UInt8]) {
        if seen.insert(.role(role)).inserted { result.roles.append(role) }
    }

    mutating func note(messageField: [UInt8]) {
        if seen.insert(.messageField(messageField)).inserted { result.messageFields.append(messageField) }
    }

    mutating func note(partType: [UInt8]) {
        if seen.insert(.partType(partType)).inserted { result.partTypes.append(partType) }
    }

    mutating func note(partField: [UInt8]) {
        if Text(partField).equals("type") { return }
        if seen.insert(.partField(partField)).inserted { result.partFields.append(partField) }
    }

    mutating func assign(_ place: Place, _ meaning: Meaning) {
        if case .other = meaning { return }
        if meanings[place] == nil { meanings[place] = meaning }
    }

    mutating func note(optional name: Int, default value: Value?) {
        guard let index = variableIndex[name] else { return }
        result.variables[index].isOptional = true
        if let value, result.variables[index].defaultValue == nil { result.variables[index].defaultValue = value }
    }

    // MARK: Statements

    mutating func visit(_ statements: [Statement]) {
        for statement in statements { visit(statement) }
    }

    private mutating func visit(_ statement: Statement) {
        switch statement.kind {
        case .data, .breakLoop, .continueLoop: break
        case .output(let value), .load(let value, _): visit(value)
        case .conditional(let branches, let otherwise):
            for branch in branches {
                visit(branch.test)
                noteDefault(branch.test, branch.body)
                visit(branch.body)
            }
            visit(otherwise)
        case .loop(let loop): visit(loop)
        case .set(let target, let value):
            visit(value)
            assign(target, meaning(value))
        case .setBlock(_, let filter, let body):
            if let filter { visit(filter) }
            visit(body)
        case .macro(let name, let signature, let body):
            parameters[name] = signature.arguments
            for value in signature.defaults { visit(value) }
            visit(body)
        case .callBlock(let signature, let call, let body):
            for value in signature.defaults { visit(value) }
            visit(call)
            visit(body)
        case .filterBlock(let filter, let body):
            visit(filter)
            visit(body)
        case .with(let assignments, let body):
            for assignment in assignments {
                visit(assignment.value)
                assign(assignment.target, meaning(assignment.value))
            }
            visit(body)
        case .generation(let body):
            result.marksGenerations = true
            visit(body)
        case .autoescape(let value, let body):
            visit(value)
            visit(body)
        case .block(_, _, let body): visit(body)
        }
    }

    private mutating func visit(_ loop: Statement.Loop) {
        visit(loop.iterable)
        let item: Meaning =
            switch meaning(loop.iterable) {
            case .messages: .message
            case .content: .part
            default: .other
            }
        assign(loop.target, item)
        loopItems.append(item)
        if let filter = loop.filter { visit(filter) }
        visit(loop.body)
        loopItems.removeLast()
        visit(loop.otherwise)
    }

    private mutating func assign(_ target: Target, _ meaning: Meaning) {
        switch target {
        case .name(let name, _): assign(Place(name: name), meaning)
        case .attribute(let namespace, let name, _): assign(Place(name: namespace, attribute: name), meaning)
        case .tuple: break
        }
    }

    /// `{% if x is not defined %}{% set x = … %}`.
    private mutating func noteDefault(_ test: Expression, _ body: [Statement]) {
        guard case .not(let inner) = test.kind, let name = definedTest(inner) else { return }
        for statement in body {
            if case .set(.name(name, _), let value) = statement.kind { note(optional: name, default: value.literal) }
        }
    }

    /// The variable that `x is defined` asks for.
    func definedTest(_ expression: Expression) -> Int? {
        guard case .test(let value, let test, _) = expression.kind, case .name(let name) = value.kind else {
            return nil
        }
        return Text(test).equals("defined") ? name : nil
    }
}
