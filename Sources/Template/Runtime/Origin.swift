/// Where bytes come from. An id is an index into the render's `OriginTable`.
public typealias OriginID = UInt32

/// A stretch of bytes with one origin.
public struct OriginRun: Sendable, Equatable {
    public var length: Int
    public var origin: OriginID

    public init(length: Int, origin: OriginID) {
        self.length = length
        self.origin = origin
    }
}

/// What an origin id means.
public struct Origin: Sendable, Equatable {
    public enum Kind: UInt8, Sendable {
        /// Text of the template itself, or what an expression computed out of nothing else.
        case template
        /// A field of a message.
        case message
        case tools
        case documents
        /// A special token such as `bos_token`.
        case specialToken
        /// Any other variable that the caller passed.
        case variable
    }

    public var kind: Kind
    /// For `.message` the message it is a field of; for `.template` the message that was being handled. -1 for none.
    public var messageIndex: Int
    /// The way from the variable to the value: `content[0].text`, `function.name`. For `.variable` and `.specialToken`
    /// it begins with the variable's name. Empty for `.template`.
    public var path: [UInt8]
    /// For `.template`: the bytes of the source, after newlines are normalised. Empty otherwise.
    public var sourceRange: Range<Int>
}

/// The meanings of all origin ids of a render. Id 0 is template text from nowhere in particular.
///
/// A field is one small entry that points at its container's: the path is spelled out only when asked for.
public struct OriginTable: Sendable {
    struct Entry: Sendable {
        var kind: Origin.Kind
        var message: Int32
        /// For a field its container, for template text the start in the source.
        var parent: UInt32
        /// For a field its place in the container, for template text the end in the source.
        var index: UInt32
        var key: Text?
    }

    private(set) var entries = [Entry(kind: .template, message: -1, parent: 0, index: 0, key: nil)]

    public init() {}

    public var count: Int { entries.count }

    mutating func add(_ entry: Entry) -> OriginID {
        guard let id = OriginID(exactly: entries.count) else { return 0 }
        entries.append(entry)
        return id
    }

    mutating func add(key: Text, in parent: OriginID) -> OriginID {
        let container = entries[Int(parent)]
        return add(Entry(kind: container.kind, message: container.message, parent: parent, index: 0, key: key))
    }

    mutating func add(index: Int, in parent: OriginID) -> OriginID {
        let container = entries[Int(parent)]
        let index = UInt32(clamping: index)
        return add(Entry(kind: container.kind, message: container.message, parent: parent, index: index, key: nil))
    }

    /// A member of the list of messages: paths of its fields begin at it.
    mutating func add(message: Int) -> OriginID {
        add(Entry(kind: .message, message: Int32(clamping: message), parent: 0, index: 0, key: nil))
    }

    mutating func add(kind: Origin.Kind, name: Text?) -> OriginID {
        add(Entry(kind: kind, message: -1, parent: 0, index: 0, key: name))
    }

    mutating func add(source: Range<Int>, message: Int) -> OriginID {
        add(
            Entry(
                kind: .template, message: Int32(clamping: message), parent: UInt32(clamping: source.lowerBound),
                index: UInt32(clamping: source.upperBound), key: nil))
    }

    /// The meaning of an id; ids that were never given out mean what 0 means.
    public subscript(id: OriginID) -> Origin {
        let entry = entries[Int(id) < entries.count ? Int(id) : 0]
        guard entry.kind != .template else {
            let start = Int(entry.parent)
            return Origin(
                kind: .template, messageIndex: Int(entry.message), path: [],
                sourceRange: start..<max(start, Int(entry.index)))
        }
        return Origin(
            kind: entry.kind, messageIndex: Int(entry.message), path: path(of: id), sourceRange: 0..<0)
    }

    private func path(of id: OriginID) -> [UInt8] {
        var chain = [Entry]()
        var at = Int(id)
        while at != 0, at < entries.count {
            let entry = entries[at]
            chain.append(entry)
            at = Int(entry.parent)
        }
        var out = [UInt8]()
        for (depth, entry) in chain.reversed().enumerated() {
            if let key = entry.key {
                if !out.isEmpty { out.append(UInt8(ascii: ".")) }
                out.append(contentsOf: key.array)
            } else if depth > 0 {
                out.append(contentsOf: "[\(entry.index)]".utf8)
            }
        }
        return out
    }
}
