/// The slots of one running function. Macros keep the scope they were made in, as Python closures do.
final class Scope {
    let slots: UnsafeMutablePointer<TemplateValue>
    let count: Int
    let parent: Scope?
    /// A macro holds this scope, and may sit in one of its slots: the render empties it at its end.
    var isCaptured = false

    init(count: Int, parent: Scope?) {
        self.count = count
        self.parent = parent
        slots = .allocate(capacity: Swift.max(count, 1))
        slots.initialize(repeating: .missing, count: count)
    }

    var outermost: Scope {
        var scope = self
        while let parent = scope.parent { scope = parent }
        return scope
    }

    func clear() {
        for i in 0..<count { slots[i] = .missing }
    }

    deinit {
        slots.deinitialize(count: count)
        slots.deallocate()
    }
}

/// A macro, a caller, a block or the body of a recursive loop, with the scope it was made in.
final class Macro {
    let code: MacroCode
    let scope: Scope
    /// jinja2's LoopContext is not a macro: for a recursive loop, the function that runs it.
    let loopFunction: Int

    init(code: MacroCode, scope: Scope, loopFunction: Int = -1) {
        self.code = code
        self.scope = scope
        self.loopFunction = loopFunction
    }
}

/// What a call passes.
struct CallArguments {
    var positional: [TemplateValue] = []
    var keywords: [(name: Text, value: TemplateValue)] = []

    var isEmpty: Bool { positional.isEmpty && keywords.isEmpty }

    func keyword(_ name: StaticString) -> TemplateValue? {
        keywords.first { $0.name.equals(name) }?.value
    }

    mutating func takeKeyword(_ name: Text) -> TemplateValue? {
        guard let i = keywords.firstIndex(where: { $0.name == name }) else { return nil }
        return keywords.remove(at: i).value
    }

    /// Python's binding of arguments to a signature: TypeError for too many, unknown or doubled ones.
    func bind(_ names: StaticString..., required: Int = 0, positionalOnly: Int = 0) throws(TemplateError)
        -> [TemplateValue?]
    {
        if isEmpty, required == 0 { return Array(repeating: nil, count: names.count) }
        if positional.count > names.count {
            throw TemplateError(.type, "takes at most % arguments", names.count.digits)
        }
        var out: [TemplateValue?] = positional
        out += Array(repeating: nil, count: names.count - positional.count)
        for (name, value) in keywords {
            guard let i = names.indices.first(where: { $0 >= positionalOnly && name.equals(names[$0]) }) else {
                throw TemplateError(.type, "got an unexpected keyword argument '%'", name.array)
            }
            if out[i] != nil { throw TemplateError(.type, "got multiple values for argument '%'", name.array) }
            out[i] = value
        }
        for i in 0..<Swift.min(required, names.count) where out[i] == nil {
            throw TemplateError(.type, "missing a required argument: '%'", names[i].array)
        }
        return out
    }
}

extension Int {
    var digits: [UInt8] { Array(String(self).utf8) }
}
