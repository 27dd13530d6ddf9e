import CUnicode
import JSON

/// `str()` and `repr()`.
extension Interpreter {
    /// `str(value)`. A string stays itself, Markup too.
    func string(_ value: TemplateValue) throws(TemplateError) -> Text {
        switch value {
        case .string(let text): return text
        case .undefined, .missing: return Text.empty
        case .int(let number): return Text(number.digits, isASCII: true, origin: OriginID.computed)
        default: return try repr(value)
        }
    }

    /// `str(value)`; `origin` is a number's.
    func string(_ value: TemplateValue, _ origin: OriginID) throws(TemplateError) -> Text {
        switch value {
        case .string(let text): return text
        case .undefined, .missing: return Text.empty
        case .int(let number): return Text(number.digits, isASCII: true, origin: origin)
        default: return try repr(value, origin)
        }
    }

    func repr(_ value: TemplateValue, _ origin: OriginID = OriginID.computed) throws(TemplateError) -> Text {
        var builder = builder()
        try appendRepr(value, &builder, container: origin, depth: 0)
        return builder.finish()
    }

    /// `container` is the origin of what has none of its own.
    private func appendRepr(
        _ value: TemplateValue, _ out: inout TextBuilder, container: OriginID, depth: Int
    ) throws(TemplateError) {
        try charge(1)
        if out.count > outputLimit { throw TemplateError(.limit, "a string grows too long") }
        if depth > limits.valueDepth { throw TemplateError(.recursion, "maximum recursion depth exceeded") }
        switch value {
        case .missing, .undefined: out.append("Undefined", origin: container)
        case .none: out.append("None", origin: container)
        case .bool(let flag): out.append(flag ? "True" : "False", origin: container)
        case .int(let number): out.append(number.digits, origin: container)
        case .bigInt(let number):
            try charge(number.bitCount >> 5)
            out.append(try number.printed(), origin: container)
        case .float(let number): out.append(Array(Numbers.repr(number).utf8), origin: container)
        case .string(let text):
            if text.isMarkup { out.append("Markup(", origin: container) }
            Interpreter.appendRepr(text, &out)
            if text.isMarkup { out.append(")", origin: container) }
        case .bytes(let text): Interpreter.appendBytesRepr(text, &out, container)
        case .list(let sequence):
            try appendItems(sequence, "[", "]", &out, depth)
        case .tuple(let sequence):
            try appendItems(sequence, "(", sequence.count == 1 ? ",)" : ")", &out, depth)
        case .dict(let dict): try append(dict, &out, depth)
        case .range(let range):
            let tail = range.step == 1 ? "" : ", \(range.step)"
            out.append(Array("range(\(range.start), \(range.stop)\(tail))".utf8), origin: container)
        case .view(let view) where view.isReversed:
            out.append(Interpreter.object(value.typeName.array + " object".utf8), origin: container)
        case .view(let view):
            out.append(value.typeName.array + "([".utf8, origin: view.dict.origin.derived)
            for i in 0..<view.dict.count {
                if i > 0 { out.append(", ", origin: view.dict.origin.derived) }
                try appendRepr(view.item(i), &out, container: view.dict.origin.derived, depth: depth + 1)
            }
            out.append("])", origin: view.dict.origin.derived)
        case .namespace(let namespace):
            out.append("<Namespace ", origin: container)
            try append(namespace.dict, &out, depth + 1)
            out.append(">", origin: container)
        case .macro(let macro):
            let name = macro.code.name
            out.append("<Macro ", origin: container)
            if let name { Interpreter.appendRepr(name, &out) } else { out.append("anonymous", origin: container) }
            out.append(">", origin: container)
        case .loop(let loop):
            out.append(Array("<LoopContext \(loop.index0 + 1)/\(try loop.length(self))>".utf8), origin: container)
        case .generator(let generator): out.append(Interpreter.object(generator.name.array), origin: container)
        case .method(let method): try appendRepr(method, &out, container: container, depth: depth)
        case .function(let function): out.append(Array(function.repr.utf8), origin: container)
        case .cycler: out.append(Interpreter.object(Array("jinja2.utils.Cycler object".utf8)), origin: container)
        case .joiner: out.append(Interpreter.object(Array("jinja2.utils.Joiner object".utf8)), origin: container)
        case .templateReference: out.append("<TemplateReference None>", origin: container)
        case .literal: break
        }
    }

    /// CPython shows the address of most objects. Ours is always the same: addresses are nobody's business.
    static func object(_ name: [UInt8]) -> [UInt8] { Array("<".utf8) + name + " at \(GlobalFunction.address)>".utf8 }

    private func appendRepr(
        _ method: BoundMethod, _ out: inout TextBuilder, container: OriginID, depth: Int
    ) throws(TemplateError) {
        let name = method.method.pythonName
        let type = method.receiver.typeName.array
        if case .string = method.receiver, method.method == .format || method.method == .formatMap {
            return out.append(Interpreter.object(Array("function ".utf8) + type + ".".utf8 + name), origin: container)
        }
        if method.isPythonCode {
            out.append(Array("<bound method ".utf8) + type + ".".utf8 + name + " of ".utf8, origin: container)
            try appendRepr(method.receiver, &out, container: container, depth: depth + 1)
            return out.append(">", origin: container)
        }
        let isOfType = [.fromkeys, .fromBytes, .fromhex, .maketrans].contains(method.method)
        out.append(
            Interpreter.object(
                Array("built-in method ".utf8) + name + " of ".utf8 + (isOfType ? Array("type".utf8) : type)
                    + " object".utf8), origin: container)
    }

    private func appendItems(
        _ sequence: SequenceObject, _ open: StaticString, _ close: StaticString, _ out: inout TextBuilder, _ depth: Int
    ) throws(TemplateError) {
        // CPython: pprint leaves a class with a repr of its own alone, and jinja2's group tuples have one.
        let sorts = sortsRepr
        if sequence.isGroup { sortsRepr = false }
        defer { sortsRepr = sorts }
        out.append(open, origin: sequence.origin.derived)
        for (i, item) in sequence.items.enumerated() {
            if i > 0 { out.append(", ", origin: sequence.origin.derived) }
            try appendRepr(item, &out, container: sequence.origin.derived, depth: depth + 1)
        }
        out.append(close, origin: sequence.origin.derived)
    }

    private func append(_ dict: DictObject, _ out: inout TextBuilder, _ depth: Int) throws(TemplateError) {
        out.append("{", origin: dict.origin.derived)
        let entries = sortsRepr ? try sorted(dict.entries, prettyLess) : dict.entries
        for (i, entry) in entries.enumerated() {
            if i > 0 { out.append(", ", origin: dict.origin.derived) }
            try appendRepr(entry.key, &out, container: dict.origin.derived, depth: depth + 1)
            out.append(": ", origin: dict.origin.derived)
            try appendRepr(entry.value, &out, container: dict.origin.derived, depth: depth + 1)
        }
        out.append("}", origin: dict.origin.derived)
    }

    /// The entries of a dict as pprint orders them.
    func prettySorted(_ entries: [DictObject.Entry]) throws(TemplateError) -> [DictObject.Entry] {
        try sorted(entries, prettyLess)
    }

    /// CPython: pprint._safe_key. What cannot be compared is sorted by the names of the types.
    private func prettyLess(_ a: DictObject.Entry, _ b: DictObject.Entry) throws(TemplateError) -> Bool {
        do {
            return try less(a.key, b.key, orEqual: false, "<")
        } catch {
            if error.kind != .type { throw error }
            return Text(a.key.typeName.array) < Text(b.key.typeName.array)
        }
    }

    /// CPython: unicode_repr. Single quotes unless the text has some and no double ones.
    static func appendRepr(_ text: Text, _ out: inout TextBuilder) {
        let (hasSingle, hasDouble) = text.withBytes { ($0.contains(0x27), $0.contains(0x22)) }
        let quote: UInt8 = hasSingle && !hasDouble ? 0x22 : 0x27
        out.append(quote, origin: text.originAt(0).derived)
        var plain = 0
        var i = 0
        while i < text.count {
            let (code, width) = text.withBytes { Text.decode($0, i) }
            let escape = escape(code, quote)
            if let escape {
                out.append(text, plain, i)
                out.append(escape, origin: text.originAt(i).derived)
                plain = i + width
            }
            i += width
        }
        out.append(text, plain, text.count)
        out.append(quote, origin: text.originAt(max(text.count - 1, 0)).derived)
    }

    private static func escape(_ code: UInt32, _ quote: UInt8) -> [UInt8]? {
        switch code {
        case UInt32(quote), 0x5C: return [0x5C, UInt8(truncatingIfNeeded: code)]
        case 0x0A: return Array("\\n".utf8)
        case 0x0D: return Array("\\r".utf8)
        case 0x09: return Array("\\t".utf8)
        case 0x20..<0x7F: return nil
        default:
            if CodePoint.has(code, CUNICODE_PRINTABLE) { return nil }
            let (letter, width) = code < 0x100 ? ("x", 2) : code < 0x10000 ? ("u", 4) : ("U", 8)
            let digits = String(code, radix: 16)
            return Array("\\\(letter)\(String(repeating: "0", count: max(width - digits.count, 0)))\(digits)".utf8)
        }
    }
}

extension BoundMethod {
    /// Whether it is written in Python: jinja2's own objects, and what Markup does for itself.
    fileprivate var isPythonCode: Bool {
        switch receiver {
        case .loop, .cycler: return true
        case .string(let text):
            let inherited: [MethodName] = [
                .count, .encode, .endswith, .find, .index, .isalnum, .isalpha, .isascii, .isdecimal, .isdigit,
                .isidentifier, .islower, .isnumeric, .isprintable, .isspace, .istitle, .isupper, .maketrans, .rfind,
                .rindex, .startswith,
            ]
            return text.isMarkup && !inherited.contains(method)
        default: return false
        }
    }
}

extension GlobalFunction {
    static let address = "0x7f0000000000"

    /// As the functions of jinja2 and transformers print.
    fileprivate var repr: String {
        let place = "transformers.utils.chat_template_utils._cached_compile_jinja_template.<locals>"
        return switch self {
        case .range: "<function safe_range at \(GlobalFunction.address)>"
        case .dict: "<\(place).TemplateDict object at \(GlobalFunction.address)>"
        case .lipsum: "<function generate_lorem_ipsum at \(GlobalFunction.address)>"
        case .cycler: "<class 'jinja2.utils.Cycler'>"
        case .joiner: "<class 'jinja2.utils.Joiner'>"
        case .namespace: "<class '\(place).TemplateNamespace'>"
        case .raiseException:
            "<function _cached_compile_jinja_template.<locals>.raise_exception at \(GlobalFunction.address)>"
        case .strftimeNow:
            "<function _cached_compile_jinja_template.<locals>.strftime_now at \(GlobalFunction.address)>"
        }
    }
}
