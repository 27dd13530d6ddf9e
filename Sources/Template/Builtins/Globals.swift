/// What a template can call by name without anybody passing it: jinja2's globals and transformers' additions.
enum GlobalFunction: UInt8, CaseIterable {
    case range, dict, lipsum, cycler, joiner, namespace, raiseException, strftimeNow

    init?(_ name: Text) {
        switch String(decoding: name.array, as: UTF8.self) {
        case "range": self = .range
        case "dict": self = .dict
        case "lipsum": self = .lipsum
        case "cycler": self = .cycler
        case "joiner": self = .joiner
        case "namespace": self = .namespace
        case "raise_exception": self = .raiseException
        case "strftime_now": self = .strftimeNow
        default: return nil
        }
    }
}

extension Interpreter {
    func callGlobal(_ function: GlobalFunction, _ arguments: CallArguments) throws(TemplateError) -> TemplateValue {
        switch function {
        case .range: return .range(try range(arguments))
        case .dict: return .dict(try makeDict(arguments))
        case .namespace:
            let dict = try makeDict(arguments)
            try charge(32)
            for entry in dict.entries {
                if case .string(let key) = entry.key, key.withBytes({ $0.first == UInt8(ascii: "_") }) {
                    throw Interpreter.privateNamespaceName(key)
                }
            }
            let namespace = Namespace(dict.isShared ? DictObject(dict.entries, extent: dict.extent) : dict)
            namespaces.append(namespace)
            return .namespace(namespace)
        case .cycler:
            guard arguments.keywords.isEmpty else { throw TemplateError(.type, "unexpected keyword argument") }
            if arguments.positional.isEmpty { throw TemplateError(.runtime, "at least one item has to be provided") }
            return .cycler(Cycler(arguments.positional, extent: try sequence(arguments.positional).extent))
        case .joiner:
            let separator = try arguments.bind("sep")[0] ?? .string(Text(", "))
            try check(Extent(depth: separator.extent.depth + 1, weight: 1))
            return .joiner(Joiner(separator))
        case .raiseException:
            let message = try arguments.bind("m", required: 1)[0] ?? .none
            throw TemplateError(.raised, "%", try string(message).array)
        case .strftimeNow:
            guard case .string(let format)? = try arguments.bind("f", required: 1)[0] else {
                throw TemplateError(.type, "strftime() argument 1 must be str")
            }
            return .string(Text(try clock.format(format.array)))
        case .lipsum: return .string(try lipsum(arguments))
        }
    }

    /// jinja2 3.1: sandbox.safe_range.
    private func range(_ arguments: CallArguments) throws(TemplateError) -> RangeObject {
        guard arguments.keywords.isEmpty else { throw TemplateError(.type, "range() takes no keyword arguments") }
        let values = arguments.positional
        if values.isEmpty || values.count > 3 { throw TemplateError(.type, "range expected 1 to 3 arguments") }
        var numbers = [Int]()
        for value in values {
            if case .undefined = value {
                throw TemplateError(.type, "'Undefined' object cannot be interpreted as an integer")
            }
            numbers.append(try wantInt(value, or: 0))
        }
        if values.contains(where: \.isBigInt) { return try bigRange(values) }
        let start = numbers.count == 1 ? 0 : numbers[0]
        let stop = numbers.count == 1 ? numbers[0] : numbers[1]
        let step = numbers.count == 3 ? numbers[2] : 1
        if step == 0 { throw TemplateError(.value, "range() arg 3 must not be zero") }
        let isEmpty = step > 0 ? start >= stop : start <= stop
        let (distance, overflow) = stop.subtractingReportingOverflow(start)
        var count = 0
        if !isEmpty {
            if overflow { throw TemplateError(.overflow, "Range too big.") }
            let size = step.magnitude
            count = Int(clamping: (distance.magnitude - 1) / size + 1)
        }
        if count > limits.rangeLength {
            throw TemplateError(
                .overflow, "Range too big. The sandbox blocks ranges larger than MAX_RANGE (%).",
                limits.rangeLength.digits)
        }
        return RangeObject(start: start, stop: stop, step: step, count: count)
    }

    /// With a bound or a step beyond 64 bits: empty, too long, or one of the few that lie out there, which are refused.
    private func bigRange(_ values: [TemplateValue]) throws(TemplateError) -> RangeObject {
        let start = values.count == 1 ? .int(0) : values[0]
        let stop = values.count == 1 ? values[0] : values[1]
        let step = values.count == 3 ? values[2] : .int(1)
        guard let low = Number(start), let high = Number(stop), let stride = Number(step),
            let distance = Number(try Number.subtract(high, low))
        else { return RangeObject(start: 0, stop: 0, step: 1, count: 0) }
        if stride.isZero { throw TemplateError(.value, "range() arg 3 must not be zero") }
        guard let whole = Number(try Number.floorDivide(distance, stride)) else { throw Number.tooLarge }
        let isExact = Number(try Number.modulo(distance, stride))?.isZero ?? true
        if case .int(let steps) = whole, steps < (isExact ? 1 : 0) {
            return RangeObject(start: 0, stop: 0, step: 1, count: 0)
        }
        if case .big(let steps) = whole, steps.isNegative { return RangeObject(start: 0, stop: 0, step: 1, count: 0) }
        if case .int(let steps) = whole, steps < limits.rangeLength {
            throw TemplateError(.unsupported, "a range of integers beyond 64 bits is not supported")
        }
        throw TemplateError(.overflow, "Range too big.")
    }

    /// `dict(mapping or pairs, **keywords)`.
    private func makeDict(_ arguments: CallArguments) throws(TemplateError) -> DictObject {
        if arguments.positional.count > 1 { throw TemplateError(.type, "dict expected at most 1 argument") }
        let dict: DictObject
        switch arguments.positional.first {
        case .dict(let other)?:
            dict = DictObject(other.entries, extent: other.extent, origin: other.origin, message: other.message)
            try charge(other.count)
        case nil: dict = DictObject()
        case .undefined(let undefined)?: throw undefined.error
        case let value?:
            var pairs = [(TemplateValue, TemplateValue)]()
            for (i, pair) in try collect(value).enumerated() {
                guard ValueIterator(pair) != nil else {
                    throw TemplateError(
                        .type, "cannot convert dictionary update sequence element #% to a sequence", i.digits)
                }
                let items = try collect(pair)
                if items.count != 2 {
                    throw TemplateError(
                        .value, "dictionary update sequence element #% has length %; 2 is required", i.digits,
                        items.count.digits)
                }
                // CPython takes each pair before it looks at the next.
                if !items[0].isHashable { throw TemplateError(.type, "unhashable type: '%'", items[0].typeName) }
                pairs.append((items[0], items[1]))
            }
            dict = try self.dict(pairs)
        }
        for (name, value) in arguments.keywords { dict.set(.string(name), value) }
        try check(dict.extent)
        return dict
    }
}

extension DictObject {
    /// A dict that the context still knows must not become a namespace's own.
    fileprivate var isShared: Bool { origin != 0 || message >= 0 }
}
