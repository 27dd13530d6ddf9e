/// What the compiler knows of autoescape: the static half of jinja2's EvalContext. The other half is
/// `Interpreter.autoescape`; the two differ where a macro is called under another setting than it was written under.
struct Escaping {
    private(set) var isOn = false
    /// Inside a block whose setting is known only when it is reached.
    private(set) var isVolatile = false

    /// jinja2 3.1: once volatile, volatile to the end of the outermost such block.
    mutating func set(to value: Expression) {
        if let truth = value.knownTruth { isOn = truth } else { isVolatile = true }
    }
}

extension Expression {
    /// The truth of a plain constant.
    fileprivate var knownTruth: Bool? {
        switch kind {
        case .none: false
        case .bool(let flag): flag
        case .integer(let number): number != 0
        case .bigInteger: true
        case .float(let number): number != 0
        case .string(let text): !text.isEmpty
        case .tuple(let items) where isConstant, .list(let items) where isConstant: !items.isEmpty
        case .dict(let items) where isConstant: !items.isEmpty
        case .not(let value): value.knownTruth.map { !$0 }
        default: nil
        }
    }
}
