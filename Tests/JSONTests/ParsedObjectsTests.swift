import JSON
import Testing

@Suite struct ParsedObjectsTests {
    private let known = ParsedObjects()

    /// A document with a memory and without: the same value, or the same error.
    private func check(_ text: String) {
        let bytes = Array(text.utf8)
        func outcome(_ parse: (UnsafeBufferPointer<UInt8>) throws -> Value) -> (Value?, String) {
            bytes.withUnsafeBufferPointer { buffer in
                do {
                    return (try parse(buffer), "")
                } catch {
                    return (nil, "\(error)")
                }
            }
        }
        let plain = outcome { try JSONParser.parse($0) }
        for _ in 0..<2 {
            let other = outcome { try JSONParser.parse($0, listing: "messages", known: known) }
            #expect(other.0 == plain.0 && other.1 == plain.1, "\(text)")
        }
    }

    @Test func documentsOfEveryShape() {
        for text in [
            "", "{", "{}", "[]", "7", "{\"messages\"}", "{\"messages\": []}", "{\"messages\": [1]}",
            "{\"messages\": {}}",
            "{\"messages\": [{}]}", "{\"messages\": [{}, {}]}",
            " { \"a\" : 1 , \"messages\" : [ { \"b\" : \"}]\\\"\" } , {} ] , \"c\" : [ 1 , [2] ] } ",
            "{\"messages\": [{\"a\": 1}], \"messages\": [{\"a\": 2}]}",
            "{\"messages\": [{\"a\": 1}], \"m\\u0065ssages\": 1}",
            "{\"messages\": [{\"a\": 1},]}", "{\"messages\": [{\"a\": 1} {}]}", "{\"messages\": [{\"a\": }]}",
            "{\"messages\": [{\"a\": 1}]} x",
            "{\"messages\": [{\"a\": 1}], }", "{\"messages\": [{\"a\": 1]}", "{\"messages\": [{\"a\": \"\u{1}\"}]}",
            "{\"tools\": tru, \"messages\": [{}]}",
            "{\"messages\": [{\"a\": 99999999999999999999, \"b\": 1e999}], \"n\": 99999999999999999999}",
            "{\"messages\": [{\"a\": 1, \"a\": 2}], \"x\": null}",
        ] { check(text) }
    }

    @Test func documentsThatWereDamaged() {
        let sound = Array(
            "{\"tools\": [{\"name\": \"f\"}], \"messages\": [{\"role\": \"user\", \"content\": \"Hi \\n \\\"x\\\" é\"}, {\"role\": \"tool\", \"content\": [1, {\"a\": null}]}], \"now\": \"x\"}"
                .utf8)
        var random = SystemRandomNumberGenerator()
        for _ in 0..<3000 {
            var bytes = sound
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                let at = Int.random(in: 0..<bytes.count, using: &random)
                switch Int.random(in: 0..<3, using: &random) {
                case 0: bytes.remove(at: at)
                case 1: bytes[at] = Array("{}[]\",:\\ 1a".utf8).randomElement(using: &random) ?? 0x20
                default: bytes.insert(Array("{}[]\",:\\ 1a".utf8).randomElement(using: &random) ?? 0x20, at: at)
                }
            }
            if let text = String(validating: bytes, as: UTF8.self) { check(text) }
        }
    }

    @Test func moreThanIsKept() {
        for i in 0..<40 {
            let content = String(repeating: "\(i % 10)", count: 300_000)
            check("{\"messages\": [{\"content\": \"\(content)\"}, {\"content\": \"\(i)\"}]}")
        }
        check("{\"messages\": [{\"content\": \"" + String(repeating: "x", count: 2 << 20) + "\"}]}")
    }

    /// Texts of one length, with the same beginning, middle and end.
    @Test func textsThatLookAlike() {
        for i in 0..<8 {
            var content = Array(repeating: UInt8(ascii: "a"), count: 2000)
            content[300 + i] = UInt8(ascii: "b")
            check("{\"messages\": [{\"content\": \"\(String(decoding: content, as: UTF8.self))\"}]}")
        }
    }
}
