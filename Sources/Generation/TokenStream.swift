import Chat
public import Client
import Engines
import Synchronization

/// What has come of a stream: bytes from the network on one side, events for the host on the other.
public final class TokenStream: ByteSink {
    private struct Inbox: Sendable {
        var bytes = [UInt8]()
        var isPaused = false
        var isRefused = false
    }

    private struct Reading {
        var reader: StreamReader
        /// A message for each choice; empty where there is no model.
        var messages = [StreamedMessage]()
        var events = [StreamEvent]()
        var told = 0
    }

    /// What is not read yet may grow to this; then the server waits.
    private static let room = 1 << 20

    private let inbox = Mutex(Inbox())
    private let reading: Mutex<Reading>
    /// Makes a parser for a choice; nil where there is no model.
    private let makeParser: (@Sendable (_ choice: Int) -> StreamingParser)?
    private weak let call: Call?

    /// - Parameter call: what is told that there is news; it keeps the stream.
    init(_ reader: StreamReader, for call: Call?, _ makeParser: (@Sendable (_ choice: Int) -> StreamingParser)?) {
        (self.call, self.makeParser) = (call, makeParser)
        reading = Mutex(Reading(reader: reader))
    }

    public func take(_ bytes: UnsafeRawBufferPointer) -> Taken {
        let taken = inbox.withLock { inbox -> Taken in
            if inbox.isRefused { return .refused }
            if inbox.bytes.count > TokenStream.room {
                inbox.isPaused = true
                return .later
            }
            inbox.bytes += bytes
            return .taken
        }
        if case .taken = taken { call?.news() }
        return taken
    }

    /// The next event; nil where there is none until more comes.
    public func next() -> StreamEvent? {
        reading.withLock { reading in
            if reading.told == reading.events.count { read(&reading) }
            guard reading.told < reading.events.count else { return nil }
            defer { reading.told += 1 }
            return reading.events[reading.told]
        }
    }

    /// What was wrong with it, if it was that which ended it.
    ///
    /// Who reads may be in the host's code for long, and is waited for only where there is something to tell.
    var failure: EngineError? { inbox.withLock { $0.isRefused } ? reading.withLock { $0.reader.failure } : nil }

    /// All has come: what was not read is, and the completion is made, with a message for each choice.
    func finish() throws(EngineError) -> (Completion, [ParsedMessage]?) {
        let result = reading.withLock { reading -> Result<(Completion, [ParsedMessage]?), EngineError> in
            read(&reading)
            for choice in reading.messages.indices { tell(choice, &reading) { $0.finish() } }
            do throws(EngineError) {
                let completion = try reading.reader.finish()
                return .success((completion, makeParser.map { _ in reading.messages.map(\.message) }))
            } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }

    private func read(_ reading: inout Reading) {
        let (bytes, wasPaused) = inbox.withLock { inbox in
            defer { inbox = Inbox(isRefused: inbox.isRefused) }
            return (inbox.bytes, inbox.isPaused)
        }
        if wasPaused { call?.resume() }
        guard !bytes.isEmpty else { return }
        if reading.told == reading.events.count { (reading.events, reading.told) = ([], 0) }
        reading.reader.push(bytes)
        // What comes behind a mistake is not wanted.
        if reading.reader.failure != nil { inbox.withLock { $0.isRefused = true } }
        for delta in reading.reader.takeDeltas() {
            while let makeParser, reading.messages.count <= delta.choice {
                reading.messages.append(StreamedMessage(makeParser(reading.messages.count)))
            }
            if !delta.ids.isEmpty {
                reading.events.append(.tokens(choice: delta.choice, delta.ids, delta.logprobs))
                tell(delta.choice, &reading) { $0.push(delta.ids) }
            }
            if !delta.finishReason.isEmpty {
                tell(delta.choice, &reading) { $0.finish() }
                reading.events.append(.finished(choice: delta.choice, delta.finishReason))
            }
        }
    }

    private func tell(
        _ choice: Int, _ reading: inout Reading, _ read: (inout StreamedMessage) -> [ParseEvent]
    ) {
        guard reading.messages.indices.contains(choice) else { return }
        reading.events += read(&reading.messages[choice]).map { .parsed(choice: choice, $0) }
    }
}
