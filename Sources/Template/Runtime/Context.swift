public import JSON

/// The variables of a render, as values the runtime works on. Made once, used for any number of renders.
///
/// Strings share the bytes of the JSON value. With `origins`, every string, key and container gets an id for the field
/// it is; that is cheap, but not free.
public struct Context: @unchecked Sendable {
    // Unchecked: the values are only those of JSON, and nobody changes them.
    private var values: [(name: Text, value: TemplateValue)] = []
    public private(set) var origins = OriginTable()
    /// Bytes of all strings and keys: what the limits grow with.
    public private(set) var byteCount = 0
    private(set) var weight = 0
    private(set) var messageCount = 0
    private let tracks: Bool

    public init(_ object: Object = Object(), origins: Bool = true) throws(TemplateError) {
        tracks = origins
        for member in object.members { try set(member.key, member.value) }
    }

    public mutating func set(_ name: String, _ value: Value) throws(TemplateError) { try set(Array(name.utf8), value) }

    /// A variable that is there takes the new value.
    public mutating func set(_ name: [UInt8], _ value: Value) throws(TemplateError) {
        let name = Text(name, hashed: true)
        let converted: TemplateValue
        if name.equals("messages"), case .array(let messages) = value {
            var items = [TemplateValue]()
            items.reserveCapacity(messages.count)
            for (i, message) in messages.enumerated() {
                let origin = tracks ? origins.add(message: i) : 0
                items.append(try convert(message, origin, message: i, depth: 2))
            }
            converted = sequence(items, origin: 0)
            messageCount = messages.count
        } else {
            converted = try convert(value, rootOrigin(name, value), message: -1, depth: 1)
        }
        weight += converted.extent.weight
        if let i = find(name) {
            values[i].value = converted
        } else {
            values.append((name, converted))
            if values.count == Context.linearLimit + 1 {
                for (i, value) in values.enumerated() { index[value.name.storedHash] = i }
            } else if values.count > Context.linearLimit {
                index[name.storedHash] = values.count - 1
            }
        }
    }

    /// Messages of a conversation that grows. They become the variable when they are settled.
    private var collected: [TemplateValue] = []
    private var collectedExtent = Extent()

    /// Adds messages to those that were added before, all or none. Costs what is added.
    public mutating func append(messages: [Value]) throws(TemplateError) {
        let before = byteCount
        var new = [TemplateValue]()
        new.reserveCapacity(messages.count)
        do {
            for message in messages {
                let index = collected.count &+ new.count
                let origin = tracks ? origins.add(message: index) : 0
                new.append(try convert(message, origin, message: index, depth: 2))
            }
        } catch {
            byteCount = before
            throw error
        }
        for item in new { collectedExtent.add(item) }
        collected += new
    }

    /// Makes the variable `messages` of those that were added.
    public mutating func settleMessages() throws(TemplateError) {
        let name = Text(Array("messages".utf8), hashed: true)
        if find(name) == nil { try set(name.array, .array([])) }
        guard let i = find(name) else { return }
        let list = TemplateValue.list(SequenceObject(collected, extent: collectedExtent, origin: 0))
        weight += list.extent.weight
        messageCount = collected.count
        values[i].value = list
    }

    private mutating func rootOrigin(_ name: Text, _ value: Value) -> OriginID {
        if !tracks { return 0 }
        if name.equals("tools") { return origins.add(kind: .tools, name: nil) }
        if name.equals("documents") { return origins.add(kind: .documents, name: nil) }
        let isToken = value.stringBytes != nil && name.hasSuffix(Text("_token"))
        return origins.add(kind: isToken ? .specialToken : .variable, name: name)
    }

    /// The place of each name by its hash, once there are many. Of names that share a hash, the last one's.
    private var index: [Int: Int] = [:]

    subscript(name: Text) -> TemplateValue? { find(name).map { values[$0].value } }

    private func find(_ name: Text) -> Int? {
        let hash = name.hash
        if let known = index[hash], values[known].name == name { return known }
        if values.count > Context.linearLimit, index[hash] == nil { return nil }
        return values.firstIndex { $0.name.storedHash == hash && $0.name == name }
    }

    private static let linearLimit = 16

    public var names: [[UInt8]] { values.map(\.name.array) }

    private func sequence(_ items: [TemplateValue], origin: OriginID) -> TemplateValue {
        var extent = Extent()
        for item in items { extent.add(item) }
        return .list(SequenceObject(items, extent: extent, origin: origin))
    }

    private mutating func convert(
        _ value: Value, _ origin: OriginID, message: Int, depth: Int
    ) throws(TemplateError) -> TemplateValue {
        if depth > Limits().valueDepth { throw TemplateError(.recursion, "the context is nested too deeply") }
        switch value {
        case .null: return .none
        case .bool(let flag): return .bool(flag)
        case .integer(let number): return .int(number)
        case .bigInteger(let digits):
            guard digits.count <= BigInteger.mostDigits + 1, let number = BigInteger(digits) else {
                throw TemplateError(.value, "Exceeds the limit (4300 digits) for integer string conversion")
            }
            return number.value
        case .real(let number): return .float(number)
        case .string(let bytes):
            byteCount &+= bytes.count
            return .string(Text(bytes, origin: origin))
        case .array(let values):
            var items = [TemplateValue]()
            items.reserveCapacity(values.count)
            byteCount &+= values.count
            for (i, item) in values.enumerated() {
                let itemOrigin = tracks && item.isTraced ? origins.add(index: i, in: origin) : origin
                items.append(try convert(item, itemOrigin, message: message, depth: depth + 1))
            }
            return sequence(items, origin: origin)
        case .object(let object):
            var entries = [DictObject.Entry]()
            entries.reserveCapacity(object.count)
            var extent = Extent()
            for member in object.members {
                let key = Text(member.key, origin: origin, hashed: true)
                byteCount &+= member.key.count &+ 1
                let memberOrigin = tracks && member.value.isTraced ? origins.add(key: key, in: origin) : origin
                let value = try convert(member.value, memberOrigin, message: message, depth: depth + 1)
                extent.add(value)
                entries.append(DictObject.Entry(key: .string(key), hash: key.hash, value: value))
            }
            return .dict(DictObject(entries, extent: extent, origin: origin, message: message))
        }
    }
}

extension Value {
    /// Whether an origin of its own is worth an entry: numbers take their container's.
    fileprivate var isTraced: Bool {
        switch self {
        case .string, .array, .object: true
        default: false
        }
    }
}
