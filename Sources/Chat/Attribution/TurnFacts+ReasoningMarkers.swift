import Bytes
import Template

extension TurnFacts {
    /// What stands around reasoning, without layout.
    struct ReasoningMarkers: Sendable {
        var start: [UInt8]
        var end: [UInt8]

        init(start: [UInt8], end: [UInt8]) {
            self.start = start
            self.end = end
        }

        /// The markers of a prompt that ends with a tag, where the template knows the tag's end: a family that shows no
        /// reasoning of earlier turns.
        init?(opening prompt: [UInt8], template: [UInt8]) {
            let text = PythonWhitespace.strip(prompt[...])
            guard text.last == UInt8(ascii: ">"), let open = text.lastIndex(of: UInt8(ascii: "<")) else { return nil }
            let name = text[(open + 1)...].dropLast()
            let isName = name.allSatisfy { $0 | 0x20 >= UInt8(ascii: "a") && $0 | 0x20 <= UInt8(ascii: "z") }
            if name.isEmpty || !isName { return nil }
            start = Array(text[open...])
            end = Array("</".utf8) + name + Array(">".utf8)
            if !ByteSearch.contains(template, end) { return nil }
        }
    }
}
