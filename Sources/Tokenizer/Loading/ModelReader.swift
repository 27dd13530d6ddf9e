import JSON

/// The section `model`.
struct ModelReader {
    let field: Field
    /// Where the vocabulary and the merges are read straight from `bytes`.
    let sections: ModelSections?
    let bytes: UnsafeBufferPointer<UInt8>

    /// Nil where the sections turn out not to be regular.
    func read(isByteLevel: Bool) throws(TokenizerError) -> (Vocabulary, PairTable, BPE.Options)? {
        if let type = field.optional("type"), try type.text() != "BPE" {
            throw TokenizerError(.unsupported(component: "model.type", name: try type.text()))
        }
        for key: StaticString in ["continuing_subword_prefix", "end_of_word_suffix"] {
            if let affix = field.optional(key), try !affix.bytes().isEmpty {
                throw TokenizerError(.unsupported(component: affix.path, name: try affix.text()))
            }
        }
        if let dropout = field.optional("dropout") {
            guard let rate = dropout.value.double else { throw dropout.error("a number") }
            if rate != 0 { throw TokenizerError(.unsupported(component: dropout.path, name: "\(rate)")) }
        }
        let vocabulary: Vocabulary
        let merges: [(left: UInt32, right: UInt32, merged: UInt32)]
        if let sections {
            guard let tokens = sections.tokens(in: bytes) else { return nil }
            vocabulary = Vocabulary(tokens, isByteLevel: isByteLevel)
            guard !vocabulary.hasDuplicates, let found = sections.merges(in: bytes, vocabulary) else { return nil }
            merges = found
        } else {
            vocabulary = try Self.vocabulary(try field.member("vocab"), isByteLevel: isByteLevel)
            merges = try Self.merges(try field.member("merges"), vocabulary)
        }
        var options = BPE.Options()
        options.ignoresMerges = try field.bool("ignore_merges", default: false)
        options.fusesUnknown = try field.bool("fuse_unk", default: false)
        options.usesByteFallback = try field.bool("byte_fallback", default: false)
        if let unknown = field.optional("unk_token") {
            options.hasUnknown = true
            options.unknown = vocabulary.id(of: try unknown.bytes())
        }
        return (vocabulary, PairTable(merges, vocabulary: vocabulary), options)
    }

    private static func vocabulary(_ field: Field, isByteLevel: Bool) throws(TokenizerError) -> Vocabulary {
        let members = try field.object().members
        var tokens = [(text: [UInt8], id: UInt32)]()
        tokens.reserveCapacity(members.count)
        for member in members {
            guard let integer = member.value.integer, integer >= 0, integer < Vocabulary.idLimit else {
                let name = "\(field.path)[\"\(String(decoding: member.key, as: UTF8.self))\"]"
                throw TokenizerError(
                    .field(
                        path: name, expected: "an id below \(Vocabulary.idLimit)",
                        found: member.value.integer.map { "\($0)" } ?? member.value.kind))
            }
            tokens.append((member.key, UInt32(truncatingIfNeeded: integer)))
        }
        var isTaken = [Bool](repeating: false, count: tokens.reduce(0) { max($0, Int($1.id) + 1) })
        for token in tokens {
            if isTaken[Int(token.id)] { throw field.invalid("two tokens have the id \(token.id)") }
            isTaken[Int(token.id)] = true
        }
        return Vocabulary(tokens, isByteLevel: isByteLevel)
    }

    private static func merges(
        _ field: Field, _ vocabulary: Vocabulary
    ) throws(TokenizerError) -> [(left: UInt32, right: UInt32, merged: UInt32)] {
        let values = try field.array()
        var merges = [(left: UInt32, right: UInt32, merged: UInt32)]()
        merges.reserveCapacity(values.count)
        var buffer = [UInt8]()
        for (i, value) in values.enumerated() {
            let left: [UInt8]
            let right: [UInt8]
            switch value {
            case .string(let text):
                // The library takes such lines for comments of the older format.
                if text.starts(with: "#version".utf8) { continue }
                let parts = text.split(separator: 0x20, omittingEmptySubsequences: false)
                guard parts.count == 2 else {
                    throw TokenizerError(.invalid(path: "\(field.path)[\(i)]", reason: "not two tokens and one space"))
                }
                left = Array(parts[0])
                right = Array(parts[1])
            case .array(let pair):
                guard pair.count == 2, case .string(let a) = pair[0], case .string(let b) = pair[1] else {
                    throw TokenizerError(.invalid(path: "\(field.path)[\(i)]", reason: "not two strings"))
                }
                left = a
                right = b
            default:
                throw TokenizerError(
                    .field(path: "\(field.path)[\(i)]", expected: "a string or two", found: value.kind))
            }
            func id(_ token: [UInt8]) throws(TokenizerError) -> UInt32 {
                if let id = vocabulary.id(of: token) { return id }
                let name = String(decoding: token, as: UTF8.self)
                throw TokenizerError(
                    .invalid(path: "\(field.path)[\(i)]", reason: "\"\(name)\" is not in the vocabulary"))
            }
            if let found = vocabulary.merge(left, right, &buffer) {
                merges.append(found)
            } else {
                // One of the three is missing, or their letters and bytes do not mix: the slow way says which.
                merges.append((try id(left), try id(right), try id(left + right)))
            }
        }
        return merges
    }
}
