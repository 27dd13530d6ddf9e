/// What Python asks of any object: its type's name, truth, equality, hash, depth.
extension TemplateValue {
    var typeName: StaticString {
        switch self {
        case .missing, .undefined: "Undefined"
        case .none: "NoneType"
        case .bool: "bool"
        case .int, .bigInt: "int"
        case .float: "float"
        case .string(let text): text.isMarkup ? "Markup" : "str"
        case .bytes: "bytes"
        case .list: "list"
        case .tuple(let sequence): sequence.isGroup ? "_GroupTuple" : "tuple"
        case .dict: "dict"
        case .range: "range"
        case .view(let view):
            switch view.part {
            case .keys: view.isReversed ? "dict_reversekeyiterator" : "dict_keys"
            case .values: view.isReversed ? "dict_reversevalueiterator" : "dict_values"
            case .items: view.isReversed ? "dict_reverseitemiterator" : "dict_items"
            }
        case .generator: "generator"
        case .namespace: "Namespace"
        case .macro: "Macro"
        case .loop: "LoopContext"
        case .method: "builtin_function_or_method"
        case .function: "function"
        case .cycler: "Cycler"
        case .joiner: "Joiner"
        case .templateReference: "TemplateReference"
        case .literal: "str"
        }
    }

    /// The name as jinja2's object_type_repr says it: "None" and "Undefined" stand for themselves.
    var typeRepr: StaticString { if case .none = self { "None" } else { typeName } }

    var isUndefined: Bool {
        switch self {
        case .undefined, .missing: true
        default: false
        }
    }

    /// Python truth.
    var isTrue: Bool {
        switch self {
        case .missing, .undefined, .none: false
        case .bool(let flag): flag
        case .int(let number): number != 0
        case .float(let number): number != 0
        case .string(let text), .bytes(let text): text.count != 0
        case .list(let sequence), .tuple(let sequence): sequence.count != 0
        case .dict(let dict): dict.count != 0
        case .range(let range): range.count != 0
        case .view(let view): view.isReversed || view.dict.count != 0
        default: true
        }
    }

    var extent: Extent {
        switch self {
        case .list(let sequence), .tuple(let sequence): sequence.extent
        case .dict(let dict): dict.extent
        case .view(let view): Extent(depth: view.dict.extent.depth + 1, weight: view.dict.extent.weight)
        case .generator(let generator): Extent(depth: generator.depth, weight: 1)
        case .loop(let loop): Extent(depth: loop.depthOfValue, weight: 1)
        case .method(let method): Extent(depth: method.receiver.extent.depth + 1, weight: 1)
        case .cycler(let cycler): cycler.extent
        case .joiner(let joiner): Extent(depth: joiner.separator.extent.depth + 1, weight: 1)
        case .string(let text), .bytes(let text): Extent(depth: 0, weight: 1 + text.count >> 6)
        default: Extent(depth: 0, weight: 1)
        }
    }

    /// The field a container came from.
    var containerOrigin: OriginID {
        switch self {
        case .list(let sequence), .tuple(let sequence): sequence.origin
        case .dict(let dict): dict.origin
        case .string(let text), .bytes(let text): text.origin
        default: 0
        }
    }

    /// `==`. Never fails for values that a template can make; containers are compared as deep as they go, which is
    /// bounded when they are built.
    func isEqual(to other: TemplateValue) -> Bool {
        switch (self, other) {
        case (.string(let a), .string(let b)), (.bytes(let a), .bytes(let b)): return a == b
        case (.undefined, .undefined): return true
        case (.none, .none): return true
        case (.list(let a), .list(let b)), (.tuple(let a), .tuple(let b)):
            return a === b
                || (a.count == b.count && zip(a.items, b.items).allSatisfy { $0.isEqual(to: $1) })
        case (.dict(let a), .dict(let b)): return TemplateValue.equal(a, b)
        case (.range(let a), .range(let b)):
            return a.count == b.count && (a.count == 0 || a.start == b.start && (a.count == 1 || a.step == b.step))
        case (.namespace(let a), .namespace(let b)): return a === b
        case (.macro(let a), .macro(let b)): return a === b
        case (.loop(let a), .loop(let b)): return a === b
        case (.generator(let a), .generator(let b)): return a === b
        case (.cycler(let a), .cycler(let b)): return a === b
        case (.joiner(let a), .joiner(let b)): return a === b
        case (.function(let a), .function(let b)): return a == b
        case (.method(let a), .method(let b)):
            return a.method == b.method && a.receiver.isIdentical(to: b.receiver)
        case (.view(let a), .view(let b)): return TemplateValue.equal(a, b)
        default: return Number.equal(self, other)
        }
    }

    private static func equal(_ a: DictObject, _ b: DictObject) -> Bool {
        if a === b { return true }
        guard a.count == b.count else { return false }
        return a.entries.allSatisfy { entry in b[entry.key].map { $0.isEqual(to: entry.value) } ?? false }
    }

    /// Keys and items are sets; values are compared by identity.
    private static func equal(_ a: DictView, _ b: DictView) -> Bool {
        if a === b { return true }
        guard a.part == b.part, a.part != .values, !a.isReversed, !b.isReversed, a.dict.count == b.dict.count else {
            return false
        }
        if a.part == .items { return equal(a.dict, b.dict) }
        return a.dict.entries.allSatisfy { b.dict.find($0.key) != nil }
    }

    /// `is`. Small integers and interned strings are one object in CPython; equal ones are taken to be.
    func isIdentical(to other: TemplateValue) -> Bool {
        switch (self, other) {
        case (.list(let a), .list(let b)), (.tuple(let a), .tuple(let b)):
            a === b || (a.count == 0 && b.count == 0 && isTuple)
        case (.dict(let a), .dict(let b)): a === b
        case (.undefined(let a), .undefined(let b)): a === b
        case (.bool(let a), .bool(let b)): a == b
        case (.int(let a), .int(let b)): a == b
        case (.float(let a), .float(let b)): a == b
        case (.bool, _), (_, .bool), (.int, _), (_, .int), (.float, _), (_, .float): false
        default: isEqual(to: other)
        }
    }

    private var isTuple: Bool { if case .tuple = self { true } else { false } }

    /// `hash()`, for values that `isHashable`.
    var dictHash: Int {
        switch self {
        case .string(let text), .bytes(let text): return text.hash
        case .bool(let flag): return TemplateValue.mix(flag ? 1 : 0)
        case .int(let number): return TemplateValue.mix(number)
        case .float(let number):
            if let whole = Int(exactly: number) { return TemplateValue.mix(whole) }
            return TemplateValue.mix(Int(truncatingIfNeeded: number.bitPattern))
        case .tuple(let sequence):
            return sequence.items.reduce(17) { TemplateValue.mix($0 &* 31 &+ $1.dictHash) }
        case .bigInt(let number): return TemplateValue.mix(number.hash)
        case .range(let range): return TemplateValue.mix(range.count)
        case .namespace(let object): return TemplateValue.mix(ObjectIdentifier(object).hashValue)
        default: return 1
        }
    }

    var isHashable: Bool {
        switch self {
        case .list, .dict: false
        case .view(let view): view.part == .values || view.isReversed
        case .tuple(let sequence): sequence.items.allSatisfy(\.isHashable)
        default: true
        }
    }

    private static func mix(_ value: Int) -> Int {
        let product = UInt64(bitPattern: Int64(value)).multipliedFullWidth(by: 0x9E37_79B9_7F4A_7C15)
        return Int(truncatingIfNeeded: product.high ^ product.low)
    }
}
