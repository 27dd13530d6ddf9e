/// Operators.
extension Interpreter {
    func binary(
        _ op: Instruction.Opcode, _ left: TemplateValue, _ right: TemplateValue
    ) throws(TemplateError) -> TemplateValue {
        if let a = Number(left), let b = Number(right) {
            // Nothing for what fits 64 bits.
            try charge(left.limbs &* right.limbs >> 4 &+ (left.limbs &+ right.limbs &- 2))
            if op == .power, case .int(let exponent) = b, exponent > 0 { try chargePower(left, exponent) }
            switch op {
            case .add: return try Number.add(a, b)
            case .subtract: return try Number.subtract(a, b)
            case .multiply: return try Number.multiply(a, b)
            case .divide: return try Number.divide(a, b)
            case .floorDivide: return try Number.floorDivide(a, b)
            case .modulo: return try Number.modulo(a, b)
            default: return try Number.power(a, b)
            }
        }
        if op == .modulo, case .string(let format) = left {
            let arguments: PercentFormat.Arguments =
                if case .tuple(let sequence) = right { .tuple(sequence.items) } else { .single(right) }
            return .string(try PercentFormat.format(format, arguments, self))
        }
        if case .undefined(let undefined) = left { throw undefined.error }
        if case .undefined(let undefined) = right {
            // Markup has a multiplication of its own, which does not ask the other side.
            if op == .multiply, case .string(let text) = left, text.isMarkup {
                throw TemplateError(.type, "'Undefined' object cannot be interpreted as an integer")
            }
            throw undefined.error
        }
        if op == .multiply, (left.isRepeatable && right.isBigInt) || (left.isBigInt && right.isRepeatable) {
            throw TemplateError(.overflow, "cannot fit 'int' into an index-sized integer")
        }
        switch (op, left, right) {
        case (.add, .string(let a), .string(let b)): return .string(try join(a, b))
        case (.add, .bytes(let a), .bytes(let b)): return .bytes(try join(a, b))
        case (.multiply, .bytes(let text), _): if let n = right.index { return .bytes(try text.repeated(n, self)) }
        case (.multiply, _, .bytes(let text)): if let n = left.index { return .bytes(try text.repeated(n, self)) }
        case (.modulo, .bytes, _): throw TemplateError(.unsupported, "formatting bytes is not supported")
        case (.add, .list(let a), .list(let b)):
            return .list(try sequence(a.items + b.items, origin: a.origin == b.origin ? a.origin : 0))
        case (.add, .tuple(let a), .tuple(let b)): return .tuple(try sequence(a.items + b.items))
        case (.multiply, .string(let text), _): if let n = right.index { return .string(try text.repeated(n, self)) }
        case (.multiply, _, .string(let text)): if let n = left.index { return .string(try text.repeated(n, self)) }
        case (.multiply, .list(let list), _): if let n = right.index { return .list(try repeated(list, n)) }
        case (.multiply, _, .list(let list)): if let n = left.index { return .list(try repeated(list, n)) }
        case (.multiply, .tuple(let list), _): if let n = right.index { return .tuple(try repeated(list, n)) }
        case (.multiply, _, .tuple(let list)): if let n = left.index { return .tuple(try repeated(list, n)) }
        default: break
        }
        throw TemplateError(
            .type, "unsupported operand type(s): '%' and '%'", left.typeName, right.typeName)
    }

    /// What the result will take; one that is too large is refused before it is calculated.
    private func chargePower(_ base: TemplateValue, _ exponent: Int) throws(TemplateError) {
        let limbs = base.limbs.multipliedReportingOverflow(by: min(exponent, BigInteger.mostBits)).partialValue
        try charge(min(limbs, 1 << 12) &* min(limbs, 1 << 12) >> 8)
    }

    /// `+` of two strings. Markup escapes what it is joined to (markupsafe: Markup.__add__, __radd__).
    func join(_ a: Text, _ b: Text) throws(TemplateError) -> Text {
        try checkSize(a.count &+ b.count)
        let isMarkup = a.isMarkup || b.isMarkup
        let left = isMarkup ? try escaped(a) : a
        let right = isMarkup ? try escaped(b) : b
        if left.isEmpty, right.isMarkup == isMarkup { return right }
        if right.isEmpty, left.isMarkup == isMarkup { return left }
        var builder = builder()
        builder.reserve(left.count &+ right.count)
        builder.append(left)
        builder.append(right)
        return builder.finish(markup: isMarkup)
    }

    private func repeated(_ list: SequenceObject, _ count: Int) throws(TemplateError) -> SequenceObject {
        if count <= 0 || list.count == 0 { return SequenceObject.empty }
        let (total, overflow) = list.count.multipliedReportingOverflow(by: count)
        if overflow || total > 10_000_000 { throw TemplateError(.limit, "a list grows too long") }
        try charge(total)
        var items = [TemplateValue]()
        items.reserveCapacity(total)
        for _ in 0..<count { items += list.items }
        return try sequence(items)
    }

    /// `~`: plain text, whatever the parts are (jinja2 3.1 uses str_join where autoescape is off).
    /// `origin` is the last one's, should that be a number.
    func concatenate(_ values: [TemplateValue], _ origin: OriginID) throws(TemplateError) -> Text {
        var builder = builder()
        for (i, value) in values.enumerated() {
            let text = try string(value, i == values.count - 1 ? origin : OriginID.computed)
            try charge(1 + text.count >> 4)
            if builder.count &+ text.count > outputLimit { throw TemplateError(.limit, "a string grows too long") }
            builder.append(text)
        }
        return builder.finish()
    }

    func emitConcatenated(_ values: [TemplateValue], _ site: Int32, _ origin: OriginID) throws(TemplateError) {
        // All become strings before any is printed: making one may fail, but then nothing counts anyway.
        for (i, value) in values.enumerated() {
            let text = try string(value, i == values.count - 1 ? origin : OriginID.computed)
            try charge(1 + text.count >> 4)
            try write(text, site)
        }
    }

    func signed(_ value: TemplateValue, negative: Bool) throws(TemplateError) -> TemplateValue {
        if case .undefined(let undefined) = value { throw undefined.error }
        if let number = Number(value) {
            switch number {
            case .int, .big: return negative ? try Number.subtract(.int(0), number) : try Number.add(.int(0), number)
            case .float(let float): return .float(negative ? -float : float)
            }
        }
        throw TemplateError(.type, "bad operand type for unary %: '%'", negative ? "-" : "+", value.typeName)
    }

    // MARK: Comparison

    func compare(_ left: TemplateValue, _ right: TemplateValue, _ op: Int32) throws(TemplateError) -> Bool {
        if op > Expression.Comparison.ne.rawValue, op < Expression.Comparison.in.rawValue,
            case .undefined(let undefined) = left
        {
            throw undefined.error
        }
        switch Expression.Comparison(rawValue: op) {
        case .eq: return try equal(left, right)
        case .ne: return try !equal(left, right)
        case .lt: return try less(left, right, orEqual: false, "<")
        case .lteq: return try less(left, right, orEqual: true, "<=")
        case .gt: return try less(right, left, orEqual: false, ">")
        case .gteq: return try less(right, left, orEqual: true, ">=")
        case .in: return try contains(right, left)
        default: return try !contains(right, left)
        }
    }

    func equal(_ left: TemplateValue, _ right: TemplateValue) throws(TemplateError) -> Bool {
        if case .string(let a) = left, case .string(let b) = right {
            if a.count != b.count { return false }
            if a.count > 64 { try charge(a.count >> 6) }
            return a == b
        }
        try charge(min(left.extent.weight, right.extent.weight) >> 2)
        return left.isEqual(to: right)
    }

    /// `<`: TypeError between types, lexicographic for sequences.
    func less(
        _ left: TemplateValue, _ right: TemplateValue, orEqual: Bool, _ symbol: StaticString
    ) throws(TemplateError) -> Bool {
        if let a = Number(left), let b = Number(right) {
            if Number.less(a, b) { return true }
            return orEqual && Number.equal(left, right)
        }
        switch (left, right) {
        case (.undefined(let undefined), _), (_, .undefined(let undefined)): throw undefined.error
        case (.string(let a), .string(let b)), (.bytes(let a), .bytes(let b)):
            try charge(min(a.count, b.count) >> 4)
            return a < b || (orEqual && a == b)
        case (.list(let a), .list(let b)), (.tuple(let a), .tuple(let b)):
            for (x, y) in zip(a.items, b.items) {
                try charge(1)
                if try equal(x, y) { continue }
                return try less(x, y, orEqual: orEqual, symbol)
            }
            return a.count < b.count || (orEqual && a.count == b.count)
        case (.view(let a), .view(let b)) where a.part != .values && b.part != .values:
            let isSubset = a.dict.entries.allSatisfy { b.dict.find($0.key) != nil }
            return isSubset && (orEqual || a.dict.count < b.dict.count)
        default:
            throw TemplateError(
                .type, "'%' not supported between instances of '%' and '%'", symbol, left.typeName, right.typeName)
        }
    }

    /// `needle in haystack`.
    func contains(_ haystack: TemplateValue, _ needle: TemplateValue) throws(TemplateError) -> Bool {
        switch haystack {
        case .string(let text):
            guard case .string(let part) = needle else {
                throw TemplateError(
                    .type, "'in <string>' requires string as left operand, not %", needle.typeName)
            }
            try charge(text.count >> 5)
            return text.find(part) != nil
        case .bytes(let text):
            try charge(text.count >> 5)
            if needle.index == nil, !needle.isBytes { throw notBytes(needle) }
            return try text.find(wantPart(needle)) != nil
        case .dict(let dict):
            if !needle.isHashable { throw TemplateError(.type, "unhashable type: '%'", needle.typeName) }
            return dict.find(needle) != nil
        case .list(let sequence), .tuple(let sequence):
            for item in sequence.items {
                try charge(1)
                if try equal(item, needle) || item.isIdentical(to: needle) { return true }
            }
            return false
        default:
            guard var iterator = ValueIterator(haystack) else {
                throw TemplateError(.type, "argument of type '%' is not iterable", haystack.typeName)
            }
            while let item = try iterator.next(self) {
                try charge(1)
                if try equal(item, needle) { return true }
            }
            return false
        }
    }

    /// `list(value)`.
    func collect(_ value: TemplateValue) throws(TemplateError) -> [TemplateValue] {
        switch value {
        case .list(let sequence), .tuple(let sequence): return sequence.items
        default:
            guard var iterator = ValueIterator(value) else {
                throw TemplateError(.type, "'%' object is not iterable", value.typeName)
            }
            var items = [TemplateValue]()
            while let item = try iterator.next(self) {
                try charge(4)
                items.append(item)
            }
            return items
        }
    }
}

extension TemplateValue {
    var isBigInt: Bool { if case .bigInt = self { true } else { false } }
    var isBytes: Bool { if case .bytes = self { true } else { false } }

    /// Words of 64 bits that it takes.
    var limbs: Int { if case .bigInt(let number) = self { 1 + number.bitCount >> 6 } else { 1 } }

    /// Whether `*` repeats it.
    var isRepeatable: Bool {
        switch self {
        case .string, .bytes, .list, .tuple: true
        default: false
        }
    }
}
