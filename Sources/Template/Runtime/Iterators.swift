/// Where the next item comes from, for loops, filters and unpacking. A value: copying it forks the position, except
/// through a generator, which has only one.
struct ValueIterator: @unchecked Sendable {
    // Unchecked: only the empty one is ever shared.
    enum Source {
        case items([TemplateValue])
        case text(Text)
        case bytes(Text)
        case range(RangeObject)
        case keys(DictObject)
        case view(DictView)
        case generator(Generator)
        case loop(LoopContext)
        case empty
    }

    var source: Source
    /// An index, or for text a byte offset.
    var position = 0

    /// nil where Python's `iter()` refuses.
    init?(_ value: TemplateValue) {
        switch value {
        case .list(let sequence), .tuple(let sequence): source = .items(sequence.items)
        case .string(let text): source = .text(text)
        case .bytes(let text): source = .bytes(text)
        case .dict(let dict): source = .keys(dict)
        case .range(let range): source = .range(range)
        case .view(let view): source = .view(view)
        case .generator(let generator): source = .generator(generator)
        case .loop(let loop): source = .loop(loop)
        case .undefined, .missing: source = .empty
        default: return nil
        }
    }

    init(items: [TemplateValue]) { source = .items(items) }

    mutating func next(_ runtime: Interpreter) throws(TemplateError) -> TemplateValue? {
        switch source {
        case .items(let items):
            guard position < items.count else { return nil }
            position &+= 1
            return items[position &- 1]
        case .text(let text):
            guard position < text.count else { return nil }
            let width = text.withBytes { Text.decode($0, position).width }
            position &+= width
            // Markup inherits iteration from str: its characters are plain text.
            return .string(text.slice(position &- width, position).asMarkup(false))
        case .bytes(let text):
            guard position < text.count else { return nil }
            let (code, width) = text.withBytes { Text.decode($0, position) }
            runtime.noteScalar(.int(0), from: text.originAt(position))
            position &+= width
            return .int(Int(code))
        case .range(let range):
            guard position < range.count else { return nil }
            position &+= 1
            return .int(range.value(at: position &- 1))
        case .keys(let dict):
            guard position < dict.count else { return nil }
            position &+= 1
            return dict.entries[position &- 1].key
        case .view(let view):
            guard position < view.dict.count else { return nil }
            position &+= 1
            return view.item(position &- 1)
        case .generator(let generator):
            return try generator.next(runtime)
        case .loop(let loop):
            guard let item = try loop.advance(runtime) else { return nil }
            return .tuple(SequenceObject([item, .loop(loop)], extent: Extent(depth: loop.depthOfValue + 1)))
        case .empty:
            return nil
        }
    }

    /// `len()` of what is iterated, where it has one.
    var length: Int? {
        switch source {
        case .items(let items): items.count
        case .text(let text), .bytes(let text): text.length
        case .range(let range): range.count
        case .keys(let dict): dict.count
        case .view(let view): view.isReversed ? nil : view.dict.count
        case .generator, .loop: nil
        case .empty: 0
        }
    }
}
