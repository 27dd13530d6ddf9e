import Chat
public import Client
import Engines

/// What has come of a stream: bytes from the network on one side, events for the host on the other.
public final class TokenStream: ByteSink {
    private struct Inbox: Sendable {
        var bytes = [UInt8]()
        var isPaused = false
        var isRefused = false
        weak var call: Call?
    }

    private struct Reading {
        var reader: StreamReader?
        var makeParser: () -> StreamingParser? = { nil }
        var parsers = [StreamingParser?]()
        var events = [StreamEvent]()
        var told = 0
    }

    /// What is not read yet may grow to this; then the server waits.
    private static let room = 1 << 20

    private let inbox = Monitor(Inbox())
    private let reading = Monitor(Reading())
    private let limit: Int

    init(limit: Int) { self.limit = limit }

    func attach(to call: Call) { inbox.withLock { $0.call = call } }

    func open(_ reader: StreamReader, _ makeParser: @escaping @Sendable () -> StreamingParser?) {
        reading.withLock { reading in
            reading.reader = reader
            reading.makeParser = makeParser
        }
    }

    public func take(_ bytes: UnsafeRawBufferPointer) -> Taken {
        let (taken, call) = inbox.withLock { inbox -> (Taken, Call?) in
            if inbox.isRefused { return (.refused, nil) }
            if inbox.bytes.count > TokenStream.room {
                inbox.isPaused = true
                return (.later, nil)
            }
            inbox.bytes += bytes
            return (.taken, inbox.call)
        }
        call?.news()
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
    var failure: EngineError? { reading.withLock { $0.reader?.failure } }

    /// All has come: what was not read is, and the completion is made.
    func finish() throws(EngineError) -> Completion {
        let result = reading.withLock { reading -> Result<Completion, EngineError> in
            read(&reading)
            for choice in reading.parsers.indices {
                reading.parsers[choice]?.finish()
                tell(choice, &reading)
            }
            guard let reader = reading.reader else { return .success(Completion()) }
            do throws(EngineError) {
                return .success(try reader.finish())
            } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }

    private func read(_ reading: inout Reading) {
        let (bytes, call) = inbox.withLock { inbox in
            defer {
                inbox.bytes = []
                inbox.isPaused = false
            }
            return (inbox.bytes, inbox.isPaused ? inbox.call : nil)
        }
        call?.resume()
        guard !bytes.isEmpty else { return }
        if reading.told == reading.events.count { (reading.events, reading.told) = ([], 0) }
        reading.reader?.push(bytes)
        // What comes behind a mistake is not wanted.
        if reading.reader?.failure != nil { inbox.withLock { $0.isRefused = true } }
        for delta in reading.reader?.takeDeltas() ?? [] {
            while reading.parsers.count <= delta.choice { reading.parsers.append(reading.makeParser()) }
            if !delta.ids.isEmpty {
                reading.events.append(.tokens(choice: delta.choice, delta.ids, delta.logprobs))
                reading.parsers[delta.choice]?.push(delta.ids)
                tell(delta.choice, &reading)
            }
            if !delta.finishReason.isEmpty {
                reading.parsers[delta.choice]?.finish()
                tell(delta.choice, &reading)
                reading.events.append(.finished(choice: delta.choice, delta.finishReason))
            }
        }
    }

    private func tell(_ choice: Int, _ reading: inout Reading) {
        for event in reading.parsers[choice]?.takeEvents() ?? [] {
            reading.events.append(.parsed(choice: choice, event))
        }
    }
}
