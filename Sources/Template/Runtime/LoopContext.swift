/// The `loop` variable, and the state of a loop that has none.
final class LoopContext {
    /// The items, where they lie in an array: then the iterator is not used.
    private let sequence: SequenceObject?
    private let base: UnsafePointer<TemplateValue>?
    /// A view of a dict, which is read in place as well.
    private let view: DictView?
    let count: Int
    private var iterator: ValueIterator
    private var knownLength: Int?
    private var after: TemplateValue = .missing
    private var current: TemplateValue = .missing
    private var previous: TemplateValue = .missing
    var lastChanged: [TemplateValue]?
    private(set) var index0 = -1
    let depth0: Int
    /// For a recursive loop: its body, as something to call.
    let recurse: Macro?
    let depthOfValue: Int
    /// The message that was being handled outside the loop.
    let outerMessage: Int

    /// A plain loop over a list.
    init(_ list: SequenceObject, outerMessage: Int) {
        sequence = list
        base = list.base
        view = nil
        count = list.count
        iterator = LoopContext.exhausted
        knownLength = list.count
        depth0 = 0
        recurse = nil
        self.outerMessage = outerMessage
        depthOfValue = list.depth &+ 1
    }

    private static let exhausted = ValueIterator(items: [])

    init(_ iterator: ValueIterator, over value: TemplateValue, depth0: Int, recurse: Macro?, outerMessage: Int) {
        switch value {
        case .list(let items), .tuple(let items):
            sequence = items
            base = items.base
            view = nil
            count = items.count
            self.iterator = LoopContext.exhausted
            knownLength = items.count
        case .view(let items):
            sequence = nil
            base = nil
            view = items
            count = items.dict.count
            self.iterator = LoopContext.exhausted
            knownLength = count
        default:
            sequence = nil
            base = nil
            view = nil
            count = 0
            self.iterator = iterator
            knownLength = iterator.length
        }
        self.depth0 = depth0
        self.recurse = recurse
        self.outerMessage = outerMessage
        depthOfValue = value.extent.depth + 1
    }

    var isSequence: Bool { base != nil }

    /// Whether `count` says how many items there are.
    var isCounted: Bool { base != nil || view != nil }

    /// Of a loop over the items of a dict the next one, where it lies.
    @inline(never)
    func nextEntry() -> UnsafePointer<DictObject.Entry>? {
        guard let view, view.part == .items, let base = view.dict.base else { return nil }
        let next = index0 &+ 1
        if next >= count { return nil }
        index0 = next
        return base + (view.isReversed ? count &- 1 &- next : next)
    }

    /// The next item of a sequence, where it lies.
    @inline(never)
    func nextItem() -> UnsafePointer<TemplateValue>? {
        let next = index0 &+ 1
        guard let base, next < count else { return nil }
        index0 = next
        return base + next
    }

    func advance(_ runtime: Interpreter) throws(TemplateError) -> TemplateValue? {
        if let base {
            let next = index0 &+ 1
            if next >= count { return nil }
            index0 = next
            return base[next]
        }
        if let view {
            let next = index0 &+ 1
            if next >= count { return nil }
            index0 = next
            return view.item(next)
        }
        return try advanceIterator(runtime)
    }

    private func advanceIterator(_ runtime: Interpreter) throws(TemplateError) -> TemplateValue? {
        let item: TemplateValue
        if case .missing = after {
            guard sequence == nil, let next = try iterator.next(runtime) else { return nil }
            item = next
        } else {
            item = after
            after = .missing
        }
        index0 &+= 1
        previous = current
        current = item
        return item
    }

    /// Of a loop over a range its number now: `messages[i]` in it handles message i.
    var rangeValue: Int? {
        if sequence == nil, case .int(let number) = current { return number }
        return nil
    }

    /// The item before this one, which is not the first.
    var before: TemplateValue {
        if let view { return index0 > 0 ? view.item(index0 - 1) : .missing }
        guard let sequence else { return previous }
        return index0 > 0 && index0 <= count ? sequence[index0 - 1] : .missing
    }

    /// jinja2 3.1: LoopContext.length evaluates what is left of an iterable without a length.
    func length(_ runtime: Interpreter) throws(TemplateError) -> Int {
        if let knownLength { return knownLength }
        var rest = [TemplateValue]()
        while let item = try iterator.next(runtime) {
            try runtime.charge(1)
            rest.append(item)
        }
        var length = rest.count + index0 + 1
        if case .missing = after {} else { length += 1 }
        iterator = ValueIterator(items: rest)
        knownLength = length
        return length
    }

    func peek(_ runtime: Interpreter) throws(TemplateError) -> TemplateValue? {
        if let view { return index0 + 1 < count ? view.item(index0 + 1) : nil }
        if let sequence { return index0 + 1 < count ? sequence[index0 + 1] : nil }
        if case .missing = after {
            guard let next = try iterator.next(runtime) else { return nil }
            after = next
        }
        return after
    }

    func isLast(_ runtime: Interpreter) throws(TemplateError) -> Bool {
        if isCounted { return index0 + 1 >= count }
        return try peek(runtime) == nil
    }
}
