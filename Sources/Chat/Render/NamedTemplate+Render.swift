import Bytes
import JSON
import Template
import Tokenizer

extension Model.NamedTemplate {
    /// The text of the template over variables; `now` is what strftime_now sees, nil the clock.
    func render(_ variables: Object, now: [UInt8]?) throws(ChatError) -> [UInt8] {
        try render(variables, now: now, origins: false).bytes
    }

    /// The same, with the origins of its bytes.
    func renderTraced(_ variables: Object, now: [UInt8]?) throws(ChatError) -> RenderedText {
        try render(variables, now: now, origins: true)
    }

    private func render(_ variables: Object, now: [UInt8]?, origins: Bool) throws(ChatError) -> RenderedText {
        let options = try options(now, origins: origins)
        return try rethrowing(ChatError.template) { () throws(TemplateError) in
            try template.render(Context(variables, origins: origins), options: options)
        }
    }

    /// The text over variables that were made ready before, without origins.
    func render(_ context: Context, now: [UInt8]?) throws(ChatError) -> [UInt8] {
        let options = try options(now, origins: false)
        return try rethrowing(ChatError.template) { () throws(TemplateError) in
            try template.render(context, options: options).bytes
        }
    }

    private func options(_ now: [UInt8]?, origins: Bool) throws(ChatError) -> RenderOptions {
        var options = RenderOptions(origins: origins)
        if let now {
            guard let clock = Clock(iso: now) else {
                throw .field(FieldError(path: "now", problem: .notAllowed(Clock.expectation)))
            }
            options.now = clock
        }
        return options
    }
}
