import Bytes
public import CTypecase
import JSON
import Template

@c @implementation
public func typecase_template_new(
    _ source: UnsafePointer<CChar>?, _ source_len: Int, _ out_template: OutHandle?, _ out_error: OutHandle?
) -> typecase_status {
    handOver(out_template, out_error) {
        let source = try Inputs.bytes(source, source_len, "source")
        if let offset = UTF8Check.firstInvalid(source) {
            var failure = Failure(
                TYPECASE_ERR_UTF8, "source is not UTF-8: invalid byte at offset \(offset)", field: "source")
            failure.offset = offset
            throw failure
        }
        return try Template(source: Array(source))
    }
}

@c @implementation
public func typecase_template_free(_ template_: OpaquePointer?) { Handle.free(template_) }

@c @implementation
public func typecase_template_render(
    _ template_: OpaquePointer?, _ context: UnsafePointer<CChar>?, _ context_len: Int,
    _ options: UnsafePointer<typecase_template_options>?, _ out_text: OutHandle?, _ out_error: OutHandle?
) -> typecase_status {
    handOver(out_text, out_error) {
        let template = try Inputs.handle(template_, as: Template.self, "template_")
        let options = try Inputs.options(options, defaults: typecase_template_options())
        let context = try Inputs.object(context, context_len, "context")
        var render = RenderOptions()
        if options.now != nil {
            let text = Array(try Inputs.bytes(options.now, options.now_len, "options.now"))
            guard let now = Clock(iso: text) else {
                throw Failure(FieldError(path: "now", problem: .notAllowed(Clock.expectation)))
            }
            render.now = now
        }
        let known = UInt32(TYPECASE_TEMPLATE_ORIGINS)
        if options.flags & ~known != 0 {
            throw Failure.argument("options.flags has bits that are no TYPECASE_TEMPLATE_…")
        }
        render.origins = options.flags & known != 0
        var limits = template.limits
        if options.max_depth > 0 { limits.callDepth = Int(min(options.max_depth, 10_000)) }
        if options.max_steps > 0 {
            limits.steps = Int(clamping: options.max_steps)
            limits.stepsPerContextByte = 0
            limits.stepsPerMessagePair = 0
        }
        if options.max_output_bytes > 0 {
            limits.outputBytes = Int(clamping: options.max_output_bytes)
            limits.outputBytesPerContextByte = 0
        }
        render.limits = limits
        let variables = try Context(context.object, origins: render.origins)
        return RenderedTextHandle(try template.render(variables, options: render))
    }
}
