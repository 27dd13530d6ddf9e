import Glibc
import Synchronization

/// Objects that were parsed, by their text: a conversation that is sent again has most of its messages in common with the
/// one before. Bounded; compared byte for byte; threads share it, and none waits for another.
public final class ParsedObjects: Sendable {
    private struct Entry {
        var text: [UInt8]
        var value: Value
    }

    private struct State {
        var entries: [Int: Entry] = [:]
        var byteCount = 0
    }

    /// Bytes of text that are kept at most. The values take some two or three times as much.
    private static let limit = 8 << 20
    /// A larger object is not kept.
    private static let largest = 1 << 20

    private let state = Mutex(State())

    public init() {}

    /// The value of an object's text.
    func value(_ text: UnsafeBufferPointer<UInt8>) throws(JSONError) -> Value {
        let hash = ParsedObjects.hash(text)
        let known = state.withLockIfAvailable { state -> Value? in
            guard let entry = state.entries[hash], ParsedObjects.isSame(entry.text, text) else { return nil }
            return entry.value
        }
        if let known, let known { return known }
        let value = try JSONParser.parse(text)
        if text.count <= ParsedObjects.largest { keep(Entry(text: Array(text), value: value), hash) }
        return value
    }

    private func keep(_ entry: Entry, _ hash: Int) {
        _ = state.withLockIfAvailable { state in
            if state.byteCount + entry.text.count > ParsedObjects.limit { state = State() }
            if let old = state.entries.updateValue(entry, forKey: hash) { state.byteCount -= old.text.count }
            state.byteCount += entry.text.count
        }
    }

    private static func isSame(_ known: [UInt8], _ text: UnsafeBufferPointer<UInt8>) -> Bool {
        guard known.count == text.count, let base = text.baseAddress else { return false }
        return known.withUnsafeBytes { $0.baseAddress.map { memcmp($0, base, text.count) == 0 } ?? false }
    }

    /// Of the length and some of the bytes: texts that share it take each other's place.
    private static func hash(_ text: UnsafeBufferPointer<UInt8>) -> Int {
        var hasher = Hasher()
        hasher.combine(text.count)
        let parts =
            text.count <= 256
            ? [0..<text.count]
            : [0..<96, (text.count / 2 - 32)..<(text.count / 2 + 32), (text.count - 96)..<text.count]
        for part in parts { hasher.combine(bytes: UnsafeRawBufferPointer(UnsafeBufferPointer(rebasing: text[part]))) }
        return hasher.finalize()
    }
}

extension JSONParser {
    /// Parses a document that lists objects, most of which may have been parsed before.
    public static func parse(
        _ bytes: UnsafeBufferPointer<UInt8>, listing key: StaticString, known: ParsedObjects
    ) throws(JSONError) -> Value {
        if let list = ObjectList(of: key, in: bytes), let value = try? spliced(bytes, list, key, known) { return value }
        // An error is told by the document as it is.
        return try parse(bytes)
    }

    private static func spliced(
        _ bytes: UnsafeBufferPointer<UInt8>, _ list: ObjectList, _ key: StaticString, _ known: ParsedObjects
    ) throws(JSONError) -> Value? {
        var rest = Array(bytes[..<list.inside.lowerBound])
        rest += bytes[list.inside.upperBound...]
        guard var object = try parse(rest).object else { return nil }
        var values = [Value]()
        values.reserveCapacity(list.objects.count)
        for range in list.objects { values.append(try known.value(UnsafeBufferPointer(rebasing: bytes[range]))) }
        object.set("\(key)", .array(values))
        return .object(object)
    }
}
