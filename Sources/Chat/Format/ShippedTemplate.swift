import JSON
import Tokenizer

/// A template that ships as data, for models that come without one: the reason beside it, and by what such a model is known, its
/// type in config.json and the tokens that the template writes.
struct ShippedTemplate: Sendable {
    private let modelTypes: [[UInt8]]
    private let tokens: [[UInt8]]
    private let source: [UInt8]

    private static let all = [
        ShippedTemplate(PackageResources.tool_calls_json, PackageResources.tool_calls_jinja),
        ShippedTemplate(PackageResources.function_calls_json, PackageResources.function_calls_jinja),
    ].compactMap { $0 }

    private init?(_ json: [UInt8], _ source: [UInt8]) {
        guard let when = try? JSONParser.parse(json)["when"], let types = when["model_types"]?.array,
            let tokens = when["tokens"]?.array
        else { return nil }
        (modelTypes, self.tokens) = (types.compactMap(\.stringBytes), tokens.compactMap(\.stringBytes))
        self.source = source
    }

    /// The template of a model whose files have none.
    static func source(for config: Object?, _ tokenizer: Tokenizer) -> ModelParts.Source? {
        guard let type = config?["model_type"]?.stringBytes else { return nil }
        return all.first { template in
            template.modelTypes.contains(type)
                && template.tokens.allSatisfy { token in tokenizer.id(of: token).map(tokenizer.isAdded) ?? false }
        }.map {
            ModelParts.Source(
                name: "the template that ships for \(String(decoding: type, as: UTF8.self))", bytes: $0.source)
        }
    }
}
