/// Instructions that are not worth a place in the inner loop.
extension Interpreter {
    func executeRare(_ instruction: Instruction, _ frame: CallFrame, _ site: Int32) throws(TemplateError) {
        let a = Int(instruction.a)
        let b = Int(instruction.b)
        switch instruction.opcode {
        case .slice:
            let step = pop()
            let stop = pop()
            let start = pop()
            push(try slice(pop(), start, stop, step))
        case .tuple: push(.tuple(try sequence(popMany(a))))
        case .list: push(.list(try sequence(popMany(a))))
        case .dict:
            let values = popMany(a * 2)
            push(.dict(try dict((0..<a).map { (values[$0 * 2], values[$0 * 2 + 1]) })))
        case .add, .subtract, .multiply, .divide, .floorDivide, .modulo, .power:
            let right = pop()
            let left = pop()
            push(try binary(instruction.opcode, left, right))
        case .concat:
            let origin = readOrigin
            let values = popMany(a)
            push(.string(try instruction.flags == 1 ? joinMarkup(values, origin) : concatenate(values, origin)))
        case .concatEmit:
            let origin = readOrigin
            try emitConcatenated(popMany(a), site, origin)
        case .emitJSON: try emitJSON(pop(), site, readOrigin)
        case .negative, .positive: push(try signed(pop(), negative: instruction.opcode == .negative))
        case .pop: drop()
        case .duplicate: push(stack[sp - 1])
        case .undefinedConditional:
            push(
                .undefined(
                    Undefined(.hint("the inline if-expression evaluated to false and no else section was defined."))))
        case .filter:
            if let name = FilterName(rawValue: UInt8(truncatingIfNeeded: instruction.c)) {
                let arguments = try popArguments(instruction)
                push(try filter(name, pop(), arguments, fixed: instruction.flags))
            }
        case .test:
            let arguments = a == 0 && b < 0 && instruction.flags == 0 ? CallArguments() : try popArguments(instruction)
            if let name = TestName(rawValue: UInt8(truncatingIfNeeded: instruction.c)) {
                push(.bool(try test(name, pop(), arguments)))
            }
        case .unknownName:
            if case .string(let name) = program.constants[a] {
                throw TemplateError(
                    .runtime, b == 1 ? "No test named '%' found." : "No filter named '%' found.", name.array)
            }
        case .unpack: try unpack(pop(), a)
        case .filterItems:
            let scope = Scope(count: program.functions[a].slotCount, parent: frame.scope)
            capture(frame.scope)
            push(try lazy(pop(), .passing(function: a, scope), "generator object"))
        case .capture: marks.append(output.count)
        case .captureEnd:
            let isMarkup = instruction.flags == 1 || (instruction.flags == 2 && autoescape)
            push(.string(try cutOutput(from: marks.removeLast()).asMarkup(isMarkup)))
        case .captureDiscard: _ = try cutOutput(from: marks.removeLast())
        case .generationBegin: generationStarts.append(output.count)
        case .generationEnd:
            let start = generationStarts.removeLast()
            generations.append(start..<output.count)
        case .macro:
            let scope = instruction.flags == 1 ? frame.scope.outermost : frame.scope
            try charge(8)
            capture(scope)
            push(.macro(Macro(code: program.macros[a], scope: scope)))
        case .templateSelf:
            capture(frame.scope.outermost)
            frame.scope.slots[a] = .templateReference(frame.scope.outermost)
        case .checkNamespace:
            guard case .namespace = pop() else {
                throw TemplateError(.runtime, "cannot assign attribute on non-namespace object")
            }
        case .setAttribute:
            let target = pop()
            let value = pop()
            guard case .namespace(let namespace) = target else {
                throw TemplateError(.runtime, "cannot assign attribute on non-namespace object")
            }
            try set(namespace, program.attributes[a], value)
        case .setAutoescape:
            autoescape = pop().isTrue
        case .saveAutoescape: frame.scope.slots[a] = .bool(autoescape)
        case .restoreAutoescape: if case .bool(let flag) = frame.scope.slots[a] { autoescape = flag }
        case .markup: if autoescape { push(.string(try string(pop()).asMarkup(true))) }
        case .emitEscaped:
            let origin = readOrigin
            try emitEscaped(pop(), site, origin, always: instruction.flags == 1)
        case .loadTemplate:
            drop()
            throw TemplateError(.type, "no loader for this environment specified")
        default: break
        }
    }

    private func set(_ namespace: Namespace, _ name: AttributeName, _ value: TemplateValue) throws(TemplateError) {
        if name.isPrivate { throw Interpreter.privateNamespaceName(name.text) }
        let dict = namespace.dict
        dict.set(.string(name.text), value)
    }

    static func privateNamespaceName(_ name: Text) -> TemplateError {
        TemplateError(
            .security,
            "Chat templates cannot store underscore-prefixed attributes on a namespace, but got '%'.", name.array)
    }

    /// Python's unpacking: as many items as there are targets.
    private func unpack(_ value: TemplateValue, _ count: Int) throws(TemplateError) {
        var items: [TemplateValue]
        switch value {
        case .list(let sequence), .tuple(let sequence): items = sequence.items
        default:
            guard var iterator = ValueIterator(value) else {
                throw TemplateError(.type, "cannot unpack non-iterable % object", value.typeName)
            }
            items = []
            while items.count <= count, let item = try iterator.next(self) { items.append(item) }
        }
        if items.count > count { throw TemplateError(.value, "too many values to unpack (expected %)", count.digits) }
        if items.count < count {
            throw TemplateError(
                .value, "not enough values to unpack (expected %, got %)", count.digits, items.count.digits)
        }
        for item in items.reversed() { push(item) }
    }

    // MARK: Calls

    func popArguments(_ instruction: Instruction) throws(TemplateError) -> CallArguments {
        var arguments = CallArguments()
        let keywordSpread = instruction.flags & 2 != 0 ? pop() : nil
        let spread = instruction.flags & 1 != 0 ? pop() : nil
        if instruction.b >= 0 {
            let names = program.keywordNames[Int(instruction.b)]
            let values = popMany(names.count)
            for (name, value) in zip(names, values) { arguments.keywords.append((name, value)) }
        }
        arguments.positional = popMany(Int(instruction.a))
        if let spread { arguments.positional += try collect(spread) }
        if let keywordSpread {
            guard case .dict(let dict) = keywordSpread else {
                throw TemplateError(.type, "argument after ** must be a mapping, not %", keywordSpread.typeName)
            }
            for entry in dict.entries {
                guard case .string(let name) = entry.key else { throw TemplateError(.type, "keywords must be strings") }
                if arguments.keywords.contains(where: { $0.name == name }) {
                    throw TemplateError(.type, "got multiple values for keyword argument '%'", name.array)
                }
                arguments.keywords.append((name, entry.value))
            }
        }
        return arguments
    }

    /// Performs a call. A macro is not run here: its function and scope are returned to be entered.
    func call(_ instruction: Instruction, _ frame: CallFrame) throws(TemplateError) -> (Int, Scope)? {
        if instruction.opcode == .callLoop {
            let scope = Scope(count: program.functions[Int(instruction.a)].slotCount, parent: frame.scope)
            scope.slots[0] = pop()
            capture(frame.scope)
            loopDepth = 0
            return (Int(instruction.a), scope)
        }
        if instruction.opcode == .call, instruction.a == 0, instruction.flags == 0, instruction.b >= 0,
            try quickNamespace(program.keywordNames[Int(instruction.b)])
        {
            return nil
        }
        let arguments = try popArguments(instruction)
        if instruction.opcode == .callMethod {
            let attribute = attributes + Int(instruction.c)
            let receiver = pop()
            let method = attribute.pointee.method
            if method != .unknown, let result = try callMethodDirectly(receiver, method, arguments) {
                push(result)
                return nil
            }
            return try call(self.attribute(of: receiver, attribute), arguments)
        }
        return try call(pop(), arguments)
    }

    private func call(_ callee: TemplateValue, _ arguments: CallArguments) throws(TemplateError) -> (Int, Scope)? {
        switch callee {
        case .macro(let macro): return try enter(macro, arguments)
        case .loop(let loop):
            guard let recurse = loop.recurse else {
                throw TemplateError(.type, "The loop must have the 'recursive' marker to be called recursively.")
            }
            guard let iterable = try arguments.bind("iterable", required: 1)[0] else { return nil }
            let scope = Scope(count: program.functions[recurse.loopFunction].slotCount, parent: recurse.scope)
            scope.slots[0] = iterable
            loopDepth = loop.depth0 + 1
            return (recurse.loopFunction, scope)
        default:
            push(try callValue(callee, arguments))
            return nil
        }
    }

    /// jinja2 3.1: Macro.__call__ in jinja2/runtime.py.
    private func enter(_ macro: Macro, _ arguments: CallArguments) throws(TemplateError) -> (Int, Scope) {
        let code = macro.code
        let scope = Scope(count: program.functions[code.function].slotCount, parent: macro.scope)
        var keywords = arguments
        let expected = code.arguments.count
        var slot = Swift.min(arguments.positional.count, expected)
        for i in 0..<slot { scope.slots[i] = arguments.positional[i] }
        var foundCaller = slot == expected && code.hasExplicitCaller
        while slot < expected {
            if let value = keywords.takeKeyword(code.arguments[slot]) { scope.slots[slot] = value }
            if code.arguments[slot].equals("caller") { foundCaller = true }
            slot += 1
        }
        if code.takesCaller, !foundCaller {
            let caller = keywords.takeKeyword(Text("caller"))
            if let caller, !caller.isNone {
                scope.slots[slot] = caller
            } else {
                scope.slots[slot] = .undefined(Undefined(.hint("No caller defined")))
            }
            slot += 1
        }
        if code.takesKeywords {
            scope.slots[slot] = .dict(try dict(keywords.keywords.map { (.string($0.name), $0.value) }))
            slot += 1
        } else if let extra = keywords.keywords.first {
            throw TemplateError(
                .type, "macro '%' takes no keyword argument '%'", code.name?.array ?? [], extra.name.array)
        }
        if code.takesVariadic {
            scope.slots[slot] = .tuple(try sequence(Array(arguments.positional.dropFirst(expected))))
        } else if arguments.positional.count > expected {
            throw TemplateError(
                .type, "macro '%' takes not more than % argument(s)", code.name?.array ?? [], expected.digits)
        }
        return (code.function, scope)
    }
}

extension TemplateValue {
    var isNone: Bool { if case .none = self { true } else { false } }
}
