import Client
import Engines
import Glibc
import Testing

/// What threads share in a client, where a sanitizer can watch it.
@Suite(.timeLimit(.minutes(5))) struct ClientTests {
    private func status(_ question: Question) -> Int? { try? question.outcome?.get().status }

    private func inThreads(_ count: Int, _ body: @escaping @Sendable (Int) -> Void) {
        final class Start: Sendable {
            let index: Int
            let body: @Sendable (Int) -> Void
            init(_ index: Int, _ body: @escaping @Sendable (Int) -> Void) { (self.index, self.body) = (index, body) }
        }
        var threads = [pthread_t]()
        for index in 0..<count {
            var id = pthread_t()
            pthread_create(
                &id, nil,
                { argument in
                    guard let argument else { return nil }
                    let start = Unmanaged<Start>.fromOpaque(argument).takeRetainedValue()
                    start.body(start.index)
                    return nil
                }, Unmanaged.passRetained(Start(index, body)).toOpaque())
            threads.append(id)
        }
        for thread in threads { pthread_join(thread, nil) }
    }

    @Test func manyThreadsAskAndAllAreAnswered() throws {
        let server = try Loopback()
        defer { server.stop() }
        var options = Client.Options()
        options.limits.connectionsPerServer = 5
        let client = Client(options: options)
        inThreads(8) { index in
            for i in 0..<100 {
                guard let question = try? Question(server, "/ok", body: i * 50, isQuick: i % 2 == 0),
                    let call = try? client.submit(question, isListed: false)
                else {
                    Issue.record("not begun")
                    return
                }
                while !call.isDone { _ = call.wait(milliseconds: nil) }
                let length = try? question.outcome?.get().body.count
                #expect(length == i * 50)
            }
        }
    }

    @Test func theQueueTellsAllOfThem() throws {
        let server = try Loopback()
        defer { server.stop() }
        let client = Client()
        let calls = try (0..<400).map { try client.submit(Question(server, "/ok"), tag: UInt64($0), isListed: true) }
        let descriptor = try client.descriptor
        #expect(descriptor != nil)
        var tags = Set<UInt64>()
        while tags.count < 400 {
            let told = try client.next(16, milliseconds: 10_000)
            #expect(!told.isEmpty)
            for call in told { #expect(tags.insert(call.tag).inserted && call.isDone) }
        }
        #expect(calls.count == 400)
        let rest = try client.next(1, milliseconds: 0)
        #expect(rest.isEmpty)
    }

    /// Each waits without end for the next one: who is not woken stays asleep.
    @Test func manyThreadsWaitForTheQueueAndNoneIsForgotten() throws {
        let server = try Loopback()
        defer { server.stop() }
        let client = Client()
        let seen = Monitor(Set<UInt64>())
        let calls = Monitor([Call]())
        inThreads(6) { index in
            if index == 0 {
                for i in 0..<600 {
                    guard let question = try? Question(server, "/ok", isQuick: i % 3 != 0),
                        let call = try? client.submit(question, tag: UInt64(i), isListed: true)
                    else {
                        Issue.record("not begun")
                        return
                    }
                    calls.withLock { $0.append(call) }
                }
                return
            }
            // A hundred and twenty each, one at a time.
            for _ in 0..<120 {
                guard let call = (try? client.next(1, milliseconds: nil))?.first else {
                    Issue.record("nothing told")
                    return
                }
                let isNew = seen.withLock { $0.insert(call.tag).inserted }
                #expect(isNew && call.isDone)
            }
        }
        let count = seen.withLock { $0.count }
        #expect(count == 600)
        let begun = calls.withLock { $0.count }
        #expect(begun == 600)
    }

    @Test func theDescriptorIsReadableWhileThereIsSomethingToTell() throws {
        let server = try Loopback()
        defer { server.stop() }
        let client = Client()
        let descriptor = try client.descriptor
        func isReadable(_ milliseconds: Int32) -> Bool {
            var watched = pollfd(fd: descriptor ?? -1, events: Int16(POLLIN), revents: 0)
            return poll(&watched, 1, milliseconds) == 1
        }
        for round in 0..<200 {
            let calls = try (0..<1 + round % 40).map { i in
                try client.submit(
                    Question(server, "/ok", isQuick: (i + round) % 2 == 0), tag: UInt64(i), isListed: true)
            }
            var told = 0
            while told < calls.count {
                #expect(isReadable(10_000))
                let next = try client.next(1 + round % 7, milliseconds: 0)
                #expect(!next.isEmpty)
                if next.isEmpty { return }
                told += next.count
            }
            #expect(!isReadable(0))
            for call in calls { call.forget() }
        }
    }

    @Test func whatIsCancelledEndsOnceAtEveryStage() throws {
        let server = try Loopback()
        defer { server.stop() }
        let client = Client()
        inThreads(4) { index in
            for i in 0..<100 {
                let path = ["/ok", "/stall", "/stream", "/busy"][i % 4]
                guard let question = try? Question(server, path, key: i % 8 == 0 ? "q" : nil, isQuick: i % 3 == 0),
                    let call = try? client.submit(question, isListed: i % 2 == 0)
                else {
                    Issue.record("not begun")
                    return
                }
                if i % 5 > 0 { usleep(UInt32(i % 5) * 300) }
                call.cancel()
                while !call.isDone {
                    _ = call.wait(milliseconds: 100)
                    _ = question.sink?.read()
                }
                #expect(question.outcome != nil)
                call.forget()
            }
        }
    }

    @Test func aClientThatIsClosedEndsWhatIsUnderWay() throws {
        let server = try Loopback()
        defer { server.stop() }
        for round in 0..<20 {
            let client = Client()
            let questions = try (0..<40).map { i in
                try Question(
                    server, ["/stall", "/ok", "/stream", "/busy"][i % 4], key: i % 3 == 0 ? "q" : nil,
                    isQuick: i % 2 == 0)
            }
            let calls = try questions.map { try client.submit($0, isListed: true) }
            usleep(UInt32(round) * 500)
            client.close()
            let isOver = calls.allSatisfy { $0.isDone }
            #expect(isOver)
            #expect(questions.allSatisfy { $0.outcome != nil })
            #expect(throws: ClientError.cancelled) { _ = try client.submit(questions[0], isListed: true) }
        }
    }

    @Test func streamsArePausedAndGoOn() throws {
        let server = try Loopback()
        defer { server.stop() }
        let client = Client()
        inThreads(6) { _ in
            for _ in 0..<5 {
                guard let question = try? Question(server, "/stream"), let sink = question.sink,
                    let call = try? client.submit(question, isListed: true)
                else {
                    Issue.record("not begun")
                    return
                }
                var count = 0
                while !call.isDone {
                    _ = call.wait(milliseconds: 50)
                    count += sink.read()
                }
                count += sink.read()
                #expect(count == 100_000)
            }
        }
    }

    @Test func thoseWhoAskTheSameAreAnsweredTogether() throws {
        let server = try Loopback()
        defer { server.stop() }
        let client = Client()
        let questions = try (0..<200).map { _ in try Question(server, "/ok", key: "same") }
        let calls = try questions.map { try client.submit($0, isListed: false) }
        for call in calls { while !call.isDone { _ = call.wait(milliseconds: nil) } }
        #expect(questions.allSatisfy { status($0) == 200 })
    }

    @Test func waitsAreLimited() throws {
        let server = try Loopback()
        defer { server.stop() }
        let client = Client()
        let questions = try (0..<50).map { try Question(server, "/stall", milliseconds: 50 + $0) }
        let calls = try questions.map { try client.submit($0, isListed: false) }
        for (call, question) in zip(calls, questions) {
            while !call.isDone { _ = call.wait(milliseconds: nil) }
            guard case .failure(.timeout(_, .completeAnswer, _, 0)) = question.outcome else {
                Issue.record("\(String(describing: question.outcome))")
                continue
            }
        }
    }
}
