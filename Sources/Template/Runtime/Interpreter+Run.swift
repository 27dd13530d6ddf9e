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
                collections: collections.count, generations: generationStarts.count, message: message))
    }

    /// Runs until the function returns, or calls another, which then is the last of `frames`.
    private func execute(_ frame: CallFrame) throws(TemplateError) {
        let code = program.functions[frame.function]
        let slots = frame.scope.slots
        var pc = frame.pc
        do {
            try code.instructions.withUnsafeBufferPointer { instructions throws(TemplateError) in
                while true {
                    stepsLeft &-= 1
                    if stepsLeft < 0 { throw TemplateError(.limit, "the template takes too many steps") }
                    let instruction = instructions[pc]
                    let a = Int(instruction.a)
                    let b = Int(instruction.b)
                    pc &+= 1
                    switch instruction.opcode {
                    case .data:
                        if case .string(let text) = program.constants[a] {
                            text.withBytes { output.append($0, origin: tracks ? origin(of: code.sites[pc &- 1]) : 0) }
                            try checkOutput()
                        }
                    case .emit:
                        let value = pop()
                        if instruction.flags == 1 { _ = try wantText(value) }
                        try emit(value, code.sites[pc &- 1])
                    case .constant:
                        let value = program.constants[a]
                        if tracks, case .string(let text) = value {
                            push(.string(text.with(origin: origin(of: code.sites[pc &- 1]))))
                        } else {
                            push(value)
                        }
                    case .load: push(load(slots[a], b))
                    case .loadOuter:
                        push(load(outer(frame.scope, Int(instruction.c)).slots[a], b))
                    case .store: slots[a] = pop()
                    case .clear: slots[a] = .missing
                    case .resolve: slots[a] = globals[b]
                    case .resolveIfMissing: if case .missing = slots[a] { slots[a] = globals[b] }
                    case .copy: slots[a] = slots[b]
                    case .copyOuter: slots[a] = outer(frame.scope, Int(instruction.c)).slots[b]
                    case .jumpIfSet:
                        if case .missing = slots[a] {} else { pc = b }
                    case .parameterMissing:
                        slots[a] = .undefined(Undefined(.parameter(name(b))))
                    case .attribute: push(try attribute(of: pop(), program.attributes[a]))
                    case .itemNamed:
                        if case .string(let key) = program.constants[a] {
                            push(try item(of: pop(), named: key, program.attributes[b]))
                        }
                    case .jump: pc = a
                    case .jumpIfFalse: if !pop().isTrue { pc = a }
                    case .jumpIfFalseElsePop: if stack[sp &- 1].isTrue { drop() } else { pc = a }
                    case .jumpIfTrueElsePop: if stack[sp &- 1].isTrue { pc = a } else { drop() }
                    case .compare:
                        let right = pop()
                        let left = pop()
                        push(.bool(try compare(left, right, instruction.a)))
                    case .compareLink:
                        let right = pop()
                        let left = pop()
                        if try compare(left, right, instruction.a) {
                            push(right)
                        } else {
                            push(.bool(false))
                            pc = b
                        }
                    case .checkReceiver:
                        if case .undefined(let undefined) = stack[sp &- 1] { throw undefined.error }
                    case .not: push(.bool(!pop().isTrue))
                    case .forNext:
                        let loop = loops[loops.count &- 1]
                        if let item = try loop.advance(self) {
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
                    case .call, .callMethod, .callLoop:
                        errorSite = code.sites[pc &- 1]
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
                        let text = output.cut(from: frame.mark)
                        message = frame.message
                        try checkSize(text.count)
                        push(.string(text))
                        return
                    case .end: return
                    default: try executeRare(instruction, frame, code.sites[pc &- 1])
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
        if case .missing = value { return .undefined(program.undefined[name]) }
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

    func emit(_ value: TemplateValue, _ site: Int32) throws(TemplateError) {
        switch value {
        case .string(let text): output.append(text, site: tracks ? origin(of: site) : 0)
        case .undefined: return
        default:
            let text = try string(value)
            output.append(text, site: tracks ? (scalarOrigin != 0 ? scalarOrigin : origin(of: site)) : 0)
        }
        scalarOrigin = 0
        try checkOutput()
    }
}
