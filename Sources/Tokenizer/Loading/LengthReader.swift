/// The sections `truncation` and `padding`.
enum LengthReader {
    static func truncation(_ field: Field) throws(TokenizerError) -> Truncation {
        let strategy = try field.member("strategy")
        guard let known = Truncation.Strategy(rawValue: try strategy.text()) else {
            throw TokenizerError(.unsupported(component: strategy.path, name: try strategy.text()))
        }
        _ = try field.member("stride").count()
        let direction = try field.optional("direction").map { field throws(TokenizerError) in try isLeft(field) }
        return Truncation(
            limit: try field.member("max_length").count(), strategy: known, isLeft: direction ?? false)
    }

    static func padding(_ field: Field) throws(TokenizerError) -> Padding {
        let strategy = try field.member("strategy")
        var length: Int?
        if let fixed = strategy.optional("Fixed") {
            length = try fixed.count()
        } else if try strategy.text() != "BatchLongest" {
            throw TokenizerError(.unsupported(component: strategy.path, name: try strategy.text()))
        }
        let multiple = try field.optional("pad_to_multiple_of").map { field throws(TokenizerError) in try field.count()
        }
        if max(length ?? 0, multiple ?? 0) > Padding.limit { throw field.invalid("a length above \(Padding.limit)") }
        return Padding(
            length: length, multiple: multiple ?? 0, isLeft: try isLeft(try field.member("direction")),
            id: try field.member("pad_id").id(), type: try field.member("pad_type_id").id())
    }

    private static func isLeft(_ field: Field) throws(TokenizerError) -> Bool {
        switch try field.text() {
        case "Left": true
        case "Right": false
        case let other: throw TokenizerError(.unsupported(component: field.path, name: other))
        }
    }
}
