import CUnicode

/// Tests: `value is name(arguments)`.
extension Interpreter {
    func test(_ name: TestName, _ value: TemplateValue, _ arguments: CallArguments) throws(TemplateError) -> Bool {
        switch name {
        case .sameas, .in, .divisibleby, .eq, .ne, .gt, .ge, .lt, .le:
            guard let other = try arguments.bind("other", required: 1)[0] else { return false }
            return try binaryTest(name, value, other)
        default: if !arguments.isEmpty { _ = try arguments.bind() }
        }
        switch name {
        case .defined: return !value.isUndefined
        case .undefined: return value.isUndefined
        case .none: return value.isNone
        case .boolean: if case .bool = value { return true } else { return false }
        case .true: if case .bool(true) = value { return true } else { return false }
        case .false: if case .bool(false) = value { return true } else { return false }
        case .integer:
            switch value {
            case .int, .bigInt: return true
            default: return false
            }
        case .float: if case .float = value { return true } else { return false }
        case .number: return Number(value) != nil
        case .string: if case .string = value { return true } else { return false }
        case .mapping: if case .dict = value { return true } else { return false }
        case .sequence: return isSequence(value)
        case .iterable: return ValueIterator(value) != nil
        case .callable:
            switch value {
            case .macro, .loop, .method, .function, .joiner, .undefined: return true
            default: return false
            }
        case .escaped: if case .string(let text) = value { return text.isMarkup } else { return false }
        case .lower: return try string(value).isCased(CUNICODE_LOWER, not: CUNICODE_UPPER | CUNICODE_TITLE)
        case .upper: return try string(value).isCased(CUNICODE_UPPER, not: CUNICODE_LOWER | CUNICODE_TITLE)
        case .odd: return try equal(binary(.modulo, value, .int(2)), .int(1))
        case .even: return try equal(binary(.modulo, value, .int(2)), .int(0))
        case .filter: return try isKnown(value) { FilterName($0) != nil }
        default: return try isKnown(value) { TestName($0) != nil }
        }
    }

    private func binaryTest(
        _ name: TestName, _ value: TemplateValue, _ other: TemplateValue
    ) throws(TemplateError) -> Bool {
        switch name {
        case .sameas: return value.isIdentical(to: other)
        case .in: return try contains(other, value)
        case .divisibleby: return try equal(binary(.modulo, value, other), .int(0))
        case .eq: return try equal(value, other)
        case .ne: return try !equal(value, other)
        case .gt: return try less(other, value, orEqual: false, ">")
        case .ge: return try less(other, value, orEqual: true, ">=")
        case .lt: return try less(value, other, orEqual: false, "<")
        default: return try less(value, other, orEqual: true, "<=")
        }
    }

    /// jinja2 3.1: what has a length and `__getitem__`; an undefined value has both.
    private func isSequence(_ value: TemplateValue) -> Bool {
        switch value {
        case .string, .bytes, .list, .tuple, .dict, .range, .undefined: true
        default: false
        }
    }

    private func isKnown(_ value: TemplateValue, _ known: ([UInt8]) -> Bool) throws(TemplateError) -> Bool {
        if !value.isHashable { throw TemplateError(.type, "unhashable type: '%'", value.typeName) }
        if case .string(let name) = value { return known(name.array) }
        return false
    }
}
