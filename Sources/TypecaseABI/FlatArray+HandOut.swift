import Bytes

extension FlatArray {
    /// Writes the count where it is wanted and returns the pointer. `unit` elements count as one.
    func handOut(_ outCount: UnsafeMutablePointer<Int>?, unit: Int = 1) -> UnsafePointer<Element>? {
        outCount?.pointee = count / unit
        return pointer
    }
}
