import JSON
import Synchronization

/// The values of skeletons that were read before, by their whole texts: answers of a server differ in what is lifted out of them, and
/// hardly in anything else.
public final class SeenSkeletons: Sendable {
    private static let limit = 16
    /// What is longer has texts in it that were not lifted, and does not come again.
    private static let longest = 1 << 11

    private let seen = Mutex([(text: [UInt8], value: Value)]())

    public init() {}

    func value(_ text: [UInt8]) -> Value? {
        guard text.count <= SeenSkeletons.longest else { return nil }
        return seen.withLock { seen in seen.last { $0.text == text }?.value }
    }

    func add(_ text: [UInt8], _ value: Value) {
        guard text.count <= SeenSkeletons.longest else { return }
        seen.withLock { seen in
            if seen.count == SeenSkeletons.limit { seen.removeFirst() }
            seen.append((text, value))
        }
    }
}
