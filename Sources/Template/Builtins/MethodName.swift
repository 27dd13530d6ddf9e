/// The attributes that Python's own types have, for all types together. Which of them a value has, `has` says.
enum MethodName: UInt8, CaseIterable {
    case unknown
    // str
    case capitalize, casefold, center, count, encode, endswith, expandtabs, find, format, formatMap, index, isalnum
    case isalpha, isascii, isdecimal, isdigit, isidentifier, islower, isnumeric, isprintable, isspace, istitle
    case isupper, join, ljust, lower, lstrip, maketrans, partition, removeprefix, removesuffix, replace, rfind, rindex
    case rjust, rpartition, rsplit, rstrip, split, splitlines, startswith, strip, swapcase, title, translate, upper
    case zfill
    // markupsafe.Markup
    case escape, striptags, unescape
    // bytes, and the views of a dict
    case decode, isdisjoint
    // list
    case append, clear, copy, extend, insert, pop, remove, reverse, sort
    // dict
    case fromkeys, get, items, keys, popitem, setdefault, update, values
    // int, float
    case asIntegerRatio, bitCount, bitLength, conjugate, denominator, fromBytes, imag, numerator, real, toBytes
    case fromhex, hex, isInteger
    // range
    case start, stop, step
    // what jinja2 adds
    case first, last, index0, revindex, revindex0, length, depth, depth0, previtem, nextitem, cycle, changed
    case name, arguments, catchKwargs, catchVarargs, caller, explicitCaller
    case current, next, reset, pos, sep, used, grouper, list, mapping
    /// A name that begins with an underscore and that Python objects have: never safe.
    case dunder

    init(_ text: Text) {
        self = text.withBytes { MethodName.table[Array($0)] } ?? .unknown
    }

    private static let table: [[UInt8]: MethodName] = {
        var table: [[UInt8]: MethodName] = [:]
        for method in allCases where method != .unknown && method != .dunder {
            table[method.pythonName] = method
        }
        let dunders = """
            class delattr dir doc eq format ge getattribute gt hash init init_subclass le lt ne new reduce reduce_ex \
            repr setattr sizeof str subclasshook getstate
            """
        for name in dunders.split(separator: " ") { table[Array("__\(name)__".utf8)] = .dunder }
        return table
    }()

    /// `asIntegerRatio` is `as_integer_ratio`.
    var pythonName: [UInt8] {
        var out = [UInt8]()
        for byte in String(describing: self).utf8 {
            if byte >= 0x41 && byte <= 0x5A { out += [UInt8(ascii: "_"), byte | 0x20] } else { out.append(byte) }
        }
        return out
    }

    private static func range(_ from: MethodName, _ to: MethodName) -> ClosedRange<UInt8> {
        from.rawValue...to.rawValue
    }
    private static let ofStrings = range(.capitalize, .zfill)
    private static let ofMarkup = range(.escape, .unescape)
    private static let ofLists = range(.append, .sort)
    private static let ofDicts = range(.fromkeys, .values)
    private static let ofInts = range(.asIntegerRatio, .toBytes)

    /// Whether Python finds this attribute on such a value.
    func belongs(to value: TemplateValue) -> Bool {
        switch value {
        case .string(let text):
            return MethodName.ofStrings.contains(rawValue) || (text.isMarkup && MethodName.ofMarkup.contains(rawValue))
        case .bytes:
            if [.decode, .fromhex, .hex].contains(self) { return true }
            return MethodName.ofStrings.contains(rawValue)
                && ![.casefold, .encode, .format, .formatMap, .isdecimal, .isidentifier, .isnumeric, .isprintable]
                    .contains(self)
        case .list: return MethodName.ofLists.contains(rawValue) || self == .count || self == .index
        case .tuple(let sequence):
            return self == .count || self == .index || (sequence.isGroup && (self == .grouper || self == .list))
        case .dict:
            return MethodName.ofDicts.contains(rawValue) || self == .clear || self == .copy || self == .pop
        case .int, .bool, .bigInt: return MethodName.ofInts.contains(rawValue)
        case .float:
            return [.asIntegerRatio, .conjugate, .fromhex, .hex, .imag, .isInteger, .real].contains(self)
        case .range: return [.start, .stop, .step, .count, .index].contains(self)
        case .view(let view):
            return !view.isReversed && (self == .mapping || (self == .isdisjoint && view.part != .values))
        case .loop:
            return MethodName.range(.first, .changed).contains(rawValue) || self == .index
        case .macro: return MethodName.range(.name, .explicitCaller).contains(rawValue)
        case .cycler: return [.current, .next, .reset, .items, .pos].contains(self)
        case .joiner: return self == .sep || self == .used
        case .function(let function): return function == .dict && self == .fromkeys
        default: return false
        }
    }

    /// jinja2 3.1: sandbox._mutable_spec. Looking one of these up gives an undefined value whose use is a SecurityError.
    func isMutating(_ value: TemplateValue) -> Bool {
        switch value {
        case .list: [.append, .clear, .extend, .insert, .pop, .remove, .reverse, .sort].contains(self)
        case .dict: [.clear, .pop, .popitem, .setdefault, .update].contains(self)
        default: false
        }
    }
}
