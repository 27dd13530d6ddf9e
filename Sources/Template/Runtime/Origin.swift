/// Where bytes come from. An id is an index into the render's `OriginTable`.
public typealias OriginID = UInt32

/// While a render goes on, an id may say more than an index: what it stands for is looked up when it is printed.
extension OriginID {
    /// The rest is a site of the program: template text, whichever message is being handled when it is printed.
    static let siteBit: OriginID = 1 << 31
    /// Computed out of what the rest says.
    static let derivedBit: OriginID = 1 << 30

    init(site: Int32) { self = OriginID.siteBit | OriginID(UInt32(bitPattern: site) & (OriginID.derivedBit - 1)) }

    /// Computed out of the template alone, or out of nobody knows what.
    static let computed: OriginID = derivedBit

    var derived: OriginID { self | OriginID.derivedBit }
    var isDerived: Bool { self & OriginID.derivedBit != 0 }
    var isSite: Bool { self & OriginID.siteBit != 0 }
    var index: Int { Int(self & (OriginID.derivedBit - 1)) }
}

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
    /// Whether the bytes were computed out of that (a number printed, a length, a changed case, JSON's punctuation and
    /// escapes) and do not stand there as they are.
    public var isDerived = false
}

/// The meanings of all origin ids of a render. Id 0 is template text from nowhere in particular.
///
/// A field is one small entry that points at its container's: the path is spelled out only when asked for.
public struct OriginTable: Sendable {
    struct Entry: Sendable {
        var kind: Origin.Kind
        var message: Int32
        /// Its container.
        var parent: UInt32
        /// Its place in the container, where it has no key.
        var index: UInt32
        var key: Text?
    }

    /// The fields of the context, which all of its renders share.
    private(set) var fields = [Entry(kind: .template, message: -1, parent: 0, index: 0, key: nil)]
    /// What a render adds: ids go on where `fields` end.
    private var own: [RenderEntry] = []
    /// Of each id something was derived from, the id of what was; 0 for none. As long as it has to be.
    private var derived: [OriginID] = []

    /// Template text, or where `isDerived` what the id `start` says.
    private struct RenderEntry: Sendable {
        var message: Int32
        var isDerived: Bool
        var start: UInt32
        var end: UInt32
    }

    public init() {}

    public var count: Int { fields.count + own.count }

    private mutating func add(_ entry: Entry) -> OriginID {
        if fields.count >= Int(OriginID.derivedBit) { return 0 }
        fields.append(entry)
        return OriginID(fields.count &- 1)
    }

    private mutating func add(_ entry: RenderEntry) -> OriginID {
        if count >= Int(OriginID.derivedBit) { return 0 }
        own.append(entry)
        return OriginID(count &- 1)
    }

    /// What is derived from an id: an id of its own.
    mutating func add(derivedFrom id: OriginID) -> OriginID {
        if Int(id) >= fields.count, own[Int(id) - fields.count].isDerived { return id }
        let index = Int(id)
        if index < derived.count {
            if derived[index] != 0 { return derived[index] }
        } else {
            derived.append(contentsOf: repeatElement(0, count: Swift.max(index &+ 1, count) &- derived.count))
        }
        let new = add(RenderEntry(message: 0, isDerived: true, start: id, end: 0))
        derived[index] = new
        return new
    }

    func isField(_ id: OriginID) -> Bool { !id.isSite && id.index != 0 && id.index < fields.count }

    mutating func add(key: Text, in parent: OriginID) -> OriginID {
        let container = fields[Int(parent)]
        return add(Entry(kind: container.kind, message: container.message, parent: parent, index: 0, key: key))
    }

    mutating func add(index: Int, in parent: OriginID) -> OriginID {
        let container = fields[Int(parent)]
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
            RenderEntry(
                message: Int32(clamping: message), isDerived: false, start: UInt32(clamping: source.lowerBound),
                end: UInt32(clamping: source.upperBound)))
    }

    /// The meaning of an id; ids that were never given out mean what 0 means.
    public subscript(id: OriginID) -> Origin {
        var id = Int(id) < count ? Int(id) : 0
        var isDerived = false
        if id >= fields.count, own[id - fields.count].isDerived {
            isDerived = true
            id = Int(own[id - fields.count].start)
        }
        if id >= fields.count {
            let entry = own[id - fields.count]
            return Origin(
                kind: .template, messageIndex: Int(entry.message), path: [],
                sourceRange: Int(entry.start)..<max(Int(entry.start), Int(entry.end)), isDerived: isDerived)
        }
        let entry = fields[id]
        return Origin(
            kind: entry.kind, messageIndex: Int(entry.message),
            path: entry.kind == .template ? [] : path(of: OriginID(id)), sourceRange: 0..<0, isDerived: isDerived)
    }

    private func path(of id: OriginID) -> [UInt8] {
        var chain = [Entry]()
        var at = Int(id)
        while at != 0, at < fields.count {
            let entry = fields[at]
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
