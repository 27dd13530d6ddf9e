/// The `if` of a loop that knows `loop`: items are tested when they are asked for, as jinja2's generator does it.
extension Interpreter {
    func passes(_ item: TemplateValue, _ function: Int, _ scope: Scope) throws(TemplateError) -> Bool {
        // Only here does a render use the thread's stack: a test may call a macro, whose loop has a test, and so on.
        if nestedTests >= 32 { throw TemplateError(.recursion, "the tests of loops are nested too deeply") }
        nestedTests += 1
        let depth = frames.count
        defer {
            nestedTests -= 1
            frames.removeLast(max(frames.count - depth, 0))
        }
        try charge(4)
        return try onFreshStack { () throws(TemplateError) in
            scope.slots[0] = item
            enter(function, scope)
            while frames.count > depth, let frame = frames.popLast() { try execute(frame) }
            return sp > 0 && pop().isTrue
        }
    }
}
