/// Expressions leave one value on the stack.
extension Compiler {
    mutating func expression(_ expression: Expression, _ frame: Frame) throws(TemplateError) {
        let function = frame.function
        let site = site(expression.range)
        try refuseUnhashable(expression)
        switch expression.kind {
        case .none: function.emit(.constant, site, a: constant(.none))
        case .bool(let flag): function.emit(.constant, site, a: constant(.bool(flag)))
        case .integer(let number): function.emit(.constant, site, a: constant(.int(number)))
        case .bigInteger(let digits):
            guard let number = BigInteger(digits) else { throw error(.limit, "integer too large", expression.range) }
            function.emit(.constant, site, a: constant(number.value))
        case .float(let number): function.emit(.constant, site, a: constant(.float(number)))
        case .string(let text): function.emit(.constant, site, a: constant(text: text, at: site))
        case .name(let name): load(name, frame, site)
        case .tuple(let items): try sequence(items, .tuple, frame, site)
        case .list(let items): try sequence(items, .list, frame, site)
        case .concat(let items):
            for item in items { try self.expression(item, frame) }
            // A constant is joined by the compiler, which knows no Markup.
            let joinsMarkup = escaping.isOn && !escaping.isVolatile && !expression.isConstant
            function.emit(.concat, site, a: items.count, flags: joinsMarkup ? 1 : 0)
        case .dict(let items):
            for item in items {
                try self.expression(item.key, frame)
                try self.expression(item.value, frame)
            }
            function.emit(.dict, site, a: items.count)
        case .attribute(let value, let name):
            if case .name(let variable) = value.kind, let reference = frame.symbols.find(variable),
                reference.function == function.index, attribute(name) <= Int(UInt16.max)
            {
                function.emit(.loadAttribute, site, a: reference.slot, b: variable, c: attribute(name))
                return
            }
            try self.expression(value, frame)
            function.emit(.attribute, site, a: attribute(name))
        case .subscripted(let value, let key): try subscripted(value, key, frame, site)
        case .slice: throw error(.unsupported, "a slice inside a tuple is not supported", expression.range)
        case .call: try call(expression, frame, caller: nil)
        case .filter(let value, let name, let arguments):
            if let value { try self.expression(value, frame) }
            try named(name, arguments, expression, frame, isTest: false)
        case .test(let value, let name, let arguments):
            try self.expression(value, frame)
            try named(name, arguments, expression, frame, isTest: true)
        case .not(let value):
            try self.expression(value, frame)
            function.emit(.not, site)
        case .negative(let value):
            try self.expression(value, frame)
            function.emit(.negative, site)
        case .positive(let value):
            try self.expression(value, frame)
            function.emit(.positive, site)
        case .binary(.add, _, _) where expression.isLongSum:
            let count = try chain(expression, frame)
            function.emit(.chainEnd, site, a: count)
        case .binary(let op, let left, let right):
            try self.expression(left, frame)
            try self.expression(right, frame)
            function.emit(Compiler.opcode(op), site)
        case .compare(let first, let rest): try compare(first, rest, frame, site)
        case .and(let left, let right):
            try self.expression(left, frame)
            let skip = function.emit(.jumpIfFalseElsePop, site)
            try self.expression(right, frame)
            function.patchA(skip, to: function.here)
        case .or(let left, let right):
            try self.expression(left, frame)
            let skip = function.emit(.jumpIfTrueElsePop, site)
            try self.expression(right, frame)
            function.patchA(skip, to: function.here)
        case .conditional(let test, let value, let otherwise):
            try conditional(test, value, otherwise, frame, site)
        }
    }

    /// jinja2 3.1 computes constants while it compiles, and lets out the TypeError of a dict; of one that is no part of
    /// anything else, only when it is reached.
    private func refuseUnhashable(_ expression: Expression) throws(TemplateError) {
        if !expression.hasUnhashableKey || escaping.isVolatile { return }
        switch expression.kind {
        case .list, .tuple, .dict, .slice: return
        default: throw error(.type, "unhashable type in the key of a dict", expression.range)
        }
    }

    /// Pushes the operands of `a + b + …`, in order; returns how many they are.
    private mutating func chain(_ expression: Expression, _ frame: Frame) throws(TemplateError) -> Int {
        guard case .binary(.add, let left, let right) = expression.kind else {
            try operand(expression, frame)
            return 1
        }
        let count = try chain(left, frame) + 1
        try operand(right, frame)
        frame.function.emit(.chain, site(expression.range), a: count)
        return count
    }

    private mutating func operand(_ expression: Expression, _ frame: Frame) throws(TemplateError) {
        guard case .string(let text) = expression.kind else { return try self.expression(expression, frame) }
        let site = site(expression.range)
        frame.function.emit(.literal, site, a: constant(text: text, at: site))
    }

    /// An expression whose value is printed and nothing else.
    mutating func output(_ expression: Expression, _ frame: Frame) throws(TemplateError) {
        let function = frame.function
        let site = site(expression.range)
        try refuseUnhashable(expression)
        if escaping.isOn || escaping.isVolatile {
            try self.expression(expression, frame)
            // What can be computed is escaped as the compiler knows it, or not.
            let isKnown = !escaping.isVolatile || expression.isPlainConstant
            if isKnown, !escaping.isOn {
                function.emit(.emit, site)
            } else {
                function.emit(.emitEscaped, site, flags: isKnown ? 1 : 0)
            }
            return
        }
        switch expression.kind {
        case .string(let text):
            if !text.isEmpty { function.emit(.data, site, a: constant(text: text, at: site)) }
        case .binary(.add, _, _) where expression.isLongSum:
            let count = try chain(expression, frame)
            function.emit(.chainEmit, site, a: count)
        case .concat(let items):
            for item in items { try self.expression(item, frame) }
            function.emit(.concatEmit, site, a: items.count)
        case .filter(let value?, let name, let arguments)
        where arguments.isEmpty && FilterName(name) == .tojson:
            try self.expression(value, frame)
            function.emit(.emitJSON, site)
        default:
            try self.expression(expression, frame)
            function.emit(.emit, site)
        }
    }

    private static func opcode(_ op: Token.Kind) -> Instruction.Opcode {
        switch op {
        case .sub: .subtract
        case .mul: .multiply
        case .div: .divide
        case .floordiv: .floorDivide
        case .mod: .modulo
        case .pow: .power
        default: .add
        }
    }

    private mutating func sequence(
        _ items: [Expression], _ opcode: Instruction.Opcode, _ frame: Frame, _ site: Int32
    ) throws(TemplateError) {
        for item in items { try expression(item, frame) }
        frame.function.emit(opcode, site, a: items.count)
    }

    private mutating func subscripted(
        _ value: Expression, _ key: Expression, _ frame: Frame, _ site: Int32
    ) throws(TemplateError) {
        try expression(value, frame)
        switch key.kind {
        case .string(let text):
            frame.function.emit(.itemNamed, site, a: constant(text: text), b: attribute(names.id(text)))
        case .slice(let start, let stop, let step):
            for part in [start, stop, step] {
                if let part {
                    try expression(part, frame)
                } else {
                    frame.function.emit(.constant, site, a: constant(.none))
                }
            }
            frame.function.emit(.slice, site)
        default:
            try expression(key, frame)
            frame.function.emit(.item, site)
        }
    }

    private mutating func compare(
        _ first: Expression, _ rest: [(Expression.Comparison, Expression)], _ frame: Frame, _ site: Int32
    ) throws(TemplateError) {
        if rest.count == 1, rest[0].0 == .in || rest[0].0 == .notIn, case .string(let text) = first.kind {
            try expression(rest[0].1, frame)
            frame.function.emit(.containsConstant, site, a: rest[0].0 == .in ? 0 : 1, b: constant(text: text))
            return
        }
        try expression(first, frame)
        if rest.count == 1, rest[0].0 == .eq || rest[0].0 == .ne, case .string(let text) = rest[0].1.kind {
            frame.function.emit(.compareConstant, site, a: rest[0].0 == .eq ? 0 : 1, b: constant(text: text))
            return
        }
        var exits: [Int] = []
        for (i, link) in rest.enumerated() {
            try expression(link.1, frame)
            if i + 1 < rest.count {
                exits.append(frame.function.emit(.compareLink, site, a: Int(link.0.rawValue)))
            } else {
                frame.function.emit(.compare, site, a: Int(link.0.rawValue))
            }
        }
        for exit in exits { frame.function.patchB(exit, to: frame.function.here) }
    }

    private mutating func conditional(
        _ test: Expression, _ value: Expression, _ otherwise: Expression?, _ frame: Frame, _ site: Int32
    ) throws(TemplateError) {
        var frame = frame
        frame.isSoft = true
        let function = frame.function
        try expression(test, frame)
        let skip = function.emit(.jumpIfFalse, site)
        try expression(value, frame)
        let exit = function.emit(.jump, site)
        function.patchA(skip, to: function.here)
        if let otherwise {
            try expression(otherwise, frame)
        } else {
            function.emit(.undefinedConditional, site)
        }
        function.patchA(exit, to: function.here)
    }

    // MARK: Calls

    /// Pushes arguments; returns the operands that describe them. Keyword values follow the positional ones, then what
    /// is spread.
    private mutating func push(
        _ arguments: Expression.Arguments, _ frame: Frame, caller: Int? = nil, _ site: Int32
    ) throws(TemplateError) -> (a: Int, b: Int, flags: UInt8) {
        for argument in arguments.positional { try expression(argument, frame) }
        for keyword in arguments.keywords { try expression(keyword.value, frame) }
        var keywords = arguments.keywords.map { names.names[$0.name] }
        if let caller {
            frame.function.emit(.macro, site, a: caller)
            keywords.append(names.names[callerName])
        }
        if let spread = arguments.spread { try expression(spread, frame) }
        if let spread = arguments.keywordSpread { try expression(spread, frame) }
        var index = -1
        if !keywords.isEmpty {
            program.keywordNames.append(keywords)
            index = program.keywordNames.count - 1
        }
        let flags: UInt8 = (arguments.spread == nil ? 0 : 1) | (arguments.keywordSpread == nil ? 0 : 2)
        return (arguments.positional.count, index, flags)
    }

    mutating func call(_ expression: Expression, _ frame: Frame, caller: Int?) throws(TemplateError) {
        guard case .call(let callee, let arguments) = expression.kind else { return }
        let site = site(expression.range)
        let function = frame.function
        if case .attribute(let receiver, let name) = callee.kind {
            try self.expression(receiver, frame)
            let attribute = attribute(name)
            if !arguments.isEmpty { function.emit(.checkReceiver, site) }
            let (a, b, flags) = try push(arguments, frame, caller: caller, site)
            if attribute <= Int(UInt16.max) {
                function.emit(.callMethod, site, a: a, b: b, c: attribute, flags: flags)
                return
            }
            throw error(.limit, "too many names", expression.range)
        }
        try self.expression(callee, frame)
        let (a, b, flags) = try push(arguments, frame, caller: caller, site)
        function.emit(.call, site, a: a, b: b, flags: flags)
    }

    /// A filter or test on the value on the stack. jinja2 3.1: an unknown one is refused by the compiler, unless it
    /// stands inside an `if`: then reaching it is a TemplateRuntimeError.
    private mutating func named(
        _ name: [UInt8], _ arguments: Expression.Arguments, _ expression: Expression, _ frame: Frame, isTest: Bool
    ) throws(TemplateError) {
        let site = site(expression.range)
        let id = isTest ? TestName(name).map { Int($0.rawValue) } : FilterName(name).map { Int($0.rawValue) }
        guard let id else {
            if !frame.isSoft {
                throw error(.assertion, isTest ? "No test named '%'." : "No filter named '%'.", expression.range, name)
            }
            _ = try push(arguments, frame, site)
            frame.function.emit(.unknownName, site, a: constant(text: name), b: isTest ? 1 : 0)
            return
        }
        let (a, b, flags) = try push(arguments, frame, site)
        // Filters of constants are computed by the compiler, with the setting that it knows.
        let isFixed = !isTest && expression.isConstant && !escaping.isVolatile && FilterName(name)?.escapes == true
        let fixed: UInt8 = isFixed ? (escaping.isOn ? 4 : 8) : 0
        frame.function.emit(isTest ? .test : .filter, site, a: a, b: b, c: id, flags: flags | fixed)
    }
}

extension Expression {
    /// A sum of more than two, or of a string of the template and something else: worth a chain.
    fileprivate var isLongSum: Bool {
        guard case .binary(.add, let left, let right) = kind else { return false }
        for side in [left, right] {
            switch side.kind {
            case .string, .binary(.add, _, _): return true
            default: break
            }
        }
        return false
    }
}
