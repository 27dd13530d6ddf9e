/// Where a name lives in one scope: jinja2/idtracking.py of jinja2 3.1, with slots in the place of Python variables.
///
/// The rules that templates feel: what a loop, block or macro assigns stays inside; a branch of an `if` shares its
/// scope; a name that is assigned anywhere in a scope is local to all of it; everything else is looked up outside, at
/// last in the context.
final class Symbols {
    enum Load {
        case parameter
        case resolve(Int)
        case alias(Reference)
        case undefined
    }

    /// A slot of a function's scope.
    struct Reference: Hashable {
        var function: Int
        var slot: Int
    }

    /// The slots a scope has given out, shared with its copies: both branches of an `if` mean the same variable.
    final class Slots {
        var known: [Int: Int] = [:]
    }

    let parent: Symbols?
    let function: FunctionBuilder
    private let slots: Slots
    private(set) var references: [Int: Reference] = [:]
    private(set) var loads: [Reference: Load] = [:]
    private(set) var loadOrder: [Reference] = []
    private(set) var stores: Set<Int> = []

    init(parent: Symbols?, function: FunctionBuilder, slots: Slots = Slots()) {
        self.parent = parent
        self.function = function
        self.slots = slots
    }

    private func copy() -> Symbols {
        let other = Symbols(parent: parent, function: function, slots: slots)
        other.references = references
        other.loads = loads
        other.loadOrder = loadOrder
        other.stores = stores
        return other
    }

    func find(_ name: Int) -> Reference? {
        var scope: Symbols? = self
        while let here = scope {
            if let found = here.references[name] { return found }
            scope = here.parent
        }
        return nil
    }

    func findLoad(_ reference: Reference) -> Load? {
        var scope: Symbols? = self
        while let here = scope {
            if let found = here.loads[reference] { return found }
            scope = here.parent
        }
        return nil
    }

    @discardableResult
    private func define(_ name: Int, _ load: Load) -> Reference {
        let slot: Int
        if let known = slots.known[name] {
            slot = known
        } else {
            slot = function.newSlot()
            slots.known[name] = slot
        }
        let reference = Reference(function: function.index, slot: slot)
        references[name] = reference
        setLoad(reference, load)
        return reference
    }

    private func setLoad(_ reference: Reference, _ load: Load) {
        if loads.updateValue(load, forKey: reference) == nil { loadOrder.append(reference) }
    }

    func store(_ name: Int) {
        stores.insert(name)
        if references[name] != nil { return }
        if let outer = parent?.find(name) {
            define(name, .alias(outer))
        } else {
            define(name, .undefined)
        }
    }

    @discardableResult
    func declareParameter(_ name: Int) -> Reference {
        stores.insert(name)
        return define(name, .parameter)
    }

    func load(_ name: Int) {
        if find(name) == nil { define(name, .resolve(name)) }
    }

    private func update(from branches: [Symbols]) {
        var stored = Set<Int>()
        for branch in branches { stored.formUnion(branch.stores) }
        stored.subtract(stores)
        for branch in branches {
            references.merge(branch.references) { $1 }
            for reference in branch.loadOrder {
                if let load = branch.loads[reference] { setLoad(reference, load) }
            }
            stores.formUnion(branch.stores)
        }
        for name in stored.sorted() {
            guard let target = find(name) else { continue }
            setLoad(target, parent?.find(name).map { .alias($0) } ?? .resolve(name))
        }
    }

    // MARK: Reading the tree

    func visit(_ statements: [Statement]) {
        for statement in statements { visit(statement) }
    }

    private func visit(_ statement: Statement) {
        switch statement.kind {
        case .data, .breakLoop, .continueLoop, .block, .generation, .autoescape: break
        case .output(let value): visit(value)
        case .conditional(let branches, let otherwise): visit(branches[...], otherwise)
        case .loop(let loop): visit(loop.iterable)
        case .set(let target, let value):
            visit(value)
            store(target)
        case .setBlock(let target, _, _): store(target)
        case .macro(let name, _, _): store(name)
        case .callBlock(_, let call, _): visit(call)
        case .filterBlock(let filter, _): visit(filter)
        case .with(let assignments, _): for assignment in assignments { visit(assignment.value) }
        case .load(let template, let names):
            visit(template)
            for name in names { store(name) }
        }
    }

    private func visit(_ branches: ArraySlice<(test: Expression, body: [Statement])>, _ otherwise: [Statement]) {
        guard let first = branches.first else { return }
        visit(first.test)
        let body = copy()
        body.visit(first.body)
        let elifs = copy()
        for branch in branches.dropFirst() { elifs.visit([branch], []) }
        let last = copy()
        last.visit(otherwise)
        update(from: [body, elifs, last])
    }

    func store(_ target: Target) {
        switch target {
        case .name(let name, _): store(name)
        case .attribute(let namespace, _, _): load(namespace)
        case .tuple(let parts, _): for part in parts { store(part) }
        }
    }

    func declareParameters(_ target: Target) {
        switch target {
        case .name(let name, _): declareParameter(name)
        case .attribute(let namespace, _, _): load(namespace)
        case .tuple(let parts, _): for part in parts { declareParameters(part) }
        }
    }

    func visit(_ expression: Expression) {
        expression.forEachName { load($0) }
    }
}

extension Expression {
    /// Every name that the expression reads.
    func forEachName(_ body: (Int) -> Void) {
        if case .name(let name) = kind { body(name) }
        for child in children { child.forEachName(body) }
    }

    var children: [Expression] {
        switch kind {
        case .none, .bool, .integer, .bigInteger, .float, .string, .name: []
        case .tuple(let items), .list(let items), .concat(let items): items
        case .dict(let items): items.flatMap { [$0.key, $0.value] }
        case .attribute(let value, _): [value]
        case .subscripted(let value, let key): [value, key]
        case .slice(let a, let b, let c): [a, b, c].compactMap { $0 }
        case .call(let callee, let arguments): [callee] + arguments.all
        case .filter(let value, _, let arguments): [value].compactMap { $0 } + arguments.all
        case .test(let value, _, let arguments): [value] + arguments.all
        case .not(let value), .negative(let value), .positive(let value): [value]
        case .binary(_, let a, let b), .and(let a, let b), .or(let a, let b): [a, b]
        case .compare(let first, let rest): [first] + rest.map(\.1)
        case .conditional(let test, let value, let otherwise): [test, value] + [otherwise].compactMap { $0 }
        }
    }
}

extension Statement {
    /// jinja2 3.1: find_undeclared, for one name: is it read before it is stored, anywhere inside but in blocks?
    static func reads(_ name: Int, in statements: [Statement]) -> Bool {
        var stored = false
        return statements.contains { $0.reads(name, &stored) }
    }

    private func reads(_ name: Int, _ stored: inout Bool) -> Bool {
        func inside(_ expression: Expression?) -> Bool {
            var found = false
            if !stored { expression?.forEachName { found = found || $0 == name } }
            return found
        }
        func inside(_ statements: [Statement], _ stored: inout Bool) -> Bool {
            for statement in statements where statement.reads(name, &stored) { return true }
            return false
        }
        func assign(_ target: Target) { if target.contains(name: name) { stored = true } }
        switch kind {
        case .data, .breakLoop, .continueLoop, .block: return false
        case .output(let value): return inside(value)
        case .conditional(let branches, let otherwise):
            for branch in branches where inside(branch.test) || inside(branch.body, &stored) { return true }
            return inside(otherwise, &stored)
        case .loop(let loop):
            assign(loop.target)
            return inside(loop.iterable) || inside(loop.body, &stored) || inside(loop.otherwise, &stored)
                || inside(loop.filter)
        case .set(let target, let value):
            assign(target)
            return inside(value)
        case .setBlock(let target, let filter, let body):
            assign(target)
            return inside(filter) || inside(body, &stored)
        case .macro(_, let signature, let body), .callBlock(let signature, _, let body):
            if case .callBlock(_, let call, _) = kind, inside(call) { return true }
            if signature.arguments.contains(name) { stored = true }
            return signature.defaults.contains { inside($0) } || inside(body, &stored)
        case .filterBlock(let filter, let body): return inside(body, &stored) || inside(filter)
        case .with(let assignments, let body):
            for assignment in assignments { assign(assignment.target) }
            return assignments.contains { inside($0.value) } || inside(body, &stored)
        case .generation(let body): return inside(body, &stored)
        case .autoescape(let value, let body): return inside(value) || inside(body, &stored)
        case .load(let template, _): return inside(template)
        }
    }
}
