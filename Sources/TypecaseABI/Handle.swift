/// Handles: Swift objects on the other side of the interface. Making one retains the object, freeing it releases.
enum Handle {
    static func make(_ object: some AnyObject) -> OpaquePointer {
        OpaquePointer(Unmanaged.passRetained(object).toOpaque())
    }

    /// The object behind a handle. A freed handle or one of another type cannot be recognised; debug builds catch the latter.
    static func borrow<T: AnyObject>(_ handle: OpaquePointer, as type: T.Type) -> T {
        let pointer = UnsafeRawPointer(handle)
        assert(Unmanaged<AnyObject>.fromOpaque(pointer).takeUnretainedValue() is T, "a handle of another type")
        return Unmanaged<T>.fromOpaque(pointer).takeUnretainedValue()
    }

    static func borrow<T: AnyObject>(_ handle: OpaquePointer?, as type: T.Type) -> T? {
        handle.map { borrow($0, as: type) }
    }

    /// Releases what `make` retained; nothing for NULL.
    static func free(_ handle: OpaquePointer?) {
        guard let handle else { return }
        Unmanaged<AnyObject>.fromOpaque(UnsafeRawPointer(handle)).release()
    }
}

/// Where a call puts a handle that it makes.
public typealias OutHandle = UnsafeMutablePointer<OpaquePointer?>
