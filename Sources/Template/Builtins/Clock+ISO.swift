extension Clock {
    /// What a text must be to be a time, for messages.
    public static let expectation = "must be a time: YYYY-MM-DD, YYYY-MM-DDTHH:MM or YYYY-MM-DDTHH:MM:SS"

    /// A time as ISO 8601 writes it, without a zone: a template sees only the wall clock. nil for anything else.
    public init?(iso text: [UInt8]) {
        var fields = [Int]()
        // The lengths of the fields, and what stands before each.
        let layout: [(before: [UInt8], digits: Int)] = [
            ([], 4), (Array("-".utf8), 2), (Array("-".utf8), 2), (Array("T ".utf8), 2), (Array(":".utf8), 2),
            (Array(":".utf8), 2),
        ]
        var rest = text[...]
        for (before, digits) in layout where !rest.isEmpty || fields.isEmpty {
            if !before.isEmpty {
                guard let separator = rest.popFirst(), before.contains(separator) else { return nil }
            }
            guard rest.count >= digits, rest.prefix(digits).allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }) else { return nil }
            fields.append(rest.prefix(digits).reduce(0) { $0 * 10 + Int($1 - 0x30) })
            rest = rest.dropFirst(digits)
        }
        guard rest.isEmpty, [3, 5, 6].contains(fields.count) else { return nil }
        fields += Array(repeating: 0, count: 6 - fields.count)
        let isLeap = fields[0] % 4 == 0 && (fields[0] % 100 != 0 || fields[0] % 400 == 0)
        let lengths = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        guard fields[0] >= 1, (1...12).contains(fields[1]), (1...lengths[fields[1] - 1]).contains(fields[2]),
            fields[3] < 24, fields[4] < 60, fields[5] < 60
        else { return nil }
        self.init(
            year: fields[0], month: fields[1], day: fields[2], hour: fields[3], minute: fields[4], second: fields[5])
    }
}
