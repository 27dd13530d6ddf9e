import JSON
import Synchronization

/// The values of skeletons that were read before, by their whole texts: answers of a server differ in what is lifted out of them, and
/// hardly in anything else.
public final class SeenSkeletons: Sendable {
    private struct Seen {
        let text: [UInt8]
        let value: Value
        let layout: Layout?
    }

    private static let limit = 16
    /// What is longer has texts in it that were not lifted, and does not come again.
    private static let longest = 1 << 11
    /// How many layouts an answer is compared with: one that ends early, and one that does not.
    private static let layouts = 2

    /// What came last stands last.
    private let seen = Mutex([Seen]())

    public init() {}

    /// The skeleton's value of an answer whose layout came before, and its columns.
    func value(_ bytes: UnsafeBufferPointer<UInt8>, keepsTop: Bool) -> (Value, [Column])? {
        guard bytes.count <= Layout.longest else { return nil }
        let last = seen.withLock { $0.suffix(SeenSkeletons.layouts) }
        for seen in last.reversed() {
            guard let columns = seen.layout?.columns(bytes, keepsTop: keepsTop) else { continue }
            return (seen.value, columns)
        }
        return nil
    }

    func value(_ text: [UInt8]) -> Value? {
        guard text.count <= SeenSkeletons.longest else { return nil }
        return seen.withLock { seen in seen.last { $0.text == text }?.value }
    }

    func add(_ text: [UInt8], _ value: Value, _ layout: @autoclosure () -> Layout?) {
        guard text.count <= SeenSkeletons.longest else { return }
        let layout = layout()
        seen.withLock { seen in
            if let index = seen.firstIndex(where: { $0.text == text }) {
                // A long answer has none, and takes no shorter one's.
                if layout == nil { return }
                seen.remove(at: index)
            } else if seen.count == SeenSkeletons.limit {
                seen.removeFirst()
            }
            seen.append(Seen(text: text, value: value, layout: layout))
        }
    }
}
