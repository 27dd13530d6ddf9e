import JSON

/// The section `post_processor`.
enum ProcessorReader {
    static func read(_ field: Field, into steps: inout [PostProcessor], depth: Int = 0) throws(TokenizerError) {
        let type = try field.type()
        switch type {
        case "Sequence":
            if depth >= 16 { throw field.invalid("sequences nest too deeply") }
            for element in try field.member("processors").elements() {
                try read(element, into: &steps, depth: depth + 1)
            }
        case "ByteLevel": try trim(field, &steps)
        case "RobertaProcessing":
            try trim(field, &steps)
            steps.append(.roberta(first: try id(field, "cls"), separator: try id(field, "sep")))
        case "BertProcessing":
            steps.append(.bert(first: try id(field, "cls"), separator: try id(field, "sep")))
        case "TemplateProcessing":
            let special = try field.member("special_tokens")
            steps.append(
                .template(
                    single: try template(try field.member("single"), special),
                    pair: try field.optional("pair").map { field throws(TokenizerError) in
                        try template(field, special)
                    }))
        default: throw TokenizerError(.unsupported(component: "\(field.path).type", name: type))
        }
    }

    private static func trim(_ field: Field, _ steps: inout [PostProcessor]) throws(TokenizerError) {
        guard try field.member("trim_offsets").bool() else { return }
        steps.append(.trimOffsets(prefixSpace: try field.member("add_prefix_space").bool()))
    }

    /// The id of a token that is given as its text and its id.
    private static func id(_ field: Field, _ key: StaticString) throws(TokenizerError) -> UInt32 {
        let member = try field.member(key)
        let parts = try member.elements()
        guard parts.count == 2 else { throw member.invalid("not a token and its id") }
        return try parts[1].id()
    }

    private static func template(_ field: Field, _ special: Field) throws(TokenizerError) -> [PostProcessor.Slot] {
        var slots = [PostProcessor.Slot]()
        for piece in try field.elements() {
            if let token = piece.optional("SpecialToken") {
                let name = try token.member("id").bytes()
                guard let value = try special.object()[name] else {
                    throw token.invalid("\"\(String(decoding: name, as: UTF8.self))\" is not in \(special.path)")
                }
                let entry = Field(value: value, path: "\(special.path).\(String(decoding: name, as: UTF8.self))")
                var ids = [UInt32]()
                for id in try entry.member("ids").elements() { ids.append(try id.id()) }
                slots.append(.tokens(ids, type: try token.member("type_id").id()))
            } else {
                let sequence = try piece.member("Sequence")
                let name = try sequence.member("id")
                let index: Int? = try name.text() == "A" ? 0 : try name.text() == "B" ? 1 : nil
                guard let index else { throw name.invalid("a sequence other than A and B") }
                slots.append(.text(index, type: try sequence.member("type_id").id()))
            }
        }
        return slots
    }
}
