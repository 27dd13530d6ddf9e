/// What templates do most, without arrays of arguments: each case does what the general one would.
extension Interpreter {
    // MARK: Chains of +

    /// The a-th operand was pushed. Plain strings stay where they are; anything else is added up, in Python's order.
    @inline(__always)
    func chain(_ count: Int) throws(TemplateError) {
        let top = UnsafePointer(stack + (sp &- 1))
        if top.isPlainString, (top - 1).isPlainString { return }
        try fold(count)
    }

    private func fold(_ count: Int) throws(TemplateError) {
        let values = popMany(count)
        var sum = constantOr(values[0])
        for value in values.dropFirst() {
            if case .missing = value { continue }
            sum = try binary(.add, sum, constantOr(value))
        }
        push(sum)
        for _ in 1..<count { push(.missing) }
    }

    @inline(__always)
    private func constantOr(_ value: TemplateValue) -> TemplateValue {
        if case .literal(let index) = value { constants[index] } else { value }
    }

    /// The text of an operand, where it lies.
    @inline(__always)
    private func operand(_ value: UnsafePointer<TemplateValue>) -> UnsafePointer<TemplateValue> {
        if case .literal(let index) = value.pointee { constants + index } else { value }
    }

    private func drop(_ count: Int) {
        sp &-= count
        (stack + sp).deinitialize(count: count)
    }

    func endChain(_ count: Int) throws(TemplateError) {
        if case .missing = stack[sp &- 1] { return drop(count - 1) }
        let first = UnsafePointer(stack + (sp &- count))
        var total = 0
        var filled = 0
        var last = 0
        for i in 0..<count {
            guard let text = operand(first + i).string, text.count > 0 else { continue }
            total = total &+ text.count
            filled &+= 1
            last = i
        }
        try checkSize(total)
        if filled <= 1 {
            let only = operand(first + last).pointee
            drop(count)
            return push(only)
        }
        var builder = builder()
        builder.reserve(total)
        for i in 0..<count {
            let part = operand(first + i)
            guard let text = part.string else { continue }
            if tracks, case .string(let text) = part.pointee { builder.append(text) } else { builder.append(text) }
        }
        drop(count)
        push(.string(builder.finish()))
    }

    @inline(__always)
    func emitChain(_ count: Int, _ site: Int32) throws(TemplateError) {
        if case .missing = stack[sp &- 1] {
            drop(count - 1)
            return try emit(pop(), site, OriginID.computed)
        }
        let first = UnsafePointer(stack + (sp &- count))
        var i = 0
        while i < count {
            let part = operand(first + i)
            if let text = part.string, try !write(text, site), case .string(let text) = part.pointee {
                try write(text, site)
            }
            i &+= 1
        }
        drop(count)
    }

    // MARK: Looking

    /// What a dict without a key has there, to be looked at only: nothing that knows its name has to be made.
    nonisolated(unsafe) static let absent: UnsafePointer<TemplateValue> = {
        let place = UnsafeMutablePointer<TemplateValue>.allocate(capacity: 1)
        place.initialize(to: .missing)
        return UnsafePointer(place)
    }()

    /// A value was found where it lies, and the next instruction only looks at it: does what that instruction does
    /// without copying the value. False, and nothing happened, if the value is needed on the stack.
    @inline(__always)
    func look(
        at value: UnsafePointer<TemplateValue>, _ instructions: UnsafePointer<Instruction>, _ pc: inout Int,
        _ sites: UnsafePointer<Int32>
    ) throws(TemplateError) -> Bool {
        let next = instructions[pc]
        switch next.opcode {
        case .jumpIfFalse:
            pc = value.isTrue ? pc &+ 1 : Int(next.a)
            return true
        case .jumpIfFalseElsePop:
            if !value.isTrue { return false }
            pc &+= 1
            return true
        case .compareConstant:
            let result = value.compare(constantKeys[Int(next.b)])
            if result < 0 { return false }
            push(.bool((result == 1) == (next.a == 0)))
        case .containsConstant:
            let result = value.contains(constantKeys[Int(next.b)])
            if result < 0 { return false }
            push(.bool((result == 1) == (next.a == 0)))
        case .test where next.a == 0 && next.b < 0 && next.flags == 0:
            guard let test = TestName(rawValue: UInt8(truncatingIfNeeded: next.c)), let result = value.passes(test)
            else {
                return false
            }
            push(.bool(result))
        case .emit:
            guard let text = value.string, try write(text, sites[pc]) else { return false }
        default: return false
        }
        pc &+= 1
        return true
    }

    // MARK: Filters

    /// A filter without arguments.
    func quickFilter(_ name: FilterName, _ value: TemplateValue) throws(TemplateError) -> TemplateValue {
        switch (name, value) {
        case (.trim, .string(let text)):
            try charge(text.count >> 4)
            return .string(text.strippedOfSpace(left: true, right: true))
        case (.string, .string): return value
        case (.length, .list(let list)), (.count, .list(let list)): return .int(list.count)
        case (.length, .string(let text)) where text.isASCII: return .int(text.count)
        default: return try filter(name, value, CallArguments())
        }
    }

    // MARK: Calls

    /// `namespace(name=value, …)`, with the values on the stack; false for any other call.
    func quickNamespace(_ names: [Text]) throws(TemplateError) -> Bool {
        guard case .function(.namespace) = stack[sp &- names.count &- 1] else { return false }
        for name in names where name.base[0] == UInt8(ascii: "_") { return false }
        let first = stack + (sp &- names.count)
        var entries = [DictObject.Entry]()
        entries.reserveCapacity(names.count)
        var extent = Extent()
        for i in 0..<names.count {
            extent.add(first[i])
            entries.append(DictObject.Entry(key: .string(names[i]), hash: names[i].hash, value: first[i]))
        }
        try check(extent)
        try charge(32 &+ names.count &* 4)
        let namespace = Namespace(DictObject(entries, extent: extent))
        namespaces.append(namespace)
        drop(names.count)
        stack[sp &- 1] = .namespace(namespace)
        return true
    }

    // MARK: Methods

    /// Calls a method whose arguments, at most two, lie on the stack; false where the general way has to be taken, and
    /// nothing happened yet.
    func quickMethod(_ method: MethodName, _ count: Int) throws(TemplateError) -> Bool {
        let receiver = stack + (sp &- count &- 1)
        let result: TemplateValue
        switch receiver.pointee {
        case .string(let text):
            guard !text.isMarkup, let found = try quickString(text, method, count) else { return false }
            result = found
        case .dict(let dict):
            switch (method, count) {
            case (.items, 0): result = .view(DictView(dict, .items))
            case (.keys, 0): result = .view(DictView(dict, .keys))
            case (.values, 0): result = .view(DictView(dict, .values))
            case (.get, 1), (.get, 2):
                guard case .string(let key) = receiver[1] else { return false }
                if let entry = dict.entry(key.key) {
                    if tracks { noteScalar(entry.pointee.value, from: dict.origin) }
                    result = entry.pointee.value
                } else {
                    result = count == 2 ? receiver[2] : .none
                }
            default: return false
            }
        default: return false
        }
        for _ in 0..<count { drop() }
        receiver.pointee = result
        return true
    }

    private func quickString(_ text: Text, _ method: MethodName, _ count: Int) throws(TemplateError) -> TemplateValue? {
        var argument: Text?
        if count == 1 {
            guard case .string(let given) = stack[sp &- 1] else { return nil }
            argument = given
        } else if count > 1 {
            return nil
        }
        let steps = text.count >> (text.isASCII ? 4 : 3)
        switch (method, argument) {
        case (.strip, nil), (.lstrip, nil), (.rstrip, nil):
            try charge(steps)
            return .string(text.strippedOfSpace(left: method != .rstrip, right: method != .lstrip))
        case (.strip, let set?), (.lstrip, let set?), (.rstrip, let set?):
            try charge(steps)
            return .string(text.strip(left: method != .rstrip, right: method != .lstrip, characters: set))
        case (.startswith, let affix?):
            return .bool(text.hasPrefix(affix))
        case (.endswith, let affix?):
            return .bool(text.hasSuffix(affix))
        case (.split, let separator?):
            if separator.isEmpty { return nil }
            try charge(steps)
            try charge(text.count(of: separator, from: 0, to: text.count) &* 4)
            let parts = text.split(separator, limit: -1)
            return .list(try sequence(parts.map { .string($0) }))
        default: return nil
        }
    }
}
