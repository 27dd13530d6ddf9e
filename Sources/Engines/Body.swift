import JSON

/// The bodies of requests.
enum Body {
    /// An object as JSON, with ids as its last member: they are many, and become no values.
    static func bytes(_ object: Object, _ key: StaticString, _ ids: [UInt32]) -> [UInt8] {
        var object = object
        object.set(String(describing: key), nil)
        var bytes = Dumps.compact.bytes(.object(object))
        bytes.reserveCapacity(bytes.count + ids.count * 7 + 32)
        bytes.removeLast()
        if object.count > 0 { bytes.append(UInt8(ascii: ",")) }
        bytes += "\"\(key)\":[".utf8
        for (i, id) in ids.enumerated() {
            if i > 0 { bytes.append(UInt8(ascii: ",")) }
            append(id, to: &bytes)
        }
        bytes += "]}".utf8
        return bytes
    }

    private static func append(_ id: UInt32, to bytes: inout [UInt8]) {
        var divisor: UInt32 = 1
        while id / divisor >= 10 { divisor *= 10 }
        while divisor > 0 {
            bytes.append(UInt8(ascii: "0") + UInt8(id / divisor % 10))
            divisor /= 10
        }
    }
}
