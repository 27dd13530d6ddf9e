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
        case batch(Int, fill: TemplateValue?)
        case identity
    }

    private var source: ValueIterator
    private let step: Step
    private var seen = DictObject()
    private var isDone = false
    let depth: Int

    init(_ source: ValueIterator, _ step: Step, depth: Int) {
        self.source = source
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
        if case .batch(let count, let fill) = step { return try batch(count, fill, runtime) }
        while let item = try source.next(runtime) {
            try runtime.charge(2)
            switch step {
            case .identity, .batch: return item
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

    private func batch(_ count: Int, _ fill: TemplateValue?, _ runtime: Interpreter) throws(TemplateError)
        -> TemplateValue?
    {
        var items = [TemplateValue]()
        while items.count < count, let item = try source.next(runtime) {
            try runtime.charge(1)
            items.append(item)
        }
        if items.isEmpty { return nil }
        if let fill, items.count < count {
            try runtime.charge(count)
            while items.count < count { items.append(fill) }
        }
        return .list(try runtime.sequence(items))
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
