public import CTypecase
import JSON
import Template

@c @implementation
public func typecase_template_info(
    _ template_: OpaquePointer?, _ variables: UnsafePointer<CChar>?, _ variables_len: Int, _ out_json: OutHandle?,
    _ out_error: OutHandle?
) -> typecase_status {
    handOver(out_json, out_error) {
        let template = try Inputs.handle(template_, as: Template.self, "template_")
        let variables = variables == nil ? Object() : try Inputs.object(variables, variables_len, "variables").object
        return TextHandle(Dumps().bytes(.object(template.info(variables))))
    }
}

extension Template {
    func info(_ variables: Object) -> Object {
        func texts(_ list: [[UInt8]]) -> Value { .array(list.map { .string($0) }) }
        return Object([
            "variables": .array(analysis.variables.map(\.description)),
            "roles": texts(analysis.roles),
            "message_fields": texts(analysis.messageFields),
            "reasoning_fields": texts(analysis.reasoningFields),
            "part_types": texts(analysis.partTypes),
            "generation": .bool(analysis.marksGenerations),
            "capabilities": .object(capabilities(variables).description),
        ])
    }
}

extension TemplateAnalysis.Variable {
    fileprivate var description: Value {
        var object = Object(["name": .string(name), "optional": .bool(isOptional)])
        object.set("default", defaultValue)
        return .object(object)
    }
}

extension Capabilities {
    fileprivate var description: Object {
        Object([
            "system": .bool(system), "developer": .bool(developer), "tools": .bool(tools),
            "tool_calls": .bool(toolCalls),
            "tool_results": .bool(toolResults), "documents": .bool(documents), "reasoning": .bool(reasoning),
            "parts": .bool(parts), "media": .array(media.map { .string($0) }),
            "generation_prompt": .bool(generationPrompt),
        ])
    }
}
