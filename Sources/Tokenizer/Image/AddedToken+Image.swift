/// Added tokens in an image: their ids are decided, so nothing is looked up and no JSON is read.
extension AddedToken {
    static func write(_ tokens: [AddedToken], to image: inout ImageWriter) {
        var numbers = [UInt64]()
        var contents = [UInt8]()
        for token in tokens {
            let flags = [token.isSpecial, token.isNormalized, token.stripsLeft, token.stripsRight, token.isSingleWord]
            let bits = flags.reduce(UInt64(0)) { $0 << 1 | ($1 ? 1 : 0) }
            numbers += [UInt64(token.id) << 8 | bits, UInt64(token.content.count)]
            contents += token.content
        }
        image.add(numbers: numbers)
        image.add(bytes: contents)
    }

    static func tokens(_ image: ImageReader) -> [AddedToken]? {
        guard let numbers = image.table(of: UInt64.self), let contents = image.bytes, numbers.count % 2 == 0 else {
            return nil
        }
        var tokens = [AddedToken]()
        tokens.reserveCapacity(numbers.count / 2)
        var start = 0
        for i in stride(from: 0, to: numbers.count, by: 2) {
            let length = numbers[i + 1]
            guard length <= UInt64(contents.count - start) else { return nil }
            let end = start + Int(length)
            func flag(_ bit: UInt64) -> Bool { numbers[i] >> bit & 1 != 0 }
            tokens.append(
                AddedToken(
                    id: UInt32(truncatingIfNeeded: numbers[i] >> 8), content: Array(contents[start..<end]),
                    isSpecial: flag(4), isNormalized: flag(3), stripsLeft: flag(2), stripsRight: flag(1),
                    isSingleWord: flag(0)))
            start = end
        }
        return tokens
    }
}
