import Chat
import JSON
import Testing
import Tokenizer

/// However a completion is cut, its events are those of the whole; nothing that is told is taken back.
@Suite struct StreamingTests {
    static let tools = #"""
        {"tools": [{"name": "f", "parameters": {"properties": {"s": {"type": "string"}, "n": {"type": "array"}}}}, {"name": "g"}]}
        """#

    /// Neighbours of a kind put together.
    static func joined(_ events: [ParseEvent]) -> ParsedMessage {
        var message = ParsedMessage()
        for event in events { message.append(event) }
        return message
    }

    private func events(_ model: Model, _ parts: [ArraySlice<UInt32>]) throws -> [ParseEvent] {
        var parser = model.parser(try ParseRequest(fields(Self.tools)), prompt: [])
        var events = [ParseEvent]()
        for part in parts {
            parser.push(Array(part))
            events += parser.takeEvents()
        }
        parser.finish()
        return events + parser.takeEvents()
    }

    @Test(arguments: Formats.samples)
    func everyCutTellsTheSame(sample: Formats.Sample) throws {
        let model = Model(try demoModel(), format: try Format(fields(sample.format)))
        for completion in sample.completions {
            let ids = try model.tokenizer.encode(Array(completion.utf8)).ids
            let whole = Self.joined(try events(model, [ids[...]]))
            for cut in 0...ids.count {
                #expect(
                    Self.joined(try events(model, [ids[..<cut], ids[cut...]])) == whole, "\(completion) cut at \(cut)")
            }
            let singly = try events(model, ids.indices.map { ids[$0...$0] })
            #expect(Self.joined(singly) == whole, "\(completion)")
            for case .content(let text) in singly { #expect(String(validating: text, as: UTF8.self) != nil) }
        }
    }

    @Test(arguments: Formats.samples)
    func mutatedAndRandomIdsAreRead(sample: Formats.Sample) throws {
        let model = Model(try demoModel(), format: try Format(fields(sample.format)))
        var random = SystemRandomNumberGenerator()
        let pieces = try sample.completions.map { try model.tokenizer.encode(Array($0.utf8)).ids }
        let all = Array(pieces.joined())
        for round in 0..<300 {
            var ids = pieces[round % pieces.count]
            for _ in 0..<(round % 7) where !ids.isEmpty {
                let at = Int.random(in: ids.indices, using: &random)
                switch round % 3 {
                case 0: ids.remove(at: at)
                case 1: ids.insert(all.randomElement(using: &random) ?? 0, at: at)
                default: ids[at] = UInt32.random(in: 0..<1200, using: &random)
                }
            }
            let whole = Self.joined(try events(model, [ids[...]]))
            let cut = Int.random(in: 0...ids.count, using: &random)
            #expect(Self.joined(try events(model, [ids[..<cut], ids[cut...]])) == whole, "\(ids) cut at \(cut)")
            #expect(Self.joined(try events(model, ids.indices.map { ids[$0...$0] })) == whole, "\(ids)")
            for call in whole.calls where call.status == .ok {
                #expect((try? JSONParser.parse(call.arguments))?.object != nil, "\(ids)")
            }
        }
    }
}
