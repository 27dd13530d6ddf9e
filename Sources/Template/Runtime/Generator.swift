/// What a lazy filter returns: items are made when they are asked for, and only once.
final class Generator {
    enum Step {
        /// What `map` does to each item.
        case attribute(AttributePath, default: TemplateValue?)
        case filter(FilterName, CallArguments)
        /// A filter that does not exist: an error when the first item comes.
        case failure(TemplateError)
        case select(AttributePath?, TestName?, CallArguments, keep: Bool)
        case unique(AttributePath, caseSensitive: Bool)
        case batch(TemplateValue, fill: TemplateValue?)
        case slice(TemplateValue, fill: TemplateValue?)
        /// The `if` of a loop: a function of the program, and the scope it runs in.
        case passing(function: Int, Scope)
        case identity
    }

    private var source: ValueIterator
    private let step: Step
    private var seen = DictObject()
    private var isDone = false
    private var batch: [TemplateValue] = []
    private var columns: SliceColumns?
    /// What CPython prints for it, before the address.
    let name: StaticString
    let depth: Int

    init(_ source: ValueIterator, _ step: Step, depth: Int, name: StaticString = "generator object") {
        self.source = source
        self.name = name
        self.step = step
        self.depth = depth
    }

    func next(_ runtime: Interpreter) throws(TemplateError) -> TemplateValue? {
        if isDone { return nil }
        do {
            if let item = try produce(runtime) { return item }
        } catch {
            isDone = true
            throw error
        }
        isDone = true
        return nil
    }

    private func produce(_ runtime: Interpreter) throws(TemplateError) -> TemplateValue? {
        if case .batch(let count, let fill) = step { return try nextBatch(count, fill, runtime) }
        if case .slice(let count, let fill) = step {
            if columns == nil { columns = try SliceColumns(&source, count, fill: fill, runtime) }
            return try columns?.next(runtime)
        }
        while let item = try source.next(runtime) {
            try runtime.charge(2)
            switch step {
            case .identity, .batch, .slice: return item
            case .passing(let function, let scope): if try runtime.passes(item, function, scope) { return item }
            case .attribute(let path, let fallback): return try path.get(item, runtime, fallback: fallback)
            case .filter(let name, let arguments): return try runtime.filter(name, item, arguments)
            case .failure(let error): throw error
            case .select(let path, let test, let arguments, let keep):
                let value = try path?.get(item, runtime) ?? item
                let passes =
                    try test.map { (name) throws(TemplateError) in try runtime.test(name, value, arguments) }
                    ?? value.isTrue
                if passes == keep { return item }
            case .unique(let path, let caseSensitive):
                let key = try path.get(item, runtime, ignoringCase: !caseSensitive)
                if !key.isHashable { throw TemplateError(.type, "unhashable type: '%'", key.typeName) }
                if seen.find(key) == nil {
                    seen.set(key, .none)
                    return item
                }
            }
        }
        return nil
    }

    /// jinja2 3.1: do_batch. A batch is complete when the item after it comes; any number is compared with.
    private func nextBatch(
        _ size: TemplateValue, _ fill: TemplateValue?, _ runtime: Interpreter
    ) throws(TemplateError) -> TemplateValue? {
        while let item = try source.next(runtime) {
            try runtime.charge(1)
            if try runtime.equal(.int(batch.count), size) {
                defer { batch = [item] }
                return .list(try runtime.sequence(batch))
            }
            batch.append(item)
        }
        if batch.isEmpty { return nil }
        if let fill, try runtime.less(.int(batch.count), size, orEqual: false, "<") {
            let missing = try runtime.binary(.subtract, size, .int(batch.count))
            let filling = try runtime.binary(.multiply, .list(runtime.sequence([fill])), missing)
            if case .list(let more) = filling { batch += more.items }
        }
        defer { batch = [] }
        return .list(try runtime.sequence(batch))
    }
}

/// jinja2 3.1: do_slice, columns of nearly equal length.
struct SliceColumns {
    private let items: [TemplateValue]
    private let fill: TemplateValue?
    private let count: Int
    private let each: Int
    private let extra: Int
    private var index = 0
    private var start = 0

    init(
        _ source: inout ValueIterator, _ count: TemplateValue, fill: TemplateValue?, _ runtime: Interpreter
    ) throws(TemplateError) {
        var items = [TemplateValue]()
        while let item = try source.next(runtime) {
            try runtime.charge(1)
            items.append(item)
        }
        // Python divides before it asks for an integer.
        _ = try runtime.binary(.floorDivide, .int(items.count), count)
        self.items = items
        self.fill = fill
        self.count = try runtime.wantInt(count, or: 0)
        (each, extra) = self.count > 0 ? items.count.quotientAndRemainder(dividingBy: self.count) : (0, 0)
    }

    mutating func next(_ runtime: Interpreter) throws(TemplateError) -> TemplateValue? {
        if index >= count { return nil }
        let end = start + each + (index < extra ? 1 : 0)
        var column = Array(items[start..<end])
        if let fill, index >= extra { column.append(fill) }
        start = end
        index += 1
        return .list(try runtime.sequence(column))
    }
}

/// jinja2 3.1: make_attrgetter. "a.b.0" is looked up part by part.
struct AttributePath {
    private var parts: [TemplateValue]

    init(_ value: TemplateValue) {
        switch value {
        case .none: parts = []
        case .string(let text):
            parts = text.split(Text("."), limit: -1).map { part in
                let isDigits = part.isAll { CodePoint.decimal($0) != nil }
                if isDigits, let number = Int(String(decoding: part.array, as: UTF8.self)) { return .int(number) }
                return .string(part)
            }
        default: parts = [value]
        }
    }

    func get(
        _ item: TemplateValue, _ runtime: Interpreter, ignoringCase: Bool = false, fallback: TemplateValue? = nil
    ) throws(TemplateError) -> TemplateValue {
        var value = item
        for part in parts {
            value = try runtime.item(of: value, part)
            if let fallback, value.isUndefined { value = fallback }
        }
        if ignoringCase, case .string(let text) = value {
            try runtime.charge(text.count >> 2)
            return .string(text.lower(runtime))
        }
        return value
    }
}
