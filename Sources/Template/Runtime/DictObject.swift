/// A Python dict: entries in insertion order. Few entries are searched one by one, many through a hash index.
///
/// Only a namespace adds to its dict after it is built; everyone else treats a dict as a value.
final class DictObject {
    struct Entry {
        /// The first member, so that it lies where the entry does (`UnsafePointer<Entry>.value`).
        var value: TemplateValue
        var key: TemplateValue
        var hash: Int
        /// Of a string key, its bytes.
        var name: NameKey

        init(key: TemplateValue, hash: Int, value: TemplateValue) {
            self.key = key
            self.hash = hash
            self.value = value
            name =
                if case .string(let text) = key { NameKey(base: text.base, count: text.count, hash: hash) } else {
                    NameKey(base: Text.empty.base, count: -1, hash: hash)
                }
        }
    }

    private(set) var entries: [Entry]
    /// Where `entries` lies, for look-ups; refreshed whenever it changes.
    private(set) var base: UnsafePointer<Entry>?
    private(set) var count: Int
    private var index: [Int32] = []
    /// Where `index` lies.
    private var indexBase: UnsafePointer<Int32>?
    private var mask = 0
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
        base = entries.withUnsafeBufferPointer { $0.baseAddress }
        count = entries.count
        if entries.count > DictObject.linearLimit { rebuildIndex() }
    }

    private func refresh() {
        base = entries.withUnsafeBufferPointer { $0.baseAddress }
        count = entries.count
    }

    /// Where the entry of a string key lies. Good until the dict changes or goes.
    @inline(__always)
    func entry(_ key: NameKey) -> UnsafePointer<Entry>? {
        guard let base else { return nil }
        if count <= DictObject.linearLimit {
            var i = 0
            while i < count {
                let entry = base + i
                if entry.pointee.hash == key.hash, entry.pointee.name.count == key.count,
                    Text.equal(entry.pointee.name.base, key.base, key.count)
                {
                    return entry
                }
                i &+= 1
            }
            return nil
        }
        return indexedEntry(key, base)
    }

    private func indexedEntry(_ key: NameKey, _ base: UnsafePointer<Entry>) -> UnsafePointer<Entry>? {
        guard let indexBase else { return nil }
        var slot = key.hash & mask
        while indexBase[slot] >= 0 {
            let entry = base + Int(indexBase[slot])
            if entry.pointee.hash == key.hash, entry.pointee.name.count == key.count,
                Text.equal(entry.pointee.name.base, key.base, key.count)
            {
                return entry
            }
            slot = (slot &+ 1) & mask
        }
        return nil
    }

    func find(_ key: Text) -> Int? {
        guard let base, let entry = entry(key.key) else { return nil }
        return entry - base
    }

    func find(_ key: TemplateValue) -> Int? {
        if case .string(let text) = key { return find(text) }
        let hash = key.dictHash
        if entries.count <= DictObject.linearLimit {
            return entries.firstIndex { $0.hash == hash && $0.key.isEqual(to: key) }
        }
        return findIndexed(hash) { $0.isEqual(to: key) }
    }

    @inline(__always)
    subscript(key: NameKey) -> TemplateValue? { entry(key)?.pointee.value }

    subscript(key: Text) -> TemplateValue? { entry(key.key)?.pointee.value }
    subscript(key: TemplateValue) -> TemplateValue? { find(key).map { entries[$0].value } }

    /// A key that is there keeps its place (and, as in Python, its first spelling) and takes the new value.
    func set(_ key: TemplateValue, _ value: TemplateValue) {
        extent.add(value)
        if let found = find(key) {
            entries[found].value = value
            refresh()
            return
        }
        entries.append(Entry(key: key, hash: key.dictHash, value: value))
        refresh()
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
        refresh()
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
        indexBase = index.withUnsafeBufferPointer { $0.baseAddress }
        mask = size - 1
    }

    private func insert(_ entry: Int) {
        let mask = index.count - 1
        var slot = entries[entry].hash & mask
        while index[slot] >= 0 { slot = (slot + 1) & mask }
        index[slot] = Int32(truncatingIfNeeded: entry)
        indexBase = index.withUnsafeBufferPointer { $0.baseAddress }
    }
}

extension UnsafePointer<DictObject.Entry> {
    /// The value, where it lies.
    @inline(__always)
    var value: UnsafePointer<TemplateValue> { UnsafeRawPointer(self).assumingMemoryBound(to: TemplateValue.self) }
}
