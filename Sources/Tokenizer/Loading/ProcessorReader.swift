import JSON

/// The section `post_processor`, as far as it concerns a single text.
enum ProcessorReader {
    static func read(_ field: Field, into steps: inout [PostProcessor], depth: Int = 0) throws(TokenizerError) {
        let type = try field.type()
        switch type {
        case "Sequence":
            if depth >= 16 { throw field.invalid("sequences nest too deeply") }
            for element in try field.member("processors").elements() {
                try read(element, into: &steps, depth: depth + 1)
            }
        case "ByteLevel":
            if try field.member("trim_offsets").bool() {
                steps.append(.trimOffsets(prefixSpace: try field.member("add_prefix_space").bool()))
            }
        case "RobertaProcessing":
            if try field.member("trim_offsets").bool() {
                steps.append(.trimOffsets(prefixSpace: try field.member("add_prefix_space").bool()))
            }
            try surround(field, try ends(field), &steps)
        case "BertProcessing": try surround(field, try ends(field), &steps)
        case "TemplateProcessing": try surround(field, try template(field), &steps)
        default: throw TokenizerError(.unsupported(component: "\(field.path).type", name: type))
        }
    }

    private static func surround(
        _ field: Field, _ ids: (before: [UInt32], after: [UInt32]), _ steps: inout [PostProcessor]
    ) throws(TokenizerError) {
        for case .surround in steps { throw field.invalid("a second processor that adds tokens") }
        steps.append(.surround(before: ids.before, after: ids.after))
    }

    /// `cls` and `sep`, each a token and its id.
    private static func ends(_ field: Field) throws(TokenizerError) -> ([UInt32], [UInt32]) {
        func id(_ key: StaticString) throws(TokenizerError) -> UInt32 {
            let member = try field.member(key)
            let parts = try member.elements()
            guard parts.count == 2 else { throw member.invalid("not a token and its id") }
            return try parts[1].id()
        }
        return ([try id("cls")], [try id("sep")])
    }

    private static func template(_ field: Field) throws(TokenizerError) -> ([UInt32], [UInt32]) {
        let single = try field.member("single")
        let special = try field.member("special_tokens")
        var before = [UInt32]()
        var after = [UInt32]()
        var seenText = false
        for piece in try single.elements() {
            if let token = piece.optional("SpecialToken") {
                let name = try token.member("id").bytes()
                guard let value = try special.object()[name] else {
                    throw token.invalid("\"\(String(decoding: name, as: UTF8.self))\" is not in \(special.path)")
                }
                let entry = Field(value: value, path: "\(special.path).\(String(decoding: name, as: UTF8.self))")
                for id in try entry.member("ids").elements() {
                    if seenText { after.append(try id.id()) } else { before.append(try id.id()) }
                }
            } else {
                let sequence = try piece.member("Sequence")
                if seenText { throw sequence.invalid("a second sequence") }
                if try sequence.member("id").text() != "A" { throw sequence.invalid("a sequence other than A") }
                seenText = true
            }
        }
        if !seenText { throw single.invalid("no place for the text") }
        return (before, after)
    }
}
