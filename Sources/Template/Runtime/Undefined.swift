/// jinja2's `Undefined`: prints as nothing, is false and empty, and fails when used in any other way. It remembers why.
final class Undefined: Sendable {
    enum Reason: Sendable {
        case name(Text)
        case attribute(of: StaticString, Text)
        case element(of: StaticString, Text)
        case hint(StaticString)
        case parameter(Text)
        case unsafe(of: StaticString, Text)
    }

    let reason: Reason

    init(_ reason: Reason) { self.reason = reason }

    /// What any use of it raises: SecurityError where the sandbox forbids the attribute, else UndefinedError.
    var error: TemplateError {
        switch reason {
        case .name(let name): TemplateError(.undefined, "'%' is undefined", name.array)
        case .attribute(let type, let name):
            TemplateError(.undefined, "'%' has no attribute '%'", type.array, name.array)
        case .element(let type, let key): TemplateError(.undefined, "% has no element %", type.array, key.array)
        case .hint(let hint): TemplateError(.undefined, hint)
        case .parameter(let name): TemplateError(.undefined, "parameter '%' was not provided", name.array)
        case .unsafe(let type, let name):
            TemplateError(.security, "access to attribute '%' of '%' object is unsafe.", name.array, type.array)
        }
    }
}

extension StaticString {
    var array: [UInt8] { Array(UnsafeBufferPointer(start: utf8Start, count: utf8CodeUnitCount)) }
}
