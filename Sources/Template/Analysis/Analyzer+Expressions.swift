import JSON

/// What expressions stand for, and what they are compared with.
extension Analyzer {
    mutating func visit(_ expression: Expression) {
        for child in expression.children { visit(child) }
        switch expression.kind {
        case .attribute(let value, let name): noteField(of: meaning(value), names.names[name].array)
        case .subscripted(let value, let key):
            if case .string(let name) = key.kind { noteField(of: meaning(value), name) }
        case .call(let callee, let arguments): visitCall(callee, arguments)
        case .compare(let first, let rest):
            var left = first
            for (op, right) in rest {
                noteComparison(left, op, right)
                left = right
            }
        case .test(let value, let name, let arguments): visitTest(value, Text(name), arguments)
        case .filter(let value?, let name, let arguments): visitFilter(value, Text(name), arguments)
        case .conditional(let test, let value, let otherwise):
            if let name = definedTest(test), case .name(name) = value.kind {
                note(optional: name, default: otherwise?.literal)
            }
            if case .not(let inner) = test.kind, let name = definedTest(inner), let otherwise,
                case .name(name) = otherwise.kind
            {
                note(optional: name, default: value.literal)
            }
        default: break
        }
    }

    private mutating func noteField(of meaning: Meaning, _ name: [UInt8]) {
        if MethodName(Text(name)).belongs(to: .dict(DictObject())) { return }
        switch meaning {
        case .message: note(messageField: name)
        case .part: note(partField: name)
        default: break
        }
    }

    private mutating func visitCall(_ callee: Expression, _ arguments: Expression.Arguments) {
        if case .attribute(let value, let method) = callee.kind, isName(method, "get"),
            case .string(let name)? = arguments.positional.first?.kind
        {
            noteField(of: meaning(value), name)
        }
        guard case .name(let macro) = callee.kind, let names = parameters[macro] else { return }
        for (name, value) in zip(names, arguments.positional) { assign(Place(name: name), meaning(value)) }
        for (name, value) in arguments.keywords where names.contains(name) {
            assign(Place(name: name), meaning(value))
        }
    }

    private mutating func visitTest(_ value: Expression, _ name: Text, _ arguments: Expression.Arguments) {
        if name.equals("defined") || name.equals("undefined"), case .name(let variable) = value.kind {
            note(optional: variable, default: nil)
        }
        guard let other = arguments.positional.first else { return }
        if ["eq", "equalto", "==", "ne", "!=", "sameas"].contains(where: { name.equals($0) }) {
            noteComparison(value, .eq, other)
        } else if name.equals("in") {
            noteComparison(value, .in, other)
        }
    }

    private mutating func visitFilter(_ value: Expression, _ name: Text, _ arguments: Expression.Arguments) {
        if name.equals("default") || name.equals("d"), case .name(let variable) = value.kind {
            note(optional: variable, default: arguments.positional.first?.literal)
        }
        let isSelect = ["selectattr", "rejectattr", "map"].contains { name.equals($0) }
        guard isSelect, case .string(let field)? = arguments.positional.first?.kind else { return }
        let item: Meaning =
            switch meaning(value) {
            case .messages: .message
            case .content: .part
            default: .other
            }
        if name.equals("map") { return }
        noteField(of: item, field)
        guard arguments.positional.count > 2 else { return }
        noteConstants(meaning(of: item, field), arguments.positional[2])
    }

    private mutating func noteComparison(_ left: Expression, _ op: Expression.Comparison, _ right: Expression) {
        switch op {
        case .eq, .ne:
            noteConstants(meaning(left), right)
            noteConstants(meaning(right), left)
        case .in, .notIn:
            noteConstants(meaning(left), right)
            if case .string(let name) = left.kind { noteField(of: meaning(right), name) }
        default: break
        }
    }

    /// The strings that something of a meaning is compared with.
    private mutating func noteConstants(_ meaning: Meaning, _ expression: Expression) {
        switch expression.kind {
        case .string(let text):
            switch meaning {
            case .role: note(role: text)
            case .partType: note(partType: text)
            default: break
            }
        case .list(let items), .tuple(let items): for item in items { noteConstants(meaning, item) }
        default: break
        }
    }

    // MARK: Meanings

    func meaning(_ expression: Expression) -> Meaning {
        switch expression.kind {
        case .name(let name): return meanings[Place(name: name)] ?? .other
        case .attribute(let value, let name):
            if case .name(let variable) = value.kind {
                if let known = meanings[Place(name: variable, attribute: name)] { return known }
                if isName(variable, "loop"), isName(name, "previtem") || isName(name, "nextitem") {
                    return loopItems.last ?? .other
                }
            }
            return meaning(of: meaning(value), names.names[name].array)
        case .subscripted(let value, let key):
            let container = meaning(value)
            switch key.kind {
            case .string(let name): return meaning(of: container, name)
            case .slice: return container
            default:
                switch container {
                case .messages: return .message
                case .content: return .part
                default: return .other
                }
            }
        case .call(let callee, let arguments):
            guard case .attribute(let value, let method) = callee.kind else { return .other }
            if isName(method, "get"), case .string(let name)? = arguments.positional.first?.kind {
                return meaning(of: meaning(value), name)
            }
            return isName(method, "strip") || isName(method, "lower") ? meaning(value) : .other
        case .filter(let value?, let name, _): return meaning(value, filter: Text(name))
        case .conditional(_, let value, let otherwise):
            let first = meaning(value)
            if case .other = first, let otherwise { return meaning(otherwise) }
            return first
        case .or(let left, let right), .and(let left, let right), .binary(.add, let left, let right):
            let first = meaning(left)
            if case .other = first { return meaning(right) }
            return first
        default: return .other
        }
    }

    private func meaning(_ value: Expression, filter name: Text) -> Meaning {
        let inner = meaning(value)
        if name.equals("first") || name.equals("last") {
            switch inner {
            case .messages: return .message
            case .content: return .part
            default: return .other
            }
        }
        let keeps = [
            "list", "selectattr", "rejectattr", "reverse", "default", "d", "trim", "lower", "select", "reject", "sort",
        ]
        return keeps.contains { name == Text($0) } ? inner : .other
    }

    func meaning(of container: Meaning, _ field: [UInt8]) -> Meaning {
        let name = Text(field)
        switch container {
        case .message: return name.equals("role") ? .role : name.equals("content") ? .content : .other
        case .part: return name.equals("type") ? .partType : .other
        default: return .other
        }
    }
}

extension Expression {
    /// The value of a constant, as JSON; nil for anything that has to be computed.
    var literal: Value? {
        switch kind {
        case .none: return .null
        case .bool(let flag): return .bool(flag)
        case .integer(let number): return .integer(number)
        case .bigInteger(let digits): return .bigInteger(digits)
        case .float(let number): return .real(number)
        case .string(let text): return .string(text)
        case .negative(let value):
            switch value.kind {
            case .integer(let number): return .integer(-number)
            case .float(let number): return .real(-number)
            default: return nil
            }
        case .list(let items) where items.count <= 64, .tuple(let items) where items.count <= 64:
            var values = [Value]()
            for item in items {
                guard let value = item.literal else { return nil }
                values.append(value)
            }
            return .array(values)
        case .dict(let items) where items.count <= 64:
            var object = Object()
            for item in items {
                guard case .string(let key) = item.key.kind, let value = item.value.literal else { return nil }
                object[key] = value
            }
            return .object(object)
        default: return nil
        }
    }
}
