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
    static func later(_ head: [UInt8], _ request: GenerateRequest) -> RequestBody { .later { bytes(head, request) } }

    private static func bytes(_ head: [UInt8], _ request: GenerateRequest) -> FlatArray<UInt8> {
        let isBatch = request.options.promptLengths != nil
        // No id takes more than the largest and a comma; the last is written four bytes at a time.
        let width = digits(request.largestID) + 1
        return FlatArray(upTo: head.count + request.promptIDs.count * width + request.prompts.count * 3 + 4) { base in
            head.withUnsafeBytes { base.copyMemory(from: $0.baseAddress.unsafelyUnwrapped, byteCount: $0.count) }
            var place = base + head.count
            func put(_ byte: UInt8) {
                place.storeBytes(of: byte, as: UInt8.self)
                place += 1
            }
            groups.withUnsafeBufferPointer { groups in
                for prompt in request.prompts {
                    if isBatch { put(UInt8(ascii: "[")) }
                    request.promptIDs.withBuffer { ids in
                        for id in ids[prompt] { place = write(id, at: place, groups) }
                    }
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

    private static func digits(_ id: UInt32) -> Int {
        var (count, rest) = (1, id)
        while rest >= 10 { (count, rest) = (count + 1, rest / 10) }
        return count
    }

    /// "000," to "999,", each as it lies in memory; and in front of them the same without zeros in front, and with how many digits there are
    /// in the comma's place.
    private static let groups: [UInt32] = {
        let all = (0..<1000).map { number in
            let digits = [number / 100, number / 10 % 10, number % 10].map { UInt32(UInt8(ascii: "0")) + UInt32($0) }
            return digits[0] | digits[1] << 8 | digits[2] << 16
        }
        let leads = all.enumerated().map { number, digits in
            let count = UInt32(Body.digits(UInt32(number)))
            return digits >> (8 * (3 - count)) | count << 24
        }
        return (leads + all.map { $0 | UInt32(UInt8(ascii: ",")) << 24 }).map(\.littleEndian)
    }()

    /// Writes a number and a comma; where they end.
    @inline(__always) private static func write(
        _ id: UInt32, at place: UnsafeMutableRawPointer, _ groups: UnsafeBufferPointer<UInt32>
    ) -> UnsafeMutableRawPointer {
        let thousands = id / 1000
        // Nearly all ids of a vocabulary have two groups.
        guard thousands &- 1 < 999 else { return writeGroups(id, at: place, groups) }
        let start = lead(thousands, at: place, groups)
        return follow(id &- thousands &* 1000, at: start, groups) + 1
    }

    private static func writeGroups(
        _ id: UInt32, at place: UnsafeMutableRawPointer, _ groups: UnsafeBufferPointer<UInt32>
    ) -> UnsafeMutableRawPointer {
        var scale: UInt32 = 1
        while id / scale >= 1000 { scale *= 1000 }
        var place = lead(id / scale, at: place, groups)
        if scale == 1 { place.storeBytes(of: UInt8(ascii: ","), as: UInt8.self) }
        while scale > 1 {
            scale /= 1000
            place = follow(id / scale % 1000, at: place, groups)
        }
        return place + 1
    }

    /// Up to three digits without zeros in front.
    @inline(__always) private static func lead(
        _ number: UInt32, at place: UnsafeMutableRawPointer, _ groups: UnsafeBufferPointer<UInt32>
    ) -> UnsafeMutableRawPointer {
        let digits = groups[Int(number)]
        place.storeBytes(of: digits, as: UInt32.self)
        return place + Int(UInt32(littleEndian: digits) >> 24)
    }

    /// Three digits. The comma behind them is written over by what comes next.
    @inline(__always) private static func follow(
        _ number: UInt32, at place: UnsafeMutableRawPointer, _ groups: UnsafeBufferPointer<UInt32>
    ) -> UnsafeMutableRawPointer {
        place.storeBytes(of: groups[1000 + Int(number)], as: UInt32.self)
        return place + 3
    }
}
