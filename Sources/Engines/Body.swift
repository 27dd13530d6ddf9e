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
        let list = [UInt8](unsafeUninitializedCapacity: ids.count * 11 + 2) { buffer, count in
            guard let base = buffer.baseAddress else { return }
            var place = base
            pairs.withUnsafeBufferPointer { pairs in
                for id in ids {
                    place = write(id, at: place, pairs)
                    place.pointee = UInt8(ascii: ",")
                    place += 1
                }
            }
            if !ids.isEmpty { place -= 1 }
            count = place - base
        }
        bytes += list
        bytes += "]}".utf8
        return bytes
    }

    /// "00" to "99".
    private static let pairs: [UInt8] = (0..<100).flatMap {
        [UInt8(ascii: "0") + $0 / 10, UInt8(ascii: "0") + $0 % 10]
    }

    /// Writes the digits of a number, two at a time; where they end.
    @inline(__always) private static func write(
        _ id: UInt32, at start: UnsafeMutablePointer<UInt8>, _ pairs: UnsafeBufferPointer<UInt8>
    ) -> UnsafeMutablePointer<UInt8> {
        var length = 1
        var limit: UInt64 = 10
        while UInt64(id) >= limit {
            limit &*= 10
            length &+= 1
        }
        var rest = id
        var place = start + length
        while rest >= 10 {
            place -= 2
            let pair = Int(rest % 100) &* 2
            place[0] = pairs[pair]
            place[1] = pairs[pair &+ 1]
            rest /= 100
        }
        if place > start { start.pointee = UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: rest) }
        return start + length
    }
}
