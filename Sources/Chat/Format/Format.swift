import Bytes

/// How a model writes what it says: where reasoning, content and tool calls begin and end, and how arguments are written.
///
/// A plain value, found out from the chat template (`FormatProbe`) or read from JSON; docs/parsing.md has every field. All
/// markers are text. White space at their edges is layout: the parser takes it off as far as it is there. What stands between
/// the edges must be there; runs of white space with a newline may be any white space. Added tokens of the vocabulary that
/// markers hold are matched by id, never by letters.
public struct Format: Sendable, Equatable {
    /// White space that a template takes off a text's end: a model's message has none there either.
    public enum Trim: String, Sendable {
        case none
        case newlines
        case whitespace

        func contains(_ byte: UInt8) -> Bool {
            switch self {
            case .none: false
            case .newlines: byte == 0x0A
            case .whitespace: isSpace(byte)
            }
        }
    }

    /// A text between markers. Several markers are alternatives.
    public struct Text: Sendable, Equatable {
        public var open: [[UInt8]] = []
        public var close: [[UInt8]] = []
        public var trimStart = Trim.none
        public var trimEnd = Trim.none
        /// The field that the template reads it from, where that is none of the usual.
        public var field: [UInt8]?

        public init() {}
    }

    /// What opens the assistant's turn.
    public var turnOpen: [UInt8] = []
    /// What the generation prompt writes behind that, with the template's defaults.
    public var prompt: [UInt8] = []
    /// Whether a turn is made of segments, each of which begins with `turnOpen`.
    public var hasSegments = false
    public var reasoning: Text?
    public var content = Text()
    public var toolCalls: ToolCalls?
    /// Tokens that end the turn, beside those of the model's files.
    public var stop: [[UInt8]] = []
    /// Why something is missing or was given by hand.
    public var notes: [String] = []

    public init() {}

    /// Tool calls of a turn.
    public struct ToolCalls: Sendable, Equatable {
        /// Around all calls.
        public var sectionOpen: [UInt8] = []
        public var sectionClose: [UInt8] = []
        /// Between two calls.
        public var separator: [UInt8] = []
        /// Up to the arguments: a pattern with `{name}`, and maybe `{id}`, `{index}` and `{*}` (anything).
        public var open: [[UInt8]] = []
        public var close: [[UInt8]] = []
        public var arguments = Arguments.json
        /// Whether messages must have arguments as objects: the template writes text otherwise.
        public var takesObjects = false
        /// What stands around a tool's name in a call's id, where calls have no name but that.
        public var nameInID: NameInID?

        public init() {}
    }

    public struct NameInID: Sendable, Equatable {
        public var prefix: [UInt8]
        public var suffix: [UInt8]
    }

    /// How a call's arguments are written.
    public enum Arguments: Sendable, Equatable {
        /// One JSON object.
        case json
        /// The whole call is a JSON object.
        case object(Members)
        /// Keys and values between tags.
        case tags(Tags)
        /// Keys and values as Python or others write them: `(a=1, b='x')`, `{a:1,b:<|"|>x<|"|>}`.
        case keywords(Keywords)
    }

    /// The members of a call that is an object.
    public struct Members: Sendable, Equatable {
        public var name: [UInt8]
        public var arguments: [UInt8]
        public var id: [UInt8]?
        /// The member that holds the others.
        public var wrapper: [UInt8]?
    }

    public struct Tags: Sendable, Equatable {
        public var keyOpen: [UInt8]
        /// From the key to the value; of a string, where others differ.
        public var keyClose: [UInt8]
        /// From the key to a value that is JSON, where the template says which values are strings.
        public var otherKeyClose: [UInt8]?
        /// May hold `{key}`, where values are closed by their names.
        public var valueClose: [UInt8]
        /// What stands around values that look like tags, and is no part of them.
        public var wrapOpen: [UInt8] = []
        public var wrapClose: [UInt8] = []
        /// Where objects and lists are tags inside tags: the name that elements of lists have.
        public var item: [UInt8]?

        static let key = Array("{key}".utf8)

        /// What closes a value in front of its name and behind it; nil where names are not written again.
        var namedClose: (start: [UInt8], behind: [UInt8])? {
            ByteSearch.first(Tags.key, in: valueClose).map { at in
                (start: Array(valueClose[..<at]), behind: Array(valueClose[(at + Tags.key.count)...]))
            }
        }

        /// What closes the value of a key.
        func valueClose(of key: [UInt8]) -> [UInt8] {
            namedClose.map { $0.start + key + $0.behind } ?? valueClose
        }
    }

    public struct Keywords: Sendable, Equatable {
        public var open: [UInt8]
        public var close: [UInt8]
        public var assign: [UInt8]
        /// What stands around strings; nil for the quotes of Python and JSON.
        public var quote: [UInt8]?
    }
}

@inline(__always)
func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (byte >= 0x09 && byte <= 0x0D) }
