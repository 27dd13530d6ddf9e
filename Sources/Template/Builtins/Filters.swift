import JSON

/// Filters: `value | name(arguments)`. This file sends each to its family.
extension Interpreter {
    func filter(_ name: FilterName, _ value: TemplateValue, _ arguments: CallArguments) throws(TemplateError)
        -> TemplateValue
    {
        switch name {
        case .tojson: return .string(try toJSON(value, arguments))
        case .trim, .upper, .lower, .capitalize, .title, .replace, .indent, .truncate, .center, .wordcount, .wordwrap,
            .format, .string, .safe, .escape, .e, .forceescape, .striptags, .urlencode, .urlize, .xmlattr, .pprint:
            return try textFilter(name, value, arguments)
        case .length, .count:
            _ = try arguments.bind()
            return .int(try length(value))
        case .default, .d:
            let bound = try arguments.bind("default_value", "boolean")
            if value.isUndefined || (bound[1]?.isTrue ?? false && !value.isTrue) {
                return bound[0] ?? .string(Text.empty)
            }
            return value
        case .first, .last, .list, .reverse, .join, .sort, .unique, .min, .max, .sum, .batch, .slice, .random:
            return try sequenceFilter(name, value, arguments)
        case .map, .select, .reject, .selectattr, .rejectattr: return try lazyFilter(name, value, arguments)
        case .dictsort, .items, .groupby, .attr: return try mappingFilter(name, value, arguments)
        case .int, .float, .abs, .round, .filesizeformat: return try numberFilter(name, value, arguments)
        }
    }

    /// `len(value)`.
    func length(_ value: TemplateValue) throws(TemplateError) -> Int {
        switch value {
        case .string(let text), .bytes(let text):
            if !text.isASCII { try charge(text.count >> 3) }
            return text.length
        case .list(let sequence), .tuple(let sequence): return sequence.count
        case .dict(let dict): return dict.count
        case .range(let range): return range.count
        case .view(let view) where !view.isReversed: return view.dict.count
        case .undefined: return 0
        case .loop(let loop): return try loop.length(self)
        default: throw TemplateError(.type, "object of type '%' has no len()", value.typeName)
        }
    }

    /// transformers: tojson(x, ensure_ascii=False, indent=None, separators=None, sort_keys=False).
    private func toJSON(_ value: TemplateValue, _ arguments: CallArguments) throws(TemplateError) -> Text {
        if arguments.isEmpty { return try JSONDump.plain.dump(value, self, container: readOrigin) }
        var dump = JSONDump(itemSeparator: Interpreter.commaSpace, keySeparator: Interpreter.colonSpace)
        let bound = try arguments.bind("ensure_ascii", "indent", "separators", "sort_keys")
        dump.ensureASCII = bound[0]?.isTrue ?? false
        dump.sortKeys = bound[3]?.isTrue ?? false
        if let indent = bound[1], !indent.isNone {
            if case .string(let text) = indent {
                dump.indent = text.array
            } else {
                let width = try wantInt(indent, or: 0)
                if width > 1000 { throw TemplateError(.limit, "the indent is too wide") }
                dump.indent = Array(repeating: 0x20, count: max(width, 0))
            }
            dump.itemSeparator = Interpreter.comma
        }
        if let separators = bound[2], !separators.isNone {
            let items = try collect(separators)
            if items.count != 2 { throw TemplateError(.value, "separators must be two strings") }
            dump.itemSeparator = try wantText(items[0])
            dump.keySeparator = try wantText(items[1])
        }
        return try dump.dump(value, self)
    }

    private static let commaSpace = Text(", ")
    private static let comma = Text(",")
    private static let colonSpace = Text(": ")

    // MARK: Sorting

    /// Stable, as Python's `sorted`; the order may fail. Merge sort, so n log n comparisons at worst.
    func sorted<T>(_ items: [T], _ less: (T, T) throws(TemplateError) -> Bool) throws(TemplateError) -> [T] {
        if items.count < 2 { return items }
        var from = items
        var width = 1
        while width < from.count {
            var to = [T]()
            to.reserveCapacity(from.count)
            var start = 0
            while start < from.count {
                let middle = min(start + width, from.count)
                let end = min(start + 2 * width, from.count)
                var (i, j) = (start, middle)
                while i < middle, j < end {
                    try charge(2)
                    if try less(from[j], from[i]) {
                        to.append(from[j])
                        j += 1
                    } else {
                        to.append(from[i])
                        i += 1
                    }
                }
                to += from[i..<middle]
                to += from[j..<end]
                start = end
            }
            from = to
            width *= 2
        }
        return from
    }

    /// `sorted(items, key=…, reverse=…)`: a reversed sort keeps equal items in their order, too.
    func sorted(
        _ items: [TemplateValue], reverse: Bool, key: (TemplateValue) throws(TemplateError) -> TemplateValue
    ) throws(TemplateError) -> [TemplateValue] {
        var keyed = [(key: TemplateValue, item: TemplateValue)]()
        for item in items { keyed.append((try key(item), item)) }
        let result = try sorted(keyed) { (a, b) throws(TemplateError) in
            reverse ? try less(b.key, a.key, orEqual: false, "<") : try less(a.key, b.key, orEqual: false, "<")
        }
        return result.map(\.item)
    }
}
