import Bytes
import JSON

/// The bodies of requests.
enum Body {
    /// An object as JSON, as far as the bracket of a last member with ids: they are many, and become no values.
    static func head(_ object: Object, _ key: StaticString) -> [UInt8] {
        var object = object
        object.set(String(describing: key), nil)
        var bytes = Dumps.compact.bytes(.object(object))
        bytes.removeLast()
        if object.count > 0 { bytes.append(UInt8(ascii: ",")) }
        bytes += "\"\(key)\":[".utf8
        return bytes
    }

    /// The whole: the head, a prompt's ids or several prompts, and what closes it.
    static func bytes(_ head: [UInt8], _ request: GenerateRequest) -> FlatArray<UInt8> {
        let isBatch = request.options.promptLengths != nil
        // Ten digits and a comma are the most that an id takes; the last is written four bytes at a time.
        return FlatArray(upTo: head.count + request.promptIDs.count * 11 + request.prompts.count * 3 + 4) { base in
            head.withUnsafeBytes { base.copyMemory(from: $0.baseAddress.unsafelyUnwrapped, byteCount: $0.count) }
            var place = base + head.count
            func put(_ byte: UInt8) {
                place.storeBytes(of: byte, as: UInt8.self)
                place += 1
            }
            groups.withUnsafeBufferPointer { groups in
                for prompt in request.prompts {
                    if isBatch { put(UInt8(ascii: "[")) }
                    for id in request.promptIDs[prompt] { place = write(id, at: place, groups) }
                    // The last comma goes.
                    if !prompt.isEmpty { place -= 1 }
                    if isBatch {
                        put(UInt8(ascii: "]"))
                        put(UInt8(ascii: ","))
                    }
                }
            }
            if isBatch { place -= 1 }
            put(UInt8(ascii: "]"))
            put(UInt8(ascii: "}"))
            return place - base
        }
    }

    /// "000," to "999,", each as it lies in memory.
    private static let groups: [UInt32] = (0..<1000).map { number in
        let digits = [number / 100, number / 10 % 10, number % 10].map { UInt32(UInt8(ascii: "0")) + UInt32($0) }
        return (digits[0] | digits[1] << 8 | digits[2] << 16 | UInt32(UInt8(ascii: ",")) << 24).littleEndian
    }

    /// Writes a number and a comma; where they end.
    @inline(__always) private static func write(
        _ id: UInt32, at start: UnsafeMutableRawPointer, _ groups: UnsafeBufferPointer<UInt32>
    ) -> UnsafeMutableRawPointer {
        if id < 1000 { return lead(id, at: start, groups) + 1 }
        var place = start
        if id < 1_000_000 {
            place = lead(id / 1000, at: place, groups)
        } else {
            place =
                id < 1_000_000_000
                ? lead(id / 1_000_000, at: place, groups)
                : follow(id / 1_000_000 % 1000, at: lead(id / 1_000_000_000, at: place, groups), groups)
            place = follow(id / 1000 % 1000, at: place, groups)
        }
        return follow(id % 1000, at: place, groups) + 1
    }

    /// The first digits of a number: without zeros in front.
    @inline(__always) private static func lead(
        _ group: UInt32, at place: UnsafeMutableRawPointer, _ groups: UnsafeBufferPointer<UInt32>
    ) -> UnsafeMutableRawPointer {
        let zeros = (group < 100 ? 1 : 0) + (group < 10 ? 1 : 0)
        let digits = UInt32(littleEndian: groups[Int(group)]) >> UInt32(8 * zeros)
        place.storeBytes(of: digits.littleEndian, as: UInt32.self)
        return place + (3 - zeros)
    }

    @inline(__always) private static func follow(
        _ group: UInt32, at place: UnsafeMutableRawPointer, _ groups: UnsafeBufferPointer<UInt32>
    ) -> UnsafeMutableRawPointer {
        place.storeBytes(of: groups[Int(group)], as: UInt32.self)
        return place + 3
    }
}
