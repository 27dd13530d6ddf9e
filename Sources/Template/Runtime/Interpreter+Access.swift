/// `value.name`, `value[key]` and slices, as jinja2's sandbox resolves them: jinja2/sandbox.py, getattr and getitem.
extension Interpreter {
    private func undefined(_ value: TemplateValue, attribute name: Text) -> TemplateValue {
        .undefined(Undefined(.attribute(of: value.typeRepr, name)))
    }

    /// Prefers the attribute, then the item.
    func attribute(
        of value: TemplateValue, _ pointer: UnsafePointer<AttributeName>
    ) throws(TemplateError) -> TemplateValue {
        if case .dict(let dict) = value, pointer.pointee.isPlain {
            guard let found = dict[pointer.pointee.key] else {
                return undefined(value, attribute: pointer.pointee.text)
            }
            return read(found, from: dict.origin)
        }
        let name = pointer.pointee
        if case .undefined(let undefined) = value {
            if name.method == .dunder { return .undefined(Undefined(.unsafe(of: value.typeName, name.text))) }
            throw undefined.error
        }
        if let found = try ownAttribute(of: value, name) { return found }
        if case .dict(let dict) = value, let found = dict[name.text] { return read(found, from: dict.origin) }
        return undefined(value, attribute: name.text)
    }

    /// Prefers the item, then the attribute.
    func item(of value: TemplateValue, named key: Text, _ name: AttributeName) throws(TemplateError) -> TemplateValue {
        switch value {
        case .dict(let dict):
            if let found = dict[key] { return read(found, from: dict.origin) }
        case .undefined(let undefined): throw undefined.error
        default: break
        }
        return try ownAttribute(of: value, name) ?? undefined(value, attribute: key)
    }

    func item(of value: TemplateValue, _ key: TemplateValue) throws(TemplateError) -> TemplateValue {
        if case .string(let text) = key {
            if case .dict(let dict) = value, let found = dict[text] { return read(found, from: dict.origin) }
            return try item(of: value, named: text, AttributeName(text))
        }
        switch value {
        case .dict(let dict):
            if key.isHashable, let found = dict[key] { return read(found, from: dict.origin) }
        case .undefined(let undefined): throw undefined.error
        default:
            switch value {
            case .string(let text), .bytes(let text): if !text.isASCII { try charge(text.count >> 3) }
            default: break
            }
            if let index = key.index, let found = element(value, index) { return found }
        }
        return .undefined(Undefined(.element(of: value.typeRepr, try repr(key))))
    }

    /// Remembers where a number came from: it cannot carry an origin itself.
    @inline(__always)
    private func read(_ value: TemplateValue, from origin: OriginID) -> TemplateValue {
        if tracks { noteScalar(value, from: origin) }
        return value
    }

    /// `value[index]` of a sequence; nil where Python raises.
    func element(_ value: TemplateValue, _ index: Int) -> TemplateValue? {
        func position(_ count: Int) -> Int? {
            let i = index < 0 ? index &+ count : index
            return i >= 0 && i < count ? i : nil
        }
        switch value {
        case .list(let sequence), .tuple(let sequence):
            return position(sequence.count).map { read(sequence[$0], from: sequence.origin) }
        case .string(let text):
            guard let i = position(text.length) else { return nil }
            let from = text.offset(ofCodePoint: i)
            let width = text.withBytes { Text.decode($0, from).width }
            return .string(text.slice(from, from + width))
        case .bytes(let text):
            guard let i = position(text.length) else { return nil }
            let from = text.offset(ofCodePoint: i)
            noteScalar(.int(0), from: text.originAt(from))
            return .int(Int(text.withBytes { Text.decode($0, from).code }))
        case .range(let range): return position(range.count).map { .int(range.value(at: $0)) }
        default: return nil
        }
    }

    // MARK: Slices

    /// jinja2 3.1 writes a slice as Python's own, past the sandbox: what does not fit is a TypeError.
    func slice(
        _ value: TemplateValue, _ start: TemplateValue, _ stop: TemplateValue, _ step: TemplateValue
    ) throws(TemplateError) -> TemplateValue {
        if case .undefined(let undefined) = value { throw undefined.error }
        let count: Int
        switch value {
        case .list(let sequence), .tuple(let sequence): count = sequence.count
        case .string(let text), .bytes(let text):
            if !text.isASCII { try charge(text.count >> 3) }
            count = text.length
        case .range(let range): count = range.count
        case .dict: throw TemplateError(.type, "unhashable type: 'slice'")
        default: throw TemplateError(.type, "'%' object is not subscriptable", value.typeName)
        }
        for bound in [start, stop, step] where !bound.isNone && bound.index == nil {
            throw TemplateError(.type, "slice indices must be integers or None or have an __index__ method")
        }
        let step = step.index ?? 1
        if step == 0 { throw TemplateError(.value, "slice step cannot be zero") }
        let (from, length) = Interpreter.bounds(start.index, stop.index, step, count)
        try charge(length >> 3)
        switch value {
        case .list(let sequence):
            return .list(try part(of: sequence, from, length, step))
        case .tuple(let sequence):
            return .tuple(try part(of: sequence, from, length, step))
        case .string(let text): return .string(cut(text, from, length, step))
        case .bytes(let text): return .bytes(cut(text, from, length, step))
        case .range(let range):
            let (scaled, overflow) = range.step.multipliedReportingOverflow(by: step)
            if overflow { throw Number.tooLarge }
            let first = range.value(at: from)
            return .range(
                RangeObject(start: first, stop: first &+ scaled &* length, step: scaled, count: length))
        default: return .none
        }
    }

    /// CPython: PySlice_AdjustIndices.
    static func bounds(_ start: Int?, _ stop: Int?, _ step: Int, _ count: Int) -> (from: Int, length: Int) {
        let low = step < 0 ? -1 : 0
        let high = step < 0 ? count - 1 : count
        func clamp(_ bound: Int) -> Int {
            if bound < 0 { return max(bound.addingReportingOverflow(count).partialValue, low) }
            return min(bound, high)
        }
        let from = start.map(clamp) ?? (step < 0 ? high : 0)
        let to = stop.map(clamp) ?? (step < 0 ? low : count)
        if step < 0 { return (from, to < from ? (from - to - 1) / Int(clamping: step.magnitude) + 1 : 0) }
        return (from, from < to ? (to - from - 1) / step + 1 : 0)
    }

    private func part(
        of whole: SequenceObject, _ from: Int, _ length: Int, _ step: Int
    ) throws(TemplateError) -> SequenceObject {
        if step == 1, length > 0 { return SequenceObject(of: whole, from: from, count: length) }
        return try sequence((0..<length).map { whole[from &+ $0 &* step] }, origin: whole.origin)
    }

    private func cut(_ text: Text, _ from: Int, _ length: Int, _ step: Int) -> Text {
        if length == 0 { return text.slice(0, 0) }
        if step == 1 {
            let start = text.offset(ofCodePoint: from)
            return text.slice(start, text.offset(ofCodePoint: length, from: start))
        }
        var builder = builder()
        if text.isASCII {
            for i in 0..<length {
                let at = from &+ i &* step
                builder.append(text, at, at + 1)
            }
        } else {
            let offsets = text.characterOffsets
            for i in 0..<length {
                let at = from &+ i &* step
                builder.append(text, offsets[at], offsets[at + 1])
            }
        }
        return builder.finish(markup: text.isMarkup)
    }
}

extension Text {
    /// Where each character begins, and the end.
    var characterOffsets: [Int] {
        withBytes { bytes in
            var offsets = bytes.indices.filter { bytes[$0] & 0xC0 != 0x80 }
            offsets.append(bytes.count)
            return offsets
        }
    }
}

extension TemplateValue {
    /// What Python takes as an index: an int or a bool.
    var index: Int? {
        switch self {
        case .int(let number): number
        case .bool(let flag): flag ? 1 : 0
        case .bigInt(let number): number.isNegative ? Int.min : Int.max
        default: nil
        }
    }
}
