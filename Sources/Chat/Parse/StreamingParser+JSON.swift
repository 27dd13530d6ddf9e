import JSON

/// Arguments that are JSON, and calls that are.
extension StreamingParser {
    /// A call that is an object: where its members are.
    struct ObjectCall: Sendable {
        /// Up to where it has been read.
        var cursor = 0
        var key: [UInt8] = []
        var valueStart = 0
        var arguments: Range<Int>?
        var isInArguments = false
        /// Whether the member that holds the others has begun.
        var isWrapped = false
    }

    /// Runs the scanner over what is there from a place.
    private mutating func scanJSON(from place: Int) -> (JSONScanner.Event, Int) {
        var scanner = JSONScanner()
        swap(&scanner, &self.scanner)
        let count = text.bytes.count
        let result = text.bytes.withUnsafeBufferPointer { scanner.run($0, from: place, to: count) }
        swap(&scanner, &self.scanner)
        return result
    }

    mutating func stepJSON() -> Progress {
        if attempt?.told == nil {
            var at = text.start
            while at < text.bytes.count, isSpace(text.bytes[at]) { at += 1 }
            text.start = at
            if at == text.bytes.count { return text.isFinal ? giveUp(.unclosedBlock) : .wait }
            attempt?.told = at
            // What is no object is told as it is.
            if text.bytes[at] != UInt8(ascii: "{") { return giveUp(.invalidJSON) }
        }
        let (event, next) = scanJSON(from: text.start)
        text.start = next
        switch event {
        case .complete:
            tellArguments(to: next)
            state = .closeCall
            return .again
        case .invalid:
            tellArguments(to: next)
            return giveUp(.invalidJSON)
        case .more, .key, .valueStart, .valueEnd:
            tellArguments(to: next)
            return text.isFinal ? giveUp(.unclosedBlock) : .wait
        }
    }

    mutating func stepObject() -> Progress {
        guard case .object(let members)? = grammar.format.toolCalls?.arguments else {
            return giveUp(.malformedStructure)
        }
        let (event, next) = scanJSON(from: object.cursor)
        object.cursor = next
        switch event {
        case .more:
            if object.isInArguments { tellObject(to: next) }
            return text.isFinal ? stopObject(at: next, .unclosedBlock) : .wait
        case .key:
            object.key = lastString(before: next)
            return .again
        case .valueStart:
            object.valueStart = next
            if object.key == members.wrapper, scanner.watched == 1, next < text.bytes.count,
                text.bytes[next] == UInt8(ascii: "{")
            {
                scanner.watched = 2
                object.isWrapped = true
            } else if object.key == members.arguments, object.arguments == nil {
                // Text of JSON inside JSON is told when it is whole.
                object.isInArguments = text.bytes[next] != UInt8(ascii: "\"")
                if object.isInArguments { attempt?.told = next }
            }
            return .again
        case .valueEnd:
            if object.isWrapped, scanner.depth == 1 {
                scanner.watched = 1
                object.isWrapped = false
                return .again
            }
            endMember(members, at: next)
            return .again
        case .complete:
            text.start = next
            finishObject()
            state = .closeCall
            return .again
        case .invalid: return stopObject(at: next, .invalidJSON)
        }
    }

    /// The text of the string that ends in front of a place.
    private func lastString(before end: Int) -> [UInt8] {
        var open = end - 2
        while open > (attempt?.start ?? 0) {
            if text.bytes[open] == UInt8(ascii: "\"") {
                let slashes = text.bytes[..<open].reversed().prefix { $0 == UInt8(ascii: "\\") }.count
                if slashes % 2 == 0 { break }
            }
            open -= 1
        }
        return string(open..<end) ?? []
    }

    private func string(_ range: Range<Int>) -> [UInt8]? {
        (try? JSONParser.parse(valid(range)))?.stringBytes
    }

    private mutating func endMember(_ members: Format.Members, at end: Int) {
        // A number may have taken white space along.
        let value = object.valueStart..<end
        if object.key == members.name, attempt?.name == nil {
            let name = string(value) ?? []
            if !name.isEmpty {
                attempt?.name = name
                tellStart()
                if let arguments = object.arguments { tellArguments(arguments) }
            }
        } else if object.key == members.arguments, object.arguments == nil {
            object.arguments = value
            if object.isInArguments { tellObject(to: end) } else if attempt?.name != nil { tellArguments(value) }
            object.isInArguments = false
        } else if object.key == members.id, attempt?.id == nil {
            let id = string(value) ?? valid(value)
            attempt?.id = id
        }
    }

    private mutating func tellObject(to end: Int) {
        if attempt?.name != nil { tellArguments(to: end) }
    }

    /// Arguments that came before the name, or that are JSON in a string.
    private mutating func tellArguments(_ range: Range<Int>) {
        if text.bytes[range.lowerBound] == UInt8(ascii: "\"") {
            guard let inner = string(range) else { return }
            tellArguments(inner)
            checkArguments(inner)
        } else {
            attempt?.told = range.lowerBound
            tellArguments(to: range.upperBound)
            checkArguments(Array(text.bytes[range]))
        }
    }

    private mutating func checkArguments(_ bytes: [UInt8]) {
        var scanner = JSONScanner()
        let first = bytes.first { !isSpace($0) }
        let (event, end) = bytes.withUnsafeBufferPointer { scanner.run($0, from: 0, to: bytes.count) }
        let isWhole = if case .complete = event { bytes[end...].allSatisfy(isSpace) } else { false }
        if !isWhole || first != UInt8(ascii: "{") { attempt?.problem = .invalidJSON }
    }

    private mutating func finishObject() {
        guard let arguments = object.arguments else {
            // A call without arguments.
            if attempt?.name != nil { tellArguments(Array("{}".utf8)) }
            return
        }
        let first = text.bytes[arguments.lowerBound]
        if first != UInt8(ascii: "{"), first != UInt8(ascii: "\"") { attempt?.problem = .invalidJSON }
    }

    private mutating func stopObject(at place: Int, _ problem: CallStatus) -> Progress {
        text.start = place
        if object.isInArguments { tellObject(to: place) } else { attempt?.told = nil }
        return giveUp(problem)
    }
}
