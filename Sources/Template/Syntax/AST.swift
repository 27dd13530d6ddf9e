/// The tree of an expression. `depth` bounds the recursion of whoever walks it.
final class Expression {
    indirect enum Kind {
        case none
        case bool(Bool)
        case integer(Int)
        case bigInteger([UInt8])
        case float(Double)
        case string([UInt8])
        case name(Int)
        case tuple([Expression])
        case list([Expression])
        case dict([(key: Expression, value: Expression)])
        case attribute(Expression, name: Int)
        case subscripted(Expression, Expression)
        /// Only as a subscript.
        case slice(Expression?, Expression?, Expression?)
        case call(Expression, Arguments)
        /// nil stands for the text of a filter block or set block.
        case filter(Expression?, name: [UInt8], Arguments)
        case test(Expression, name: [UInt8], Arguments)
        case not(Expression)
        case negative(Expression)
        case positive(Expression)
        case binary(Token.Kind, Expression, Expression)
        case compare(Expression, [(Comparison, Expression)])
        case and(Expression, Expression)
        case or(Expression, Expression)
        case concat([Expression])
        case conditional(test: Expression, Expression, Expression?)
    }

    enum Comparison: Int32 {
        case eq, ne, lt, lteq, gt, gteq, `in`, notIn
    }

    struct Arguments {
        var positional: [Expression] = []
        var keywords: [(name: Int, value: Expression)] = []
        var spread: Expression?
        var keywordSpread: Expression?

        var isEmpty: Bool { positional.isEmpty && keywords.isEmpty && spread == nil && keywordSpread == nil }

        var all: [Expression] { positional + keywords.map(\.value) + [spread, keywordSpread].compactMap { $0 } }
    }

    let kind: Kind
    let range: Range<Int>
    let depth: Int
    /// Whether jinja2's optimizer may compute it: no names and no calls in it.
    let isConstant: Bool
    /// Whether it is so even where autoescape is unknown: no filters and no tests in it.
    let isPlainConstant: Bool
    /// Whether jinja2's optimizer meets a constant dict in it that no Python dict can be.
    let hasUnhashableKey: Bool

    init(_ kind: Kind, _ range: Range<Int>, over children: [Expression]) {
        self.kind = kind
        self.range = range
        depth = (children.map(\.depth).max() ?? 0) + 1
        isConstant = kind.mayBeConstant && children.allSatisfy(\.isConstant)
        isPlainConstant = kind.mayBeConstant && !kind.isNamed && children.allSatisfy(\.isPlainConstant)
        hasUnhashableKey = kind.isUnhashableDict || children.contains(where: \.hasUnhashableKey)
    }
}

extension Expression.Kind {
    /// A dict whose entries are constants up to one whose key is a list or a dict, or a tuple with one in it.
    fileprivate var isUnhashableDict: Bool {
        guard case .dict(let entries) = self else { return false }
        for (key, value) in entries {
            if !key.isConstant || !value.isConstant { return false }
            if key.isUnhashable { return true }
        }
        return false
    }

    /// A filter or a test.
    fileprivate var isNamed: Bool {
        switch self {
        case .filter, .test: true
        default: false
        }
    }

    /// jinja2 3.1: what has an `as_const` that can succeed.
    fileprivate var mayBeConstant: Bool {
        switch self {
        case .name, .call, .conditional(_, _, nil), .filter(nil, _, _): false
        case .filter(_, let name, _): FilterName(name).map { !$0.takesContext } ?? false
        default: true
        }
    }
}

extension Expression {
    fileprivate var isUnhashable: Bool {
        switch kind {
        case .list, .dict: true
        case .tuple(let items): items.contains(where: \.isUnhashable)
        default: false
        }
    }
}

/// What `set`, `for` and `with` assign to.
indirect enum Target {
    case name(Int, Range<Int>)
    case attribute(namespace: Int, name: Int, Range<Int>)
    case tuple([Target], Range<Int>)

    /// jinja2 3.1: every name that is stored, for the check that nobody assigns to `loop`.
    func contains(name wanted: Int) -> Bool {
        switch self {
        case .name(let name, _): name == wanted
        case .attribute: false
        case .tuple(let parts, _): parts.contains { $0.contains(name: wanted) }
        }
    }
}

struct MacroSignature {
    var arguments: [Int] = []
    var defaults: [Expression] = []
}

/// A statement, and the piece of the source that opens it.
final class Statement {
    indirect enum Kind {
        case data([UInt8])
        case output(Expression)
        case conditional([(test: Expression, body: [Statement])], otherwise: [Statement])
        case loop(Loop)
        case set(Target, Expression)
        case setBlock(Target, filter: Expression?, [Statement])
        case macro(name: Int, MacroSignature, [Statement])
        case callBlock(MacroSignature, call: Expression, [Statement])
        case filterBlock(Expression, [Statement])
        case with([(target: Target, value: Expression)], [Statement])
        case generation([Statement])
        case autoescape(Expression, [Statement])
        case block(name: Int, isScoped: Bool, [Statement])
        /// include, import, from, extends: they need a loader, and there is none.
        case load(Expression, stores: [Int])
        case breakLoop
        case continueLoop
    }

    struct Loop {
        var target: Target
        var iterable: Expression
        var filter: Expression?
        var isRecursive: Bool
        var body: [Statement]
        var otherwise: [Statement]
    }

    let kind: Kind
    let range: Range<Int>

    init(_ kind: Kind, _ range: Range<Int>) {
        self.kind = kind
        self.range = range
    }
}
