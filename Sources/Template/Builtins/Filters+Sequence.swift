/// Filters over items.
extension Interpreter {
    func sequenceFilter(
        _ name: FilterName, _ value: TemplateValue, _ arguments: CallArguments
    ) throws(TemplateError) -> TemplateValue {
        switch name {
        case .first:
            _ = try arguments.bind()
            guard var iterator = ValueIterator(value) else { throw notIterable(value) }
            return try iterator.next(self) ?? .undefined(Undefined(.hint("No first item, sequence was empty.")))
        case .last:
            _ = try arguments.bind()
            return try last(value)
        case .random:
            _ = try arguments.bind()
            let count = try length(value)
            if count == 0 { return .undefined(Undefined(.hint("No random item, sequence was empty."))) }
            return try item(of: value, .int(Int.random(in: 0..<count)))
        case .list:
            _ = try arguments.bind()
            if case .list = value { return value }
            return .list(try sequence(collect(value), origin: value.containerOrigin))
        case .reverse:
            _ = try arguments.bind()
            return try reversed(value)
        case .join: return .string(try join(value, arguments))
        case .sort:
            let bound = try arguments.bind("reverse", "case_sensitive", "attribute")
            let paths = SortPaths(bound[2])
            let ignoringCase = !(bound[1]?.isTrue ?? false)
            let items = try sorted(collect(value), reverse: bound[0]?.isTrue ?? false) { (item) throws(TemplateError) in
                try paths.key(item, self, ignoringCase: ignoringCase)
            }
            return .list(try sequence(items))
        case .unique:
            let bound = try arguments.bind("case_sensitive", "attribute")
            return try lazy(
                value, .unique(AttributePath(bound[1] ?? .none), caseSensitive: bound[0]?.isTrue ?? false),
                "generator object sync_do_unique")
        case .min, .max: return try extreme(value, isMax: name == .max, arguments)
        case .sum:
            let bound = try arguments.bind("attribute", "start")
            let path = AttributePath(bound[0] ?? .none)
            var total = bound[1] ?? .int(0)
            if case .string = total { throw TemplateError(.type, "sum() can't sum strings [use ''.join(seq) instead]") }
            for item in try collect(value) { total = try binary(.add, total, path.get(item, self)) }
            return total
        case .batch:
            let bound = try arguments.bind("linecount", "fill_with", required: 1)
            let fill = bound[1].flatMap { $0.isNone ? nil : $0 }
            return try lazy(value, .batch(bound[0] ?? .none, fill: fill), "generator object do_batch")
        default:
            let bound = try arguments.bind("slices", "fill_with", required: 1)
            let fill = bound[1].flatMap { $0.isNone ? nil : $0 }
            return try lazy(value, .slice(bound[0] ?? .none, fill: fill), "generator object sync_do_slice")
        }
    }

    func notIterable(_ value: TemplateValue) -> TemplateError {
        TemplateError(.type, "'%' object is not iterable", value.typeName)
    }

    /// `name` is what CPython prints for such an object.
    func lazy(
        _ value: TemplateValue, _ step: Generator.Step, _ name: StaticString
    ) throws(TemplateError) -> TemplateValue {
        let depth = value.extent.depth + 1
        if depth > limits.valueDepth { throw TemplateError(.recursion, "a value is nested too deeply") }
        guard let iterator = ValueIterator(value) else {
            let error = notIterable(value)
            return .generator(Generator(ValueIterator(items: [.none]), .failure(error), depth: depth, name: name))
        }
        return .generator(Generator(iterator, step, depth: depth, name: name))
    }

    private func last(_ value: TemplateValue) throws(TemplateError) -> TemplateValue {
        let nothing = TemplateValue.undefined(Undefined(.hint("No last item, sequence was empty.")))
        switch value {
        case .dict(let dict): return dict.entries.last?.key ?? nothing
        case .view(let view) where !view.isReversed:
            return view.dict.count > 0 ? view.item(view.dict.count - 1) : nothing
        case .list, .tuple, .string, .bytes, .range: return element(value, -1) ?? nothing
        case .undefined: return nothing
        default: throw TemplateError(.type, "'%' object is not reversible", value.typeName)
        }
    }

    private func reversed(_ value: TemplateValue) throws(TemplateError) -> TemplateValue {
        switch value {
        case .string: return try slice(value, .none, .none, .int(-1))
        case .dict(let dict): return .view(DictView(dict, .keys, isReversed: true))
        case .view(let view) where !view.isReversed: return .view(DictView(view.dict, view.part, isReversed: true))
        case .list, .tuple, .range, .bytes, .undefined:
            let name: StaticString =
                switch value {
                case .list: "list_reverseiterator object"
                case .range: "range_iterator object"
                default: "reversed object"
                }
            return try lazy(
                .list(sequence(collect(value).reversed(), origin: value.containerOrigin)), .identity, name)
        default:
            if ValueIterator(value) == nil { throw TemplateError(.filterArgument, "argument must be iterable") }
            do {
                return .list(try sequence(collect(value).reversed()))
            } catch {
                // jinja2 3.1: do_reverse takes any TypeError on the way for its own.
                if error.kind == .type { throw TemplateError(.filterArgument, "argument must be iterable") }
                throw error
            }
        }
    }

    /// jinja2 3.1, autoescape off: `str(d).join(map(str, value))`: plain text.
    private func join(_ value: TemplateValue, _ arguments: CallArguments) throws(TemplateError) -> Text {
        let bound = try arguments.bind("d", "attribute")
        let separator = try bound[0].map { (d) throws(TemplateError) in try string(d) }
        let path = bound[1].flatMap { $0.isNone ? nil : AttributePath($0) }
        guard var iterator = ValueIterator(value) else { throw notIterable(value) }
        if autoescape {
            var items = [TemplateValue]()
            while let item = try iterator.next(self) {
                try charge(1)
                items.append(try path?.get(item, self) ?? item)
            }
            return try joinMarkup(items, by: bound[0] ?? .string(Text.empty), value.containerOrigin.derived)
        }
        var builder = builder()
        var isFirst = true
        while let item = try iterator.next(self) {
            try charge(1)
            if !isFirst, let separator { builder.append(separator) }
            isFirst = false
            let text = try string(path?.get(item, self) ?? item, value.containerOrigin.derived)
            try charge(text.count >> 4)
            builder.append(text)
            if builder.count > outputLimit { throw TemplateError(.limit, "a string grows too long") }
        }
        return builder.finish()
    }

    private func extreme(_ value: TemplateValue, isMax: Bool, _ arguments: CallArguments) throws(TemplateError)
        -> TemplateValue
    {
        let bound = try arguments.bind("case_sensitive", "attribute")
        let path = AttributePath(bound[1] ?? .none)
        let ignoringCase = !(bound[0]?.isTrue ?? false)
        var best: (key: TemplateValue, item: TemplateValue)?
        for item in try collect(value) {
            let key = try path.get(item, self, ignoringCase: ignoringCase)
            guard let current = best else {
                best = (key, item)
                continue
            }
            let isBetter =
                isMax
                ? try less(current.key, key, orEqual: false, ">") : try less(key, current.key, orEqual: false, "<")
            if isBetter { best = (key, item) }
        }
        return best?.item ?? .undefined(Undefined(.hint("No aggregated item, sequence was empty.")))
    }

    // MARK: map, select, reject

    func lazyFilter(
        _ name: FilterName, _ value: TemplateValue, _ arguments: CallArguments
    ) throws(TemplateError) -> TemplateValue {
        // The body of a generator function: its own errors come when the first item is asked for, and never where
        // the value is false.
        let object: StaticString = name == .map ? "generator object sync_do_map" : "generator object select_or_reject"
        if !value.isTrue { return try lazy(.list(SequenceObject.empty), .identity, object) }
        do {
            return try lazy(value, name == .map ? mapStep(arguments) : selectStep(name, arguments), object)
        } catch {
            return try lazy(.list(sequence([.none])), .failure(error), object)
        }
    }

    private func mapStep(_ arguments: CallArguments) throws(TemplateError) -> Generator.Step {
        var arguments = arguments
        if arguments.positional.isEmpty, let attribute = arguments.takeKeyword(Text("attribute")) {
            let fallback = arguments.takeKeyword(Text("default")).flatMap { $0.isNone ? nil : $0 }
            if let extra = arguments.keywords.first {
                throw TemplateError(.filterArgument, "Unexpected keyword argument '%'", extra.name.array)
            }
            return .attribute(AttributePath(attribute), default: fallback)
        }
        if arguments.positional.isEmpty { throw TemplateError(.filterArgument, "map requires a filter argument") }
        guard case .string(let text) = arguments.positional.removeFirst(), let filter = FilterName(text.array) else {
            throw TemplateError(.runtime, "No filter with that name.")
        }
        return .filter(filter, arguments)
    }

    private func selectStep(_ name: FilterName, _ arguments: CallArguments) throws(TemplateError) -> Generator.Step {
        var arguments = arguments
        var path: AttributePath?
        if name == .selectattr || name == .rejectattr {
            if arguments.positional.isEmpty {
                throw TemplateError(.filterArgument, "Missing parameter for attribute name")
            }
            path = AttributePath(arguments.positional.removeFirst())
        }
        let keep = name == .select || name == .selectattr
        if arguments.positional.isEmpty { return .select(path, nil, CallArguments(), keep: keep) }
        guard case .string(let text) = arguments.positional.removeFirst(), let test = TestName(text.array) else {
            throw TemplateError(.runtime, "No test with that name.")
        }
        return .select(path, test, arguments, keep: keep)
    }
}

/// jinja2 3.1: make_multi_attrgetter. "a,b" sorts by a, then by b.
struct SortPaths {
    private var paths: [AttributePath]

    init(_ attribute: TemplateValue?) {
        if case .string(let text)? = attribute {
            paths = text.split(Text(","), limit: -1).map { AttributePath(.string($0)) }
        } else {
            paths = [AttributePath(attribute ?? .none)]
        }
    }

    func key(_ item: TemplateValue, _ runtime: Interpreter, ignoringCase: Bool) throws(TemplateError) -> TemplateValue {
        var keys = [TemplateValue]()
        for path in paths { keys.append(try path.get(item, runtime, ignoringCase: ignoringCase)) }
        return .list(try runtime.sequence(keys))
    }
}
