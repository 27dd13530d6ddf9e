/// Why a template could not be compiled or rendered, and where.
///
/// An error is data: a kind, a sentence with gaps, what goes into the gaps, and a position. `message` is the one place
/// where it becomes text.
public struct TemplateError: Error, Sendable {
    /// Each kind stands for one exception class of jinja2 or Python.
    public enum Kind: UInt8, Sendable {
        case syntax
        case assertion
        case raised
        case undefined
        case type
        case value
        case key
        case index
        case zeroDivision
        case overflow
        case attribute
        case security
        case runtime
        case filterArgument
        case recursion
        case lookup
        case pythonAssertion
        case limit
        case unsupported
        case unicodeEncode
        case unicodeDecode
    }

    public var kind: Kind
    /// From 1; 0 where the error belongs to no place in the source.
    public var line = 0
    /// From 1, in characters.
    public var column = 0

    private let sentence: StaticString
    private let details: [[UInt8]]

    /// `sentence` has a `%` for each of `details`.
    init(_ kind: Kind, _ sentence: StaticString, _ details: [UInt8]...) {
        self.kind = kind
        self.sentence = sentence
        self.details = details
    }

    init(_ kind: Kind, _ sentence: StaticString, _ detail: StaticString, _ more: StaticString...) {
        self.kind = kind
        self.sentence = sentence
        self.details = ([detail] + more).map {
            Array(UnsafeBufferPointer(start: $0.utf8Start, count: $0.utf8CodeUnitCount))
        }
    }

    /// The sentence with its gaps filled. For `.raised` it is what the template itself said, verbatim.
    public var message: [UInt8] {
        var out = [UInt8]()
        var next = 0
        for byte in UnsafeBufferPointer(start: sentence.utf8Start, count: sentence.utf8CodeUnitCount) {
            if byte == UInt8(ascii: "%"), next < details.count {
                out.append(contentsOf: details[next])
                next += 1
            } else {
                out.append(byte)
            }
        }
        return out
    }

    /// The exception class that the reference raises for this kind.
    public var pythonName: String {
        switch kind {
        case .syntax: "TemplateSyntaxError"
        case .assertion: "TemplateAssertionError"
        case .raised: "TemplateError"
        case .undefined: "UndefinedError"
        case .type: "TypeError"
        case .value: "ValueError"
        case .key: "KeyError"
        case .index: "IndexError"
        case .zeroDivision: "ZeroDivisionError"
        case .overflow: "OverflowError"
        case .attribute: "AttributeError"
        case .security: "SecurityError"
        case .runtime: "TemplateRuntimeError"
        case .filterArgument: "FilterArgumentError"
        case .recursion: "RecursionError"
        case .lookup: "LookupError"
        case .pythonAssertion: "AssertionError"
        case .limit: "LimitError"
        case .unsupported: "UnsupportedError"
        case .unicodeEncode: "UnicodeEncodeError"
        case .unicodeDecode: "UnicodeDecodeError"
        }
    }
}
