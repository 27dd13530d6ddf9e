import JSON
import Tokenizer

/// What ships as data about formats that templates do not tell: a JSON file with the reason, the added tokens by which such a
/// vocabulary is known, and the members of the format to put in the place of what was found.
struct FormatOverride: Sendable {
    private let tokens: [[UInt8]]
    /// A member that the format must not have.
    private let missing: [UInt8]?
    private let format: Object

    static let all: [FormatOverride] = [
        PackageResources.channels_json, PackageResources.names_in_ids_json, PackageResources.list_behind_token_json,
    ].compactMap(FormatOverride.init)

    init?(_ json: [UInt8]) {
        guard let value = try? JSONParser.parse(json), let format = value["format"]?.object,
            let tokens = value["when"]?["tokens"]?.array?.compactMap(\.stringBytes), !tokens.isEmpty
        else { return nil }
        (self.tokens, self.format) = (tokens, format)
        missing = value["when"]?["missing"]?.stringBytes
    }

    private func goes(with tokenizer: Tokenizer) -> Bool {
        tokens.allSatisfy { token in tokenizer.id(of: token).map(tokenizer.isAdded) ?? false }
    }

    /// A format with what is known of its vocabulary.
    static func applied(to found: Format, _ tokenizer: Tokenizer) -> Format {
        var format = found
        for override in all where override.goes(with: tokenizer) {
            guard let value = format.value.object, override.missing.map({ value[$0] == nil }) ?? true,
                let changed = try? Format(Fields(merged(value, override.format)))
            else { continue }
            format = changed
        }
        return format
    }

    /// Members of the second object in the place of those of the first, and so inside.
    private static func merged(_ first: Object, _ second: Object) -> Object {
        var result = first
        for member in second.members {
            if let inner = member.value.object, let there = first[member.key]?.object {
                result[member.key] = .object(merged(there, inner))
            } else {
                result[member.key] = member.value
            }
        }
        return result
    }
}
