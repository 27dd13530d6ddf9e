/// The instruction loop.
extension Interpreter {
    func run() throws(TemplateError) {
        let root = Scope(count: program.functions[0].slotCount, parent: nil)
        enter(0, root)
        do {
            while let frame = frames.popLast() { try execute(frame) }
        } catch {
            throw located(error)
        }
    }

    private func located(_ error: TemplateError) -> TemplateError {
        var error = error
        if error.line == 0, program.sites.indices.contains(Int(errorSite)) {
            let start = program.sites[Int(errorSite)].lowerBound
            (error.line, error.column) = Lexer.place(start, in: program.source)
        }
        return error
    }

    func enter(_ function: Int, _ scope: Scope) {
        frames.append(
            CallFrame(
                function: function, pc: 0, scope: scope, mark: output.count, loops: loops.count, marks: marks.count,
                generations: generationStarts.count, message: message,
                autoescape: autoescape))
    }

    /// Runs until the function returns, or calls another, which then is the last of `frames`.
    func execute(_ frame: CallFrame) throws(TemplateError) {
        let code = program.functions[frame.function]
        let slots = frame.scope.slots
        let constants = constants
        let constantKeys = constantKeys
        let attributes = attributes
        let absent = Interpreter.absent
        let sites = code.siteBase
        var pc = frame.pc
        do {
            try code.instructions.withUnsafeBufferPointer { buffer throws(TemplateError) in
                guard let instructions = buffer.baseAddress else { return }
                while true {
                    stepsLeft &-= 1
                    if stepsLeft < 0 { throw TemplateError(.limit, "the template takes too many steps") }
                    let instruction = instructions[pc]
                    let a = Int(instruction.a)
                    let b = Int(instruction.b)
                    pc &+= 1
                    switch instruction.opcode {
                    case .data:
                        if let text = (constants + a).string { _ = try write(text, sites[pc &- 1]) }
                    case .emit:
                        let top = UnsafePointer(stack + (sp &- 1))
                        if let text = top.string, try write(text, sites[pc &- 1]) {
                            drop()
                            break
                        }
                        if instruction.flags == 1 { _ = try wantText(top.pointee) }
                        let origin = readOrigin
                        try emit(pop(), sites[pc &- 1], origin)
                    case .constant: push(constants[a])
                    case .literal: push(.literal(a))
                    case .load:
                        let value = UnsafePointer(slots + a)
                        if try look(at: value, instructions, &pc, sites) { break }
                        push(load(value.pointee, b))
                    case .loadAttribute:
                        let name = attributes + Int(instruction.c)
                        let value = UnsafePointer(slots + a)
                        if let entry = value.entry(attribute: name) {
                            if try look(at: entry.value, instructions, &pc, sites) { break }
                            if tracks { noteScalar(entry.pointee.value, from: value.fieldOrigin) }
                            push(entry.pointee.value)
                        } else if value.lacks(name), try look(at: absent, instructions, &pc, sites) {
                            break
                        } else {
                            switch value.loopProperty(name.pointee.method) {
                            case .int(let number): push(.int(number))
                            case .bool(let flag): push(.bool(flag))
                            case .unknown: push(try attribute(of: load(slots[a], b), name))
                            }
                        }
                    case .loadOuter:
                        push(load(outer(frame.scope, Int(instruction.c)).slots[a], b))
                    case .store:
                        sp &-= 1
                        slots[a] = (stack + sp).move()
                    case .clear: slots[a] = .missing
                    case .resolve: slots[a] = globals[b]
                    case .resolveIfMissing: if case .missing = slots[a] { slots[a] = globals[b] }
                    case .copy: slots[a] = slots[b]
                    case .copyOuter: slots[a] = outer(frame.scope, Int(instruction.c)).slots[b]
                    case .jumpIfSet:
                        if case .missing = slots[a] {} else { pc = b }
                    case .parameterMissing:
                        slots[a] = .undefined(Undefined(.parameter(name(b))))
                    case .attribute:
                        let top = stack + (sp &- 1)
                        if let entry = UnsafePointer(top).entry(attribute: attributes + a) {
                            if tracks { noteScalar(entry.pointee.value, from: UnsafePointer(top).fieldOrigin) }
                            top.pointee = entry.pointee.value
                        } else {
                            top.pointee = try attribute(of: top.pointee, attributes + a)
                        }
                    case .itemNamed:
                        let top = stack + (sp &- 1)
                        if let entry = UnsafePointer(top).entry((attributes + b).pointee.key) {
                            if tracks { noteScalar(entry.pointee.value, from: UnsafePointer(top).fieldOrigin) }
                            top.pointee = entry.pointee.value
                        } else if case .string(let key) = constants[a] {
                            top.pointee = try item(of: top.pointee, named: key, attributes[b])
                        }
                    case .item:
                        let key = stack + (sp &- 1)
                        let top = stack + (sp &- 2)
                        if case .int(let index) = key.pointee, let found = UnsafePointer(top).item(index) {
                            if tracks {
                                noteScalar(found.pointee, from: UnsafePointer(top).fieldOrigin)
                                let member = found.message
                                if member >= 0, let loop = loops.last, loop.rangeValue == index { message = member }
                            }
                            top.pointee = found.pointee
                        } else {
                            top.pointee = try item(of: top.pointee, key.pointee)
                        }
                        drop()
                    case .jump: pc = a
                    case .jumpIfFalse:
                        if !UnsafePointer(stack + (sp &- 1)).isTrue { pc = a }
                        drop()
                    case .jumpIfFalseElsePop: if UnsafePointer(stack + (sp &- 1)).isTrue { drop() } else { pc = a }
                    case .jumpIfTrueElsePop: if UnsafePointer(stack + (sp &- 1)).isTrue { pc = a } else { drop() }
                    case .compareConstant:
                        let top = stack + (sp &- 1)
                        let result = UnsafePointer(top).compare(constantKeys[b])
                        if result >= 0 {
                            top.pointee = .bool((result == 1) == (a == 0))
                        } else {
                            top.pointee = .bool(try equal(top.pointee, constants[b]) == (a == 0))
                        }
                    case .containsConstant:
                        let top = stack + (sp &- 1)
                        let found = UnsafePointer(top).contains(constantKeys[b])
                        if found >= 0 {
                            top.pointee = .bool((found == 1) == (a == 0))
                        } else {
                            top.pointee = .bool(try contains(top.pointee, constants[b]) == (a == 0))
                        }
                    case .compare:
                        let result = try compare(stack[sp &- 2], stack[sp &- 1], instruction.a)
                        drop()
                        stack[sp &- 1] = .bool(result)
                    case .compareLink:
                        let right = pop()
                        let left = pop()
                        if try compare(left, right, instruction.a) {
                            push(right)
                        } else {
                            push(.bool(false))
                            pc = b
                        }
                    case .add, .subtract:
                        let top = stack + (sp &- 1)
                        guard case .int(let right) = top.pointee, case .int(let left) = top[-1] else {
                            try executeRare(instruction, frame, sites[pc &- 1])
                            break
                        }
                        let (sum, overflow) =
                            instruction.opcode == .add
                            ? left.addingReportingOverflow(right) : left.subtractingReportingOverflow(right)
                        if overflow {
                            try executeRare(instruction, frame, sites[pc &- 1])
                        } else {
                            sp &-= 1
                            top[-1] = .int(sum)
                        }
                    case .chain: try chain(a)
                    case .chainEnd: try endChain(a)
                    case .chainEmit: try emitChain(a, sites[pc &- 1])
                    case .checkReceiver:
                        if stack[sp &- 1].isUndefined, case .undefined(let undefined) = stack[sp &- 1] {
                            throw undefined.error
                        }
                    case .not:
                        let top = stack + (sp &- 1)
                        let flag = UnsafePointer(top).isTrue
                        top.pointee = .bool(!flag)
                    case .test where a == 0 && b < 0 && instruction.flags == 0:
                        let top = stack + (sp &- 1)
                        if let test = TestName(rawValue: UInt8(truncatingIfNeeded: instruction.c)),
                            let result = UnsafePointer(top).passes(test)
                        {
                            top.pointee = .bool(result)
                        } else {
                            try executeRare(instruction, frame, sites[pc &- 1])
                        }
                    case .filter where a == 0 && b < 0 && instruction.flags == 0:
                        let top = stack + (sp &- 1)
                        if let name = FilterName(rawValue: UInt8(truncatingIfNeeded: instruction.c)) {
                            top.pointee = try quickFilter(name, top.pointee)
                        }
                    case .forNext:
                        let loop = loops[loops.count &- 1]
                        if let item = loop.nextItem() {
                            let index = item.message
                            message = index >= 0 ? index : loop.outerMessage
                            push(item.pointee)
                        } else if instructions[pc].opcode == .unpack, instructions[pc].a == 2,
                            let entry = loop.nextEntry()
                        {
                            // `for key, value in dict.items()`: no pair is made.
                            message = loop.outerMessage
                            push(entry.pointee.value)
                            push(entry.pointee.key)
                            pc &+= 1
                        } else if !loop.isSequence, let item = try loop.advance(self) {
                            if case .dict(let dict) = item, dict.message >= 0 {
                                message = dict.message
                            } else {
                                message = loop.outerMessage
                            }
                            push(item)
                        } else {
                            pc = a
                        }
                    case .forBegin: try beginLoop(slot: a, isRecursive: instruction.flags != 0, frame)
                    case .forEnd:
                        message = loops[loops.count &- 1].outerMessage
                        loops.removeLast()
                    case .loopRan: slots[a] = .bool(true)
                    case .callMethod where b < 0 && instruction.flags == 0 && a <= 2:
                        errorSite = sites[pc &- 1]
                        if try quickMethod((attributes + Int(instruction.c)).pointee.method, a) { break }
                        fallthrough
                    case .call, .callMethod, .callLoop:
                        errorSite = sites[pc &- 1]
                        if let (function, scope) = try call(instruction, frame) {
                            var caller = frame
                            caller.pc = pc
                            frames.append(caller)
                            if frames.count > limits.callDepth {
                                throw TemplateError(.recursion, "maximum recursion depth exceeded")
                            }
                            enter(function, scope)
                            return
                        }
                    case .returnText:
                        let text = try cutOutput(from: frame.mark)
                        message = frame.message
                        push(.string(returned(text, instruction.flags, frame)))
                        return
                    case .end: return
                    default: try executeRare(instruction, frame, sites[pc &- 1])
                    }
                }
            }
        } catch {
            errorSite = code.sites[max(pc - 1, 0)]
            throw error
        }
    }

    @inline(__always)
    private func load(_ value: TemplateValue, _ name: Int) -> TemplateValue {
        // jinja2 makes one each time: no two are `sameas`.
        if case .missing = value { return .undefined(Undefined(program.undefined[name].reason)) }
        return value
    }

    private func name(_ index: Int) -> Text {
        if case .name(let text) = program.undefined[index].reason { text } else { Text.empty }
    }

    @inline(__always)
    private func outer(_ scope: Scope, _ distance: Int) -> Scope {
        var scope = scope
        for _ in 0..<distance { if let parent = scope.parent { scope = parent } }
        return scope
    }

    private func beginLoop(slot: Int, isRecursive: Bool, _ frame: CallFrame) throws(TemplateError) {
        let value = pop()
        stepsLeft &-= 8
        if case .list(let list) = value, !isRecursive {
            let loop = LoopContext(list, outerMessage: message)
            if loop.depthOfValue > limits.valueDepth {
                throw TemplateError(.recursion, "a value is nested too deeply")
            }
            loops.append(loop)
            if slot >= 0 { frame.scope.slots[slot] = .loop(loop) }
            return
        }
        guard let iterator = ValueIterator(value) else {
            throw TemplateError(.type, "'%' object is not iterable", value.typeName)
        }
        var recurse: Macro?
        var depth = 0
        if isRecursive, let parent = frame.scope.parent {
            recurse = loopMacro(frame.function, parent)
            depth = loopDepth
            loopDepth = 0
        }
        let loop = LoopContext(iterator, over: value, depth0: depth, recurse: recurse, outerMessage: message)
        if loop.depthOfValue > limits.valueDepth { throw TemplateError(.recursion, "a value is nested too deeply") }
        loops.append(loop)
        if slot >= 0 { frame.scope.slots[slot] = .loop(loop) }
    }

    func loopMacro(_ function: Int, _ scope: Scope) -> Macro {
        capture(scope)
        let code = MacroCode(
            name: nil, function: function, arguments: [], takesCaller: false, takesKeywords: false,
            takesVariadic: false, hasExplicitCaller: false)
        return Macro(code: code, scope: scope, loopFunction: function)
    }

    func capture(_ scope: Scope) {
        if scope.isCaptured { return }
        scope.isCaptured = true
        capturedScopes.append(scope)
    }

    /// Prints a value; `origin` is a number's.
    func emit(_ value: TemplateValue, _ site: Int32, _ origin: OriginID) throws(TemplateError) {
        switch value {
        case .string(let text): try write(text, site)
        case .undefined: return
        default: try write(string(value, origin), site)
        }
    }
}
