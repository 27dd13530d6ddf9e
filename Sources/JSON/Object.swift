/// A JSON object: its members in the order of the document, each key once (a repeated key keeps its first place and
/// takes the last value, as in Python). Lookup walks the members: objects with many members are walked once by their
/// readers, never searched.
public struct Object: Sendable, Equatable {
    public struct Member: Sendable, Equatable {
        public var key: [UInt8]
        public var value: Value

        public init(key: [UInt8], value: Value) {
            self.key = key
            self.value = value
        }
    }

    public private(set) var members: [Member]

    /// `members` must not repeat a key.
    public init(_ members: [Member] = []) { self.members = members }

    public init(_ members: KeyValuePairs<String, Value>) {
        self.members = members.map { Member(key: Array($0.key.utf8), value: $0.value) }
    }

    public var count: Int { members.count }

    public func index(of key: some Collection<UInt8>) -> Int? {
        members.firstIndex { $0.key.elementsEqual(key) }
    }

    public subscript(key: StaticString) -> Value? {
        let wanted = UnsafeBufferPointer(start: key.utf8Start, count: key.utf8CodeUnitCount)
        return index(of: wanted).map { members[$0].value }
    }

    public subscript(key: [UInt8]) -> Value? {
        get { index(of: key).map { members[$0].value } }
        set {
            let found = index(of: key)
            switch (found, newValue) {
            case (let i?, let value?): members[i].value = value
            case (let i?, nil): members.remove(at: i)
            case (nil, let value?): members.append(Member(key: key, value: value))
            case (nil, nil): break
            }
        }
    }

    public mutating func set(_ key: String, _ value: Value?) { self[Array(key.utf8)] = value }
}
