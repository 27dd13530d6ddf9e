/// Reads the regular arrays of answers, in the shapes in which the engines write them.
struct ColumnScanner {
    enum Shape: Sendable {
        /// [1,2,…]
        case ids
        /// [-0.5,null,…]
        case numbers
        /// ["token_id:1",…]
        case names
        /// [{"token_id":1,"logprob":-0.5,"rank":1,"top_logprobs":[{"token_id":1,"logprob":-0.5,"rank":1},…]},…]
        case entries
        /// [[-0.5,1,null],…]
        case triples
        /// [null,[[-0.5,1,null],…],…]
        case lists
    }

    private var scanner: NumberScanner
    private let expected: Int
    private let keepsTop: Bool

    private init(_ scanner: NumberScanner, expected: Int, keepsTop: Bool) {
        (self.scanner, self.expected, self.keepsTop) = (scanner, expected, keepsTop)
    }

    /// The array, and how many bytes it takes; nil where it is anything else.
    ///
    /// - Parameters:
    ///   - start: where the array's bracket is.
    ///   - expected: about how many elements it has; 0 where nobody knows.
    ///   - keepsTop: whether the lists of the likeliest tokens of `entries` are wanted.
    static func read(
        _ shape: Shape, _ bytes: UnsafeBufferPointer<UInt8>, from start: Int, expected: Int, keepsTop: Bool
    ) -> (Column, length: Int)? {
        var scanner = ColumnScanner(
            NumberScanner(bytes[start...], of: bytes), expected: expected, keepsTop: keepsTop)
        let begin = scanner.scanner.place
        guard let column = scanner.read(shape) else { return nil }
        return (column, scanner.scanner.place - begin)
    }

    private mutating func read(_ shape: Shape) -> Column? {
        switch shape {
        case .ids:
            var ids = room(UInt32.self)
            return array { row in row.scanner.id().map { ids.append($0) } != nil } ? .ids(ids) : nil
        case .numbers:
            var numbers = room(Float.self)
            return array { row in row.scanner.logprob().map { numbers.append($0) } != nil } ? .numbers(numbers) : nil
        case .names:
            var ids = room(UInt32.self)
            let isWhole = array { row in
                guard row.scanner.take("\"token_id:"), let id = row.scanner.id(), row.scanner.take(UInt8(ascii: "\""))
                else { return false }
                ids.append(id)
                return true
            }
            return isWhole ? .ids(ids) : nil
        case .entries: return entries()
        case .triples:
            var ids = room(UInt32.self)
            var logprobs = room(Float.self)
            let isWhole = array { row in
                guard let (id, logprob) = row.triple() else { return false }
                ids.append(id)
                logprobs.append(logprob)
                return true
            }
            return isWhole ? .tokens(ids: ids, logprobs: logprobs, top: TokenLists()) : nil
        case .lists:
            var lists = TokenLists()
            let isWhole = array { row in
                defer { lists.endPosition() }
                if row.scanner.take("null") { return true }
                return row.array { row in
                    guard let (id, logprob) = row.triple() else { return false }
                    lists.append(id, logprob)
                    return true
                }
            }
            return isWhole ? .lists(lists) : nil
        }
    }

    private func room<T>(_ type: T.Type) -> [T] {
        var list = [T]()
        // What arrays say of each other need not be true.
        list.reserveCapacity(min(max(expected, 64), 1 << 16))
        return list
    }

    private mutating func entries() -> Column? {
        var ids = room(UInt32.self)
        var logprobs = room(Float.self)
        var top = TokenLists()
        let isWhole = array { row in
            let start = row.scanner.place
            guard let (id, logprob) = row.token() else { return false }
            let stop = row.scanner.place
            guard row.scanner.take(",\"top_logprobs\":") else { return false }
            let hasTop = row.array { row in
                // The token itself is nearly always the first, letter for letter.
                if row.scanner.take(start, to: stop) {
                    if row.keepsTop { top.append(id, logprob) }
                } else {
                    guard let (id, logprob) = row.token() else { return false }
                    if row.keepsTop { top.append(id, logprob) }
                }
                return row.scanner.take(UInt8(ascii: "}"))
            }
            guard hasTop, row.scanner.take(UInt8(ascii: "}")) else { return false }
            if row.keepsTop { top.endPosition() }
            ids.append(id)
            logprobs.append(logprob)
            return true
        }
        return isWhole ? .tokens(ids: ids, logprobs: logprobs, top: top) : nil
    }

    /// {"token_id":1,"logprob":-0.5,"rank":1, without what closes it.
    @inline(__always) private mutating func token() -> (UInt32, Float)? {
        guard scanner.take("{\"token_id\":"), let id = scanner.id(), scanner.take(",\"logprob\":"),
            let logprob = scanner.logprob(), scanner.take(",\"rank\":"), scanner.take("null") || scanner.id() != nil
        else { return nil }
        return (id, logprob)
    }

    @inline(__always) private mutating func triple() -> (UInt32, Float)? {
        guard scanner.take(UInt8(ascii: "[")), let logprob = scanner.logprob(), scanner.take(UInt8(ascii: ",")),
            let id = scanner.id(), scanner.take(",null]")
        else { return nil }
        return (id, logprob)
    }

    /// Brackets, and elements between commas.
    @inline(__always) private mutating func array(_ element: (inout ColumnScanner) -> Bool) -> Bool {
        guard scanner.take(UInt8(ascii: "[")) else { return false }
        if scanner.take(UInt8(ascii: "]")) { return true }
        repeat {
            guard element(&self) else { return false }
        } while scanner.take(UInt8(ascii: ","))
        return scanner.take(UInt8(ascii: "]"))
    }
}
