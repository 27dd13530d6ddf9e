/// Statements.
extension Compiler {
    mutating func block(_ statements: [Statement], _ frame: Frame) throws(TemplateError) {
        for statement in statements { try compile(statement, frame) }
    }

    private mutating func compile(_ statement: Statement, _ frame: Frame) throws(TemplateError) {
        let function = frame.function
        let range = statement.range
        let site = site(range)
        switch statement.kind {
        case .data(let text): function.emit(.data, site, a: constant(text: text, at: site))
        case .output(let value): try output(value, frame)
        case .conditional(let branches, let otherwise): try conditional(branches, otherwise, frame)
        case .loop(let loop): try compileLoop(loop, range, frame)
        case .set(let target, let value):
            try refuseLoop(target, range)
            checkNamespaces(target, frame, site)
            try expression(value, frame)
            try store(target, frame)
        case .setBlock(let target, let filter, let body):
            try refuseLoop(target, range)
            let inner = frame.inner()
            inner.symbols.visit(body)
            try captured(inner, site, filter: filter) { (compiler) throws(TemplateError) in
                try compiler.block(body, inner)
            }
            function.emit(.markup, site)
            checkNamespaces(target, frame, site)
            try store(target, frame)
        case .filterBlock(let filter, let body):
            let inner = frame.inner()
            inner.symbols.visit(body)
            inner.symbols.visit(filter)
            try captured(inner, site, filter: filter) { (compiler) throws(TemplateError) in
                try compiler.block(body, inner)
            }
            function.emit(.emit, site, flags: 1)
        case .macro(let name, let signature, let body):
            if loopNesting > 0, name == loopName {
                throw error(.assertion, "Can't assign to special loop variable in for-loop target", range)
            }
            let macro = try self.macro(name: name, signature, body, frame, range)
            function.emit(.macro, site, a: macro)
            if let reference = frame.symbols.find(name) { function.emit(.store, site, a: reference.slot) }
        case .callBlock(let signature, let call, let body):
            let macro = try self.macro(name: nil, signature, body, frame, range)
            try self.call(call, frame, caller: macro)
            function.emit(.emit, site, flags: 1)
        case .with(let assignments, let body): try with(assignments, body, frame)
        case .generation(let body): try generation(body, frame, site)
        case .autoescape(let value, let body):
            let inner = frame.inner()
            inner.symbols.visit(value)
            inner.symbols.visit(body)
            enter(inner)
            let slot = function.newSlot()
            function.emit(.saveAutoescape, site, a: slot)
            try expression(value, inner)
            function.emit(.setAutoescape, site)
            let outer = escaping
            escaping.set(to: value)
            try block(body, inner)
            escaping = outer
            function.emit(.restoreAutoescape, site, a: slot)
        case .block(let name, let isScoped, let body): try compileBlock(name, isScoped, body, frame, range)
        case .load(let template, _):
            try expression(template, frame)
            function.emit(.loadTemplate, site)
        case .breakLoop, .continueLoop: try leave(statement, frame, site)
        }
    }

    /// jinja2 3.1: visit_Assign checks every namespace of the target before the value is computed.
    private mutating func checkNamespaces(_ target: Target, _ frame: Frame, _ site: Int32) {
        switch target {
        case .name: break
        case .attribute(let namespace, _, _):
            load(namespace, frame, site)
            frame.function.emit(.checkNamespace, site)
        case .tuple(let parts, _): for part in parts { checkNamespaces(part, frame, site) }
        }
    }

    private mutating func conditional(
        _ branches: [(test: Expression, body: [Statement])], _ otherwise: [Statement], _ frame: Frame
    ) throws(TemplateError) {
        var frame = frame
        frame.isSoft = true
        let function = frame.function
        var exits: [Int] = []
        for (i, branch) in branches.enumerated() {
            try expression(branch.test, frame)
            let skip = function.emit(.jumpIfFalse, site(branch.test.range))
            try block(branch.body, frame)
            if i + 1 < branches.count || !otherwise.isEmpty {
                exits.append(function.emit(.jump, site(branch.test.range)))
            }
            function.patchA(skip, to: function.here)
        }
        try block(otherwise, frame)
        for exit in exits { function.patchA(exit, to: function.here) }
    }

    /// The output of a body as a text on the stack, through a filter if there is one.
    private mutating func captured(
        _ inner: Frame, _ site: Int32, filter: Expression?,
        _ body: (inout Compiler) throws(TemplateError) -> Void
    ) throws(TemplateError) {
        enter(inner)
        inner.function.emit(.capture, site)
        inner.function.captures += 1
        try body(&self)
        inner.function.captures -= 1
        inner.function.emit(
            .captureEnd, site, flags: filter == nil ? 0 : escaping.isVolatile ? 2 : escaping.isOn ? 1 : 0)
        if let filter { try expression(filter, inner) }
    }

    private mutating func with(
        _ assignments: [(target: Target, value: Expression)], _ body: [Statement], _ frame: Frame
    ) throws(TemplateError) {
        let inner = frame.inner()
        for assignment in assignments { inner.symbols.declareParameters(assignment.target) }
        inner.symbols.visit(body)
        enter(inner)
        for assignment in assignments {
            try expression(assignment.value, frame)
            try store(assignment.target, inner)
        }
        try block(body, inner)
    }

    /// transformers' `{% generation %}` is a call block whose caller is called at once: its body runs in place, in a
    /// scope of its own.
    private mutating func generation(_ body: [Statement], _ frame: Frame, _ site: Int32) throws(TemplateError) {
        let inner = frame.inner()
        inner.symbols.visit(body)
        enter(inner)
        let function = frame.function
        function.emit(.generationBegin, site)
        function.loops.append(nil)
        try block(body, inner)
        function.loops.removeLast()
        function.emit(.generationEnd, site)
    }

    private mutating func compileBlock(
        _ name: Int, _ isScoped: Bool, _ body: [Statement], _ frame: Frame, _ range: Range<Int>
    ) throws(TemplateError) {
        if program.blocks.contains(where: { $0.name == names.names[name] }) {
            throw error(.assertion, "block '%' defined twice", range, names.names[name].array)
        }
        let site = site(range)
        let outer = frame.function
        let function = newFunction(inside: isScoped ? outer : rootFunction)
        let parent = isScoped ? frame.symbols : nil
        let inner = Frame(symbols: Symbols(parent: parent, function: function), function: function)
        declareSelf(in: body, inner)
        inner.symbols.visit(body)
        enter(inner)
        // jinja2 writes the blocks after everything else, so nothing around them counts.
        let outerEscaping = escaping
        escaping = Escaping()
        try block(body, inner)
        escaping = outerEscaping
        function.emit(.returnText, site)
        program.blocks.append((names.names[name], program.macros.count))
        program.macros.append(
            MacroCode(
                name: nil, function: function.index, arguments: [], takesCaller: false, takesKeywords: false,
                takesVariadic: false, hasExplicitCaller: false))
        outer.emit(.macro, site, a: program.macros.count - 1, flags: isScoped ? 0 : 1)
        outer.emit(.call, site)
        outer.emit(.emit, site)
    }

    private mutating func leave(_ statement: Statement, _ frame: Frame, _ site: Int32) throws(TemplateError) {
        let function = frame.function
        let isBreak = if case .breakLoop = statement.kind { true } else { false }
        guard let last = function.loops.indices.last, let loop = function.loops[last] else {
            throw error(
                .syntax, isBreak ? "'break' outside loop" : "'continue' not properly in loop", statement.range)
        }
        for _ in 0..<max(function.captures - loop.captures, 0) { function.emit(.captureDiscard, site) }
        if isBreak {
            function.loops[last]?.breaks.append(function.emit(.jump, site))
        } else {
            function.emit(.jump, site, a: loop.start)
        }
    }

    // MARK: Loops

    private mutating func compileLoop(
        _ loop: Statement.Loop, _ range: Range<Int>, _ frame: Frame
    ) throws(TemplateError) {
        loopNesting += 1
        defer { loopNesting -= 1 }
        try refuseLoop(loop.target, range)
        let site = site(range)
        let usesLoop = loop.isRecursive || Statement.reads(loopName, in: loop.body)
        guard loop.isRecursive else {
            try expression(loop.iterable, frame)
            return try loopBody(loop, usesLoop, site, frame)
        }
        // The body becomes a function that takes the iterable in its first slot.
        let function = newFunction(inside: frame.function)
        let iterableSlot = function.newSlot()
        let inner = Frame(symbols: Symbols(parent: frame.symbols, function: function), function: function)
        function.emit(.load, site, a: iterableSlot, b: loopName)
        try loopBody(loop, true, site, inner)
        function.emit(.returnText, site, flags: escaping.isVolatile ? 3 : escaping.isOn ? 1 : 2)
        try expression(loop.iterable, frame)
        frame.function.emit(.callLoop, site, a: function.index)
        frame.function.emit(.emit, site)
    }

    /// Runs the body for the iterable on the stack.
    private mutating func loopBody(
        _ loop: Statement.Loop, _ usesLoop: Bool, _ site: Int32, _ frame: Frame
    ) throws(TemplateError) {
        let function = frame.function
        if let filter = loop.filter, usesLoop { try self.filter(loop, filter, site, frame) }
        let body = frame.inner()
        let loopSlot = usesLoop ? body.symbols.declareParameter(loopName).slot : -1
        body.symbols.declareParameters(loop.target)
        body.symbols.visit(loop.body)
        let ran = loop.otherwise.isEmpty ? nil : function.newSlot()
        if let ran { function.emit(.clear, site, a: ran) }
        var test: Frame?
        if let filter = loop.filter, !usesLoop {
            let inner = frame.inner()
            inner.symbols.declareParameters(loop.target)
            inner.symbols.visit(filter)
            enter(inner)
            test = inner
        }
        function.emit(.forBegin, site, a: loopSlot, flags: loop.isRecursive ? 1 : 0)
        let start = function.emit(.forNext, site)
        function.loops.append(FunctionBuilder.OpenLoop(start: start, captures: function.captures))
        if let filter = loop.filter, let test {
            function.emit(.duplicate, site)
            try store(loop.target, test)
            try expression(filter, test)
            let pass = function.emit(.jumpIfFalse, site)
            let go = function.emit(.jump, site)
            function.patchA(pass, to: function.here)
            function.emit(.pop, site)
            function.emit(.jump, site, a: start)
            function.patchA(go, to: function.here)
        }
        try store(loop.target, body)
        enter(body)
        try block(loop.body, body)
        if let ran { function.emit(.loopRan, site, a: ran) }
        function.emit(.jump, site, a: start)
        function.patchA(start, to: function.here)
        for exit in (function.loops.removeLast() ?? FunctionBuilder.OpenLoop(start: 0, captures: 0)).breaks {
            function.patchA(exit, to: function.here)
        }
        function.emit(.forEnd, site)
        guard let ran else { return }
        let skip = function.emit(.jumpIfSet, site, a: ran)
        let otherwise = frame.inner()
        otherwise.symbols.visit(loop.otherwise)
        enter(otherwise)
        try block(loop.otherwise, otherwise)
        function.patchB(skip, to: function.here)
    }

    /// `for … if`: the test becomes a function of the item, so that `loop` counts only what passes.
    private mutating func filter(
        _ loop: Statement.Loop, _ filter: Expression, _ site: Int32, _ frame: Frame
    ) throws(TemplateError) {
        let function = newFunction(inside: frame.function)
        let item = function.newSlot()
        let test = Frame(symbols: Symbols(parent: frame.symbols, function: function), function: function)
        test.symbols.declareParameters(loop.target)
        test.symbols.visit(filter)
        function.emit(.load, site, a: item, b: loopName)
        try store(loop.target, test)
        enter(test)
        try expression(filter, test)
        function.emit(.end, site)
        frame.function.emit(.filterItems, site, a: function.index)
    }

    // MARK: Macros

    mutating func macro(
        name: Int?, _ signature: MacroSignature, _ body: [Statement], _ frame: Frame, _ range: Range<Int>
    ) throws(TemplateError) -> Int {
        let site = site(range)
        let function = newFunction(inside: frame.function)
        var inner = Frame(symbols: Symbols(parent: frame.symbols, function: function), function: function)
        var code = MacroCode(
            name: name.map { names.names[$0] }, function: function.index,
            arguments: signature.arguments.map { names.names[$0] }, takesCaller: false, takesKeywords: false,
            takesVariadic: false, hasExplicitCaller: signature.arguments.contains(callerName))
        for argument in signature.arguments { inner.symbols.declareParameter(argument) }
        let optional = signature.arguments.suffix(signature.defaults.count)
        if Statement.reads(callerName, in: body) {
            if code.hasExplicitCaller {
                if !optional.contains(callerName) {
                    throw error(
                        .assertion, "the special \"caller\" argument must be omitted or be given a default.", range)
                }
            } else {
                inner.symbols.declareParameter(callerName)
            }
            code.takesCaller = true
        }
        for special in ["kwargs", "varargs"] {
            let id = names.id(special)
            if !Statement.reads(id, in: body) || signature.arguments.contains(id) { continue }
            inner.symbols.declareParameter(id)
            if special == "kwargs" { code.takesKeywords = true } else { code.takesVariadic = true }
        }
        for value in signature.defaults { inner.symbols.visit(value) }
        inner.symbols.visit(body)
        enter(inner)
        let firstOptional = signature.arguments.count - signature.defaults.count
        for (i, argument) in signature.arguments.enumerated() {
            guard let reference = inner.symbols.find(argument) else { continue }
            let isSet = function.emit(.jumpIfSet, site, a: reference.slot)
            if i >= firstOptional {
                try expression(signature.defaults[i - firstOptional], inner)
                function.emit(.store, site, a: reference.slot)
            } else {
                function.emit(.parameterMissing, site, a: reference.slot, b: argument)
            }
            function.patchB(isSet, to: function.here)
        }
        inner.unboundParameters = []
        let nesting = loopNesting
        try block(body, inner)
        loopNesting = nesting
        function.emit(.returnText, site)
        program.macros.append(code)
        return program.macros.count - 1
    }
}
