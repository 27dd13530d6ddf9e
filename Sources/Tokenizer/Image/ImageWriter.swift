/// Puts the tables of a tokenizer one after the other, as `ImageReader` takes them out again: in the same order and of the
/// same kinds. What it holds is used until `bytes` is made.
struct ImageWriter {
    private var parts: [UnsafeRawBufferPointer] = []
    private var owners: [AnyObject] = []

    mutating func add<Element: BitwiseCopyable>(_ table: FixedTable<Element>) {
        parts.append(
            UnsafeRawBufferPointer(start: table.base, count: table.count * MemoryLayout<Element>.stride))
        owners.append(table)
    }

    mutating func add(numbers: [UInt64]) { add(FixedTable(numbers)) }
    mutating func add(bytes: [UInt8]) { add(FixedTable(bytes)) }

    /// The image of a source with this hash.
    func bytes(source: ContentHash) -> [UInt8] {
        var places = [UInt64]()
        var end = ImageHeader.size + parts.count * 16
        for part in parts {
            end = Self.aligned(end)
            places += [UInt64(end), UInt64(part.count)]
            end += part.count
        }
        end = Self.aligned(end)
        var image = [UInt8](repeating: 0, count: end)
        image.withUnsafeMutableBytes { image in
            for (i, place) in places.enumerated() {
                image.storeBytes(of: place, toByteOffset: ImageHeader.size + 8 * i, as: UInt64.self)
            }
            for (i, part) in parts.enumerated() where part.count > 0 {
                let start = Int(places[2 * i])
                UnsafeMutableRawBufferPointer(rebasing: image[start..<(start + part.count)]).copyMemory(from: part)
            }
            let body = UnsafeRawBufferPointer(rebasing: image[ImageHeader.size...])
            ImageHeader(source: source, sections: parts.count, body: body).store(to: image)
        }
        return image
    }

    private static func aligned(_ offset: Int) -> Int { (offset + 63) / 64 * 64 }
}
