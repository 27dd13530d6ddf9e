/// Cuts a stream of server-sent events into the data of its events. Lines and events may come in any pieces.
struct EventStream {
    private var bytes = [UInt8]()
    /// Up to where the bytes are cut, and up to where no end of a line was found.
    private var start = 0
    private var searched = 0
    private var data = [UInt8]()
    private var hasData = false
    /// What one event may have; more of it is an error and not a wait without end.
    private let limit: Int

    init(limit: Int) { self.limit = limit }

    /// What is held back until more comes.
    var pending: Int { bytes.count - start + data.count }
    var isTooLarge: Bool { pending > limit }

    mutating func push(_ more: some Collection<UInt8>) {
        if start > 1 << 16 || start == bytes.count {
            bytes.removeFirst(start)
            searched -= start
            start = 0
        }
        bytes += more
    }

    /// The data of the next event; nil until more has come. Comments, and fields other than data, say nothing to us.
    mutating func next() -> [UInt8]? {
        while let line = nextLine() {
            if line.isEmpty {
                guard hasData else { continue }
                hasData = false
                defer { data = [] }
                return data
            }
            let name = Array("data:".utf8)
            guard line.starts(with: name) else { continue }
            var value = line.dropFirst(name.count)
            if value.first == UInt8(ascii: " ") { value = value.dropFirst() }
            if hasData { data.append(UInt8(ascii: "\n")) }
            data += value
            hasData = true
        }
        return nil
    }

    /// A line ends with a line feed, with or without a carriage return.
    private mutating func nextLine() -> ArraySlice<UInt8>? {
        guard let end = bytes[searched...].firstIndex(of: UInt8(ascii: "\n")) else {
            searched = bytes.count
            return nil
        }
        var line = bytes[start..<end]
        if line.last == UInt8(ascii: "\r") { line = line.dropLast() }
        start = end + 1
        searched = start
        return line
    }
}
