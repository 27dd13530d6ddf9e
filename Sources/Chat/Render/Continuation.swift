import Bytes
import JSON
import Template

/// `continue_final_message`: the prompt ends where the last message's field ends, without what the template puts after it.
///
/// transformers 5.23 marks the end of the field with a tag, renders, and cuts the text at the last tag. The tag ends in a
/// space: where the template has trimmed it, the field's own trailing white space is gone too, and what is left is stripped.
public struct Continuation {
    public enum Problem: Error, Sendable, Equatable {
        case noMessage
        case fieldMissing(String)
        /// The template's source never names the field.
        case fieldUnknownToTemplate(String)
        case fieldIsNotText(String)
        case noTextPart
        /// The template dropped the message, or changed it.
        case notInText
    }

    private static let tag = Array("CONTINUE_FINAL_MESSAGE_TAG ".utf8)
    private let text: [UInt8]

    /// Tags the last of `messages`.
    init(field: [UInt8], messages: inout [Object], templateSource: [UInt8]) throws(Problem) {
        let name = String(decoding: field, as: UTF8.self)
        guard var last = messages.popLast() else { throw .noMessage }
        guard let value = last[field], !value.isNull else { throw .fieldMissing(name) }
        // A message's reasoning stands under several names: all that are equal are tagged.
        var fields = [field]
        if Messages.reasoningFields.contains(field) {
            fields = Messages.reasoningFields.filter { last[$0] == value }
        }
        if !fields.contains(where: { ByteSearch.contains(templateSource, $0) }) { throw .fieldUnknownToTemplate(name) }
        if case .array(var parts) = value {
            guard let i = parts.lastIndex(where: { $0["text"] != nil }), var part = parts[i].object else {
                throw .noTextPart
            }
            guard let partText = part["text"]?.stringBytes else { throw .fieldIsNotText(name) }
            text = partText
            part.set("text", .string(partText + Continuation.tag))
            parts[i] = .object(part)
            last[field] = .array(parts)
        } else {
            guard let content = value.stringBytes else { throw .fieldIsNotText(name) }
            text = content
            for field in fields { last[field] = .string(content + Continuation.tag) }
        }
        messages.append(last)
    }

    /// The number of bytes of `rendered` to keep.
    func end(in rendered: [UInt8]) throws(Problem) -> Int {
        let bareTag = Continuation.tag.dropLast()
        let content = PythonWhitespace.strip(text[...])
        guard ByteSearch.contains(rendered, content), let at = ByteSearch.last(bareTag, in: rendered) else {
            throw .notInText
        }
        if rendered[at...].starts(with: Continuation.tag) { return at }
        return PythonWhitespace.stripEnd(rendered[..<at]).endIndex
    }
}
