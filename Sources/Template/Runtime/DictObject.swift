/// A Python dict: entries in insertion order. Few entries are searched one by one, many through a hash index.
///
/// Only a namespace adds to its dict after it is built; everyone else treats a dict as a value.
final class DictObject {
    struct Entry {
        var key: TemplateValue
        var hash: Int
        var value: TemplateValue
    }

    private(set) var entries: [Entry]
    private var index: [Int32] = []
    private(set) var extent: Extent
    /// The field this came from.
    let origin: OriginID
    /// For a message of the conversation and everything in it: which one. -1 elsewhere.
    let message: Int

    private static let linearLimit = 8

    init(_ entries: [Entry] = [], extent: Extent = Extent(), origin: OriginID = 0, message: Int = -1) {
        self.entries = entries
        self.extent = extent
        self.origin = origin
        self.message = message
        if entries.count > DictObject.linearLimit { rebuildIndex() }
    }

    var count: Int { entries.count }

    @inline(__always)
    func find(_ key: Text) -> Int? {
        let hash = key.hash
        if entries.count <= DictObject.linearLimit {
            for i in entries.indices where entries[i].hash == hash {
                if case .string(let candidate) = entries[i].key, candidate == key { return i }
            }
            return nil
        }
        return findIndexed(hash) { if case .string(let candidate) = $0 { candidate == key } else { false } }
    }

    func find(_ key: TemplateValue) -> Int? {
        if case .string(let text) = key { return find(text) }
        let hash = key.dictHash
        if entries.count <= DictObject.linearLimit {
            return entries.firstIndex { $0.hash == hash && $0.key.isEqual(to: key) }
        }
        return findIndexed(hash) { $0.isEqual(to: key) }
    }

    subscript(key: Text) -> TemplateValue? { find(key).map { entries[$0].value } }
    subscript(key: TemplateValue) -> TemplateValue? { find(key).map { entries[$0].value } }

    /// A key that is there keeps its place (and, as in Python, its first spelling) and takes the new value.
    func set(_ key: TemplateValue, _ value: TemplateValue) {
        extent.add(value)
        if let found = find(key) {
            entries[found].value = value
            return
        }
        entries.append(Entry(key: key, hash: key.dictHash, value: value))
        if entries.count > DictObject.linearLimit {
            if index.isEmpty || entries.count * 2 > index.count {
                rebuildIndex()
            } else {
                insert(entries.count - 1)
            }
        }
    }

    func removeAll() {
        entries = []
        index = []
    }

    private func findIndexed(_ hash: Int, _ matches: (TemplateValue) -> Bool) -> Int? {
        let mask = index.count - 1
        var slot = hash & mask
        while index[slot] >= 0 {
            let at = Int(index[slot])
            if entries[at].hash == hash, matches(entries[at].key) { return at }
            slot = (slot + 1) & mask
        }
        return nil
    }

    private func rebuildIndex() {
        var size = 32
        while size < entries.count * 4 { size *= 2 }
        index = [Int32](repeating: -1, count: size)
        for i in entries.indices { insert(i) }
    }

    private func insert(_ entry: Int) {
        let mask = index.count - 1
        var slot = entries[entry].hash & mask
        while index[slot] >= 0 { slot = (slot + 1) & mask }
        index[slot] = Int32(truncatingIfNeeded: entry)
    }
}
