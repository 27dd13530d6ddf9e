import Glibc

/// Bytes to look for. Of one byte the C library finds the next; of several a table does.
struct ByteSet: Sendable {
    private var members = [Bool](repeating: false, count: 256)
    private var only: UInt8?
    private var count = 0

    mutating func insert(_ byte: UInt8) {
        if members[Int(byte)] { return }
        members[Int(byte)] = true
        count += 1
        only = count == 1 ? byte : nil
    }

    /// The first place from `start` that holds one of them; `end` where none does.
    func first(in bytes: UnsafeBufferPointer<UInt8>, from start: Int, to end: Int) -> Int {
        guard count > 0, start < end, let base = bytes.baseAddress else { return end }
        if let only {
            guard let found = memchr(base + start, Int32(only), end - start) else { return end }
            return UnsafeRawPointer(found) - UnsafeRawPointer(base)
        }
        return members.withUnsafeBufferPointer { members in
            var i = start
            while i < end, !members[Int(bytes[i])] { i &+= 1 }
            return i
        }
    }
}
