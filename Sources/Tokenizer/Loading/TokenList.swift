/// The tokens of a vocabulary as a file lists them: texts one behind the other, so that none has memory of its own.
struct TokenList {
    private(set) var bytes: [UInt8] = []
    private(set) var ids: [UInt32] = []
    /// Where each text ends.
    private var ends: [Int] = []

    var count: Int { ids.count }

    mutating func reserve(_ count: Int, bytes size: Int) {
        bytes.reserveCapacity(size)
        ids.reserveCapacity(count)
        ends.reserveCapacity(count)
    }

    mutating func append(_ text: some Sequence<UInt8>, _ id: UInt32) {
        bytes.append(contentsOf: text)
        close(id)
    }

    /// Has `body` append the bytes of a text. Where it says false there is nothing to be done with the list.
    mutating func appendText(_ body: (inout [UInt8]) -> Bool) -> Bool { body(&bytes) }

    /// Ends the text whose bytes were appended.
    mutating func close(_ id: UInt32) {
        ids.append(id)
        ends.append(bytes.count)
    }

    func range(_ i: Int) -> Range<Int> { (i == 0 ? 0 : ends[i - 1])..<ends[i] }

    /// The last first.
    func reversed() -> TokenList {
        var list = TokenList()
        list.reserve(count, bytes: bytes.count)
        for i in (0..<count).reversed() { list.append(bytes[range(i)], ids[i]) }
        return list
    }
}
