/// Filters over mappings and attributes.
extension Interpreter {
    func mappingFilter(
        _ name: FilterName, _ value: TemplateValue, _ arguments: CallArguments
    ) throws(TemplateError) -> TemplateValue {
        switch name {
        case .items:
            _ = try arguments.bind()
            switch value {
            case .dict(let dict): return try lazy(.view(DictView(dict, .items)), .identity, "generator object do_items")
            case .undefined: return try lazy(.list(SequenceObject.empty), .identity, "generator object do_items")
            default:
                let error = TemplateError(.type, "Can only get item pairs from a mapping.")
                return try lazy(.list(sequence([.none])), .failure(error), "generator object do_items")
            }
        case .dictsort: return try dictSort(value, arguments)
        case .groupby: return try group(value, arguments)
        default:
            let bound = try arguments.bind("name", required: 1)
            if case .undefined(let undefined) = value { throw undefined.error }
            guard case .string(let name)? = bound[0] else {
                throw TemplateError(.type, "attribute name must be string, not '%'", bound[0]?.typeName ?? "NoneType")
            }
            return try ownAttribute(of: value, AttributeName(name))
                ?? .undefined(Undefined(.attribute(of: value.typeRepr, name)))
        }
    }

    private func dictSort(_ value: TemplateValue, _ arguments: CallArguments) throws(TemplateError) -> TemplateValue {
        let bound = try arguments.bind("case_sensitive", "by", "reverse")
        var part = 0
        if let by = bound[1] {
            if case .string(let text) = by, text.equals("key") || text.equals("value") {
                part = text.equals("key") ? 0 : 1
            } else {
                throw TemplateError(.filterArgument, "You can only sort by either \"key\" or \"value\"")
            }
        }
        guard case .dict(let dict) = value else {
            if case .undefined(let undefined) = value { throw undefined.error }
            throw TemplateError(.attribute, "'%' object has no attribute 'items'", value.typeName)
        }
        let ignoringCase = !(bound[0]?.isTrue ?? false)
        let view = DictView(dict, .items)
        let items = try sorted((0..<dict.count).map { view.item($0) }, reverse: bound[2]?.isTrue ?? false) {
            (item) throws(TemplateError) in
            guard case .tuple(let pair) = item else { return item }
            if ignoringCase, case .string(let text) = pair[part] {
                try charge(text.count >> 2)
                return .string(text.lower(self))
            }
            return pair[part]
        }
        return .list(try sequence(items, origin: dict.origin))
    }

    private func group(_ value: TemplateValue, _ arguments: CallArguments) throws(TemplateError) -> TemplateValue {
        let bound = try arguments.bind("attribute", "default", "case_sensitive", required: 1)
        let path = AttributePath(bound[0] ?? .none)
        let fallback = bound[1].flatMap { $0.isNone ? nil : $0 }
        let ignoringCase = !(bound[2]?.isTrue ?? false)
        func key(_ item: TemplateValue, _ ignoringCase: Bool) throws(TemplateError) -> TemplateValue {
            try path.get(item, self, ignoringCase: ignoringCase, fallback: fallback)
        }
        let items = try sorted(collect(value), reverse: false) { (item) throws(TemplateError) in
            try key(item, ignoringCase)
        }
        var groups = [(key: TemplateValue, items: [TemplateValue])]()
        for item in items {
            let itemKey = try key(item, ignoringCase)
            if let last = groups.indices.last, try equal(groups[last].key, itemKey) {
                groups[last].items.append(item)
            } else {
                groups.append((itemKey, [item]))
            }
        }
        var out = [TemplateValue]()
        for group in groups {
            let label = ignoringCase ? try key(group.items[0], false) : group.key
            out.append(.tuple(try sequence([label, .list(sequence(group.items))], isGroup: true)))
        }
        return .list(try sequence(out))
    }
}
