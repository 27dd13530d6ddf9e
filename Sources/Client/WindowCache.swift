/// The windows that servers told, bounded: model names come from callers.
struct WindowCache: Sendable {
    struct Key: Sendable, Hashable {
        var url: String
        var model: [UInt8]?
    }

    private static let limit = 1024
    private var windows = [Key: Int?]()

    /// The outer optional: whether the server was asked. The inner: what it said.
    subscript(key: Key) -> Int?? {
        get { windows[key] }
        set {
            if windows.count >= WindowCache.limit { windows.removeAll() }
            windows[key] = newValue
        }
    }
}
