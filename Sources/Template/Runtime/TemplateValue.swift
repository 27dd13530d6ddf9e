/// A value at render time: sixteen bytes, no existential.
///
/// Containers are immutable (the sandbox forbids changing them); what can change is a namespace, a loop, a cycler, a
/// joiner, a generator and the slots of a scope.
enum TemplateValue {
    /// A slot that nothing was assigned to. Never on the stack.
    case missing
    case undefined(Undefined)
    case none
    case bool(Bool)
    case int(Int)
    /// An integer beyond 64 bits.
    case bigInt(BigInteger)
    case float(Double)
    case string(Text)
    /// Python's `bytes`, as a text of the characters U+0000 to U+00FF.
    case bytes(Text)
    case list(SequenceObject)
    case tuple(SequenceObject)
    case dict(DictObject)
    case range(RangeObject)
    case view(DictView)
    case generator(Generator)
    case namespace(Namespace)
    case macro(Macro)
    case loop(LoopContext)
    case method(BoundMethod)
    case function(GlobalFunction)
    case cycler(Cycler)
    case joiner(Joiner)
    /// Constant i of the program, which is a plain string: only as an operand of a chain of `+`, never a value.
    case literal(Int)
    /// `self`: the blocks of the template, by name. Holds the outermost scope.
    case templateReference(Scope)
}

/// How much a value holds. Both are bounded where values are built, so that comparing, printing and freeing one can
/// neither overflow the stack nor, where a list holds another one twice, take exponential time.
struct Extent {
    /// Containers inside each other, counting the value itself.
    var depth = 1
    /// Values inside, counted as often as they would be visited.
    var weight = 1

    mutating func add(_ value: TemplateValue) {
        let inner = value.extent
        depth = Swift.max(depth, inner.depth &+ 1)
        weight = weight.addingReportingOverflow(inner.weight).partialValue
    }
}

/// The items of a list or a tuple. A slice shares the items of the whole: a template that looks at all later messages
/// from every message copies none.
final class SequenceObject {
    /// All items of the whole, which keep those of this one alive.
    private let storage: [TemplateValue]
    /// Where the items lie, and how many they are.
    let base: UnsafePointer<TemplateValue>?
    let count: Int
    /// Of a slice, the items as an array and the extent: found when they are asked for. No slice outlives its render,
    /// so no other thread asks.
    private var part: [TemplateValue]?
    private var knownExtent: Extent?
    /// Of a slice, that of the whole: no less than its own.
    let depth: Int
    /// The field this came from, for leaves that carry no origin of their own (numbers).
    let origin: OriginID
    /// jinja2 3.1: `groupby` returns named tuples (grouper, list).
    let isGroup: Bool

    init(_ items: [TemplateValue], extent: Extent, origin: OriginID = 0, isGroup: Bool = false) {
        storage = items
        base = items.withUnsafeBufferPointer { $0.baseAddress }
        count = items.count
        knownExtent = extent
        depth = extent.depth
        self.origin = origin
        self.isGroup = isGroup
    }

    /// `count` items of `whole`, one or more, beginning at `from`.
    init(of whole: SequenceObject, from: Int, count: Int) {
        storage = whole.storage
        base = whole.base.map { $0 + from }
        self.count = count
        depth = whole.depth
        origin = whole.origin
        isGroup = false
    }

    var items: [TemplateValue] {
        if count == storage.count { return storage }
        if let part { return part }
        let items = Array(UnsafeBufferPointer(start: base, count: count))
        part = items
        return items
    }

    /// An item, at an index that is inside.
    subscript(index: Int) -> TemplateValue { UnsafeBufferPointer(start: base, count: count)[index] }

    var extent: Extent {
        if let knownExtent { return knownExtent }
        var extent = Extent()
        for item in UnsafeBufferPointer(start: base, count: count) { extent.add(item) }
        knownExtent = extent
        return extent
    }

    static let empty = SequenceObject([], extent: Extent())
}

extension SequenceObject: @unchecked Sendable {}  // Immutable, but for slices; the only shared instance is `empty`.

/// Python's `range`: three numbers.
final class RangeObject {
    let start: Int
    let step: Int
    let count: Int
    let stop: Int

    init(start: Int, stop: Int, step: Int, count: Int) {
        self.start = start
        self.stop = stop
        self.step = step
        self.count = count
    }

    func value(at index: Int) -> Int { start &+ step &* index }
}

/// `dict.keys()`, `.values()`, `.items()`.
final class DictView {
    enum Part {
        case keys
        case values
        case items
    }

    let dict: DictObject
    let part: Part
    let isReversed: Bool

    init(_ dict: DictObject, _ part: Part, isReversed: Bool = false) {
        self.dict = dict
        self.part = part
        self.isReversed = isReversed
    }

    func item(_ index: Int) -> TemplateValue {
        let entry = dict.entries[isReversed ? dict.count - 1 - index : index]
        switch part {
        case .keys: return entry.key
        case .values: return entry.value
        case .items:
            return .tuple(
                SequenceObject(
                    [entry.key, entry.value],
                    extent: Extent(depth: dict.extent.depth + 1, weight: dict.extent.weight), origin: dict.origin))
        }
    }
}

/// jinja2's `namespace`: the one object a template may assign to.
final class Namespace {
    let dict: DictObject

    init(_ dict: DictObject) { self.dict = dict }
}

/// A method of a value, looked up and not yet called.
final class BoundMethod {
    let receiver: TemplateValue
    let method: MethodName

    init(_ receiver: TemplateValue, _ method: MethodName) {
        self.receiver = receiver
        self.method = method
    }
}

final class Cycler {
    let items: [TemplateValue]
    let extent: Extent
    var position = 0

    init(_ items: [TemplateValue], extent: Extent) {
        self.items = items
        self.extent = extent
    }
}

final class Joiner {
    let separator: TemplateValue
    var isUsed = false

    init(_ separator: TemplateValue) { self.separator = separator }
}
