import JSON

/// The bodies of requests.
enum Body {
    /// An object as JSON, with ids as its last member: they are many, and become no values.
    static func bytes(_ object: Object, _ key: StaticString, _ ids: [UInt32]) -> [UInt8] {
        var object = object
        object.set(String(describing: key), nil)
        var bytes = Dumps.compact.bytes(.object(object))
        bytes.removeLast()
        if object.count > 0 { bytes.append(UInt8(ascii: ",")) }
        bytes += "\"\(key)\":[".utf8
        // Ten digits and a comma are the most that an id takes.
        let digits = [UInt8](unsafeUninitializedCapacity: ids.count * 11) { buffer, count in
            for id in ids {
                if count > 0 {
                    buffer[count] = UInt8(ascii: ",")
                    count += 1
                }
                count = write(id, at: count, in: buffer)
            }
        }
        bytes += digits
        bytes += "]}".utf8
        return bytes
    }

    /// Writes the digits of a number; where they end.
    @inline(__always) private static func write(
        _ id: UInt32, at start: Int, in buffer: UnsafeMutableBufferPointer<UInt8>
    ) -> Int {
        var length = 1
        var limit: UInt64 = 10
        while UInt64(id) >= limit {
            limit *= 10
            length += 1
        }
        var rest = id
        for place in stride(from: start + length - 1, through: start, by: -1) {
            buffer[place] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
            rest /= 10
        }
        return start + length
    }
}
