import Bytes
import JSON
import Tokenizer

/// A model directory as the hub lays it out, read into parts.
public enum ModelDirectory {
    public static func read(_ directory: String) throws(ChatError) -> ModelParts {
        let base = directory.hasSuffix("/") ? directory : directory + "/"
        var parts = ModelParts(tokenizer: .file(base + "tokenizer.json"))
        parts.tokenizerConfig = try json(base + "tokenizer_config.json")
        parts.specialTokensMap = try json(base + "special_tokens_map.json")
        parts.generationConfig = try json(base + "generation_config.json")
        parts.config = try json(base + "config.json")
        parts.encoderConfig = try json(base + "sentence_bert_config.json")
        parts.templates = try templates(base)
        return parts
    }

    /// The tokenizer of a directory, as compiled before where its file has not changed since.
    static func tokenizer(_ path: String) throws(ChatError) -> Tokenizer {
        do {
            return try Tokenizer(path: path)
        } catch let error as TokenizerError {
            throw .file(path: path, .tokenizer(error))
        } catch let error as File.ReadError {
            if !error.isMissing { throw .file(path: path, .unreadable(reason: error.reason)) }
            let directory = String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)])
            let isThere = File.names(inDirectory: directory) != nil
            throw .file(
                path: isThere ? path : directory,
                .unreadable(reason: isThere ? "no such file: a model directory needs it" : "no such directory"))
        } catch {
            throw .file(path: path, .unreadable(reason: "\(error)"))
        }
    }

    /// transformers 5.23: chat_template.jinja and the files of additional_chat_templates/ come before what
    /// tokenizer_config says; chat_template.json is what processors wrote before that.
    private static func templates(_ base: String) throws(ChatError) -> [(name: String, source: ModelParts.Source)] {
        var templates = [(name: String, source: ModelParts.Source)]()
        if let source = try file(base + "chat_template.jinja") {
            templates.append((name: "default", source: source))
        }
        let folder = base + "additional_chat_templates"
        for name in File.names(inDirectory: folder) ?? [] where name.hasSuffix(".jinja") {
            if let source = try file(folder + "/" + name) {
                templates.append((name: String(name.dropLast(".jinja".count)), source: source))
            }
        }
        if templates.isEmpty, let config = try json(base + "chat_template.json") {
            let fields = Fields(config.object)
            let source = try rethrowing({ .file(path: config.name, .field($0)) }) { () throws(FieldError) in
                try fields.string("chat_template")
            }
            if let source {
                templates.append((name: "default", source: ModelParts.Source(name: config.name, bytes: source)))
            }
        }
        return templates
    }

    private static func file(_ path: String) throws(ChatError) -> ModelParts.Source? {
        do {
            return ModelParts.Source(name: path, bytes: try File.read(path))
        } catch {
            if error.isMissing { return nil }
            throw .file(path: path, .unreadable(reason: error.reason))
        }
    }

    private static func json(_ path: String) throws(ChatError) -> ModelParts.Config? {
        guard let source = try file(path) else { return nil }
        let value = try rethrowing({ .file(path: path, .json($0)) }) { () throws(JSONError) in
            try JSONParser.parse(source.bytes)
        }
        guard let object = value.object else {
            throw .file(
                path: path,
                .field(FieldError(path: "the document", problem: .wrongKind(expected: "an object", found: value.kind))))
        }
        return ModelParts.Config(name: path, object: object)
    }
}
