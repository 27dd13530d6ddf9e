/// The attributes of values, methods bound or called at once.
extension Interpreter {
    /// Python's `getattr` in the sandbox: nil where there is no such attribute.
    func ownAttribute(of value: TemplateValue, _ name: AttributeName) throws(TemplateError) -> TemplateValue? {
        if case .namespace(let namespace) = value {
            if name.isPrivate { return unsafe(value, name) }
            return namespace.dict[name.text]
        }
        if case .templateReference(let scope) = value {
            guard let block = program.blocks.first(where: { $0.name == name.text }) else { return nil }
            return .macro(Macro(code: program.macros[block.macro], scope: scope))
        }
        let method = name.method
        if method == .unknown { return nil }
        if method == .dunder { return unsafe(value, name) }
        guard method.belongs(to: value) else { return nil }
        if method.isMutating(value) { return unsafe(value, name) }
        if let plain = try property(of: value, method) { return plain }
        if value.extent.depth >= limits.valueDepth { throw TemplateError(.recursion, "a value is nested too deeply") }
        return .method(BoundMethod(value, method))
    }

    private func unsafe(_ value: TemplateValue, _ name: AttributeName) -> TemplateValue {
        .undefined(Undefined(.unsafe(of: value.typeName, name.text)))
    }

    /// Attributes that are values, not methods.
    private func property(of value: TemplateValue, _ method: MethodName) throws(TemplateError) -> TemplateValue? {
        switch value {
        case .loop(let loop): return try property(of: loop, method)
        case .tuple(let sequence) where sequence.isGroup && sequence.count == 2:
            if method == .grouper { return sequence[0] }
            return method == .list ? sequence[1] : nil
        case .range(let range):
            switch method {
            case .start: return .int(range.start)
            case .stop: return .int(range.stop)
            case .step: return .int(range.step)
            default: return nil
            }
        case .macro(let macro):
            switch method {
            case .name: return macro.code.name.map { .string($0) } ?? TemplateValue.none
            case .arguments: return .tuple(try sequence(macro.code.arguments.map { .string($0) }))
            case .catchKwargs: return .bool(macro.code.takesKeywords)
            case .catchVarargs: return .bool(macro.code.takesVariadic)
            case .caller: return .bool(macro.code.takesCaller)
            default: return .bool(macro.code.hasExplicitCaller)
            }
        case .cycler(let cycler):
            switch method {
            case .current: return cycler.items[cycler.position]
            case .items: return .tuple(try sequence(cycler.items))
            case .pos: return .int(cycler.position)
            default: return nil
            }
        case .view(let view): return method == .mapping ? .dict(view.dict) : nil
        case .joiner(let joiner): return method == .sep ? joiner.separator : .bool(joiner.isUsed)
        case .int, .bool, .float, .bigInt:
            switch method {
            case .real, .numerator: if case .bool(let flag) = value { return .int(flag ? 1 : 0) } else { return value }
            case .imag: if case .float = value { return .float(0) } else { return .int(0) }
            case .denominator: return .int(1)
            default: return nil
            }
        default: return nil
        }
    }

    private func property(of loop: LoopContext, _ method: MethodName) throws(TemplateError) -> TemplateValue? {
        switch method {
        case .index: return .int(loop.index0 + 1)
        case .index0: return .int(loop.index0)
        case .revindex: return .int(try loop.length(self) - loop.index0)
        case .revindex0: return .int(try loop.length(self) - loop.index0 - 1)
        case .first: return .bool(loop.index0 == 0)
        case .last: return .bool(try loop.isLast(self))
        case .length: return .int(try loop.length(self))
        case .depth: return .int(loop.depth0 + 1)
        case .depth0: return .int(loop.depth0)
        case .previtem:
            if loop.index0 == 0 { return .undefined(Undefined(.hint("there is no previous item"))) }
            return loop.before
        case .nextitem: return try loop.peek(self) ?? .undefined(Undefined(.hint("there is no next item")))
        default: return nil
        }
    }

    /// A method call without a bound method in between; nil where the attribute is none, and has to be looked up.
    func callMethodDirectly(
        _ value: TemplateValue, _ method: MethodName, _ arguments: CallArguments
    ) throws(TemplateError) -> TemplateValue? {
        switch value {
        case .string(let text):
            guard method.belongs(to: value) else { return nil }
            return try callString(text, method, arguments)
        case .dict(let dict):
            guard method.belongs(to: value), !method.isMutating(value) else { return nil }
            return try callDict(dict, method, arguments)
        default: return nil
        }
    }

    /// Anything but a macro or a loop.
    func callValue(_ callee: TemplateValue, _ arguments: CallArguments) throws(TemplateError) -> TemplateValue {
        switch callee {
        case .undefined(let undefined): throw undefined.error
        case .function(let function): return try callGlobal(function, arguments)
        case .method(let method):
            switch method.receiver {
            case .string(let text): return try callString(text, method.method, arguments)
            case .bytes(let text): return try callBytes(text, method.method, arguments)
            case .view(let view): return try isDisjoint(view, arguments)
            case .dict(let dict): return try callDict(dict, method.method, arguments)
            case .list(let sequence), .tuple(let sequence):
                return try callSequence(method.receiver, sequence.items, method.method, arguments)
            case .range(let range):
                let items = (0..<range.count).map { TemplateValue.int(range.value(at: $0)) }
                try charge(items.count)
                return try callSequence(method.receiver, items, method.method, arguments)
            case .int, .float, .bool, .bigInt: return try callNumber(method.receiver, method.method, arguments)
            case .loop(let loop): return try callLoop(loop, method.method, arguments)
            case .cycler(let cycler):
                let item = cycler.items[cycler.position]
                cycler.position = method.method == .reset ? 0 : (cycler.position + 1) % cycler.items.count
                return method.method == .reset ? .none : item
            case .function: return try dictFromKeys(arguments)
            default: break
            }
        case .joiner(let joiner):
            defer { joiner.isUsed = true }
            return joiner.isUsed ? joiner.separator : .string(Text.empty)
        default: break
        }
        throw TemplateError(.type, "'%' object is not callable", callee.typeName)
    }

    private func callLoop(
        _ loop: LoopContext, _ method: MethodName, _ arguments: CallArguments
    ) throws(TemplateError) -> TemplateValue {
        guard arguments.keywords.isEmpty else { throw TemplateError(.type, "takes no keyword arguments") }
        if method == .cycle {
            if arguments.positional.isEmpty { throw TemplateError(.type, "no items for cycling given") }
            return arguments.positional[loop.index0 % arguments.positional.count]
        }
        let values = arguments.positional
        _ = try sequence(values)
        if loop.lastChanged == nil { changedLoops.append(loop) }
        if let last = loop.lastChanged, last.count == values.count {
            var same = true
            for (a, b) in zip(last, values) where same { same = try equal(a, b) }
            if same { return .bool(false) }
        }
        loop.lastChanged = values
        return .bool(true)
    }

    private func callSequence(
        _ value: TemplateValue, _ items: [TemplateValue], _ method: MethodName, _ arguments: CallArguments
    ) throws(TemplateError) -> TemplateValue {
        switch method {
        case .count:
            guard let wanted = try arguments.bind("value", required: 1, positionalOnly: 1)[0] else { return .none }
            var n = 0
            for item in items where try equal(item, wanted) { n += 1 }
            return .int(n)
        case .index:
            let bound = try arguments.bind("value", "start", "stop", required: 1, positionalOnly: 3)
            let (from, length) = Interpreter.bounds(bound[1]?.index, bound[2]?.index, 1, items.count)
            for i in from..<(from + length) {
                if let wanted = bound[0], try equal(items[i], wanted) { return .int(i) }
            }
            throw TemplateError(.value, "the value is not in the %", value.typeName)
        case .copy:
            _ = try arguments.bind()
            return value
        default: throw TemplateError(.type, "'%' object is not callable", value.typeName)
        }
    }

    private func callDict(
        _ dict: DictObject, _ method: MethodName, _ arguments: CallArguments
    ) throws(TemplateError) -> TemplateValue {
        switch method {
        case .items, .keys, .values:
            _ = try arguments.bind()
            return .view(DictView(dict, method == .items ? .items : method == .keys ? .keys : .values))
        case .get:
            let bound = try arguments.bind("key", "default", required: 1, positionalOnly: 2)
            guard let key = bound[0] else { return .none }
            if !key.isHashable { throw TemplateError(.type, "unhashable type: '%'", key.typeName) }
            if let found = dict[key] {
                noteScalar(found, from: dict.origin)
                return found
            }
            return bound[1] ?? .none
        case .copy:
            _ = try arguments.bind()
            return .dict(dict)
        case .fromkeys: return try dictFromKeys(arguments)
        default: throw TemplateError(.type, "'dict' object is not callable")
        }
    }

    /// `dict.keys().isdisjoint(items)`.
    private func isDisjoint(_ view: DictView, _ arguments: CallArguments) throws(TemplateError) -> TemplateValue {
        let other = try arguments.bind("other", required: 1, positionalOnly: 1)[0] ?? .none
        for item in try collect(other) {
            if !item.isHashable, view.part == .keys {
                throw TemplateError(.type, "unhashable type: '%'", item.typeName)
            }
            if try contains(.view(view), item) { return .bool(false) }
        }
        return .bool(true)
    }

    private func dictFromKeys(_ arguments: CallArguments) throws(TemplateError) -> TemplateValue {
        let bound = try arguments.bind("iterable", "value", required: 1, positionalOnly: 2)
        let keys = try collect(bound[0] ?? .none)
        let value = bound[1] ?? .none
        return .dict(try dict(keys.map { ($0, value) }))
    }
}
