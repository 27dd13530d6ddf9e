import JSON
import Template

extension Model.NamedTemplate {
    /// The text of the template over variables; `now` is what strftime_now sees, nil the clock.
    func render(_ variables: Object, now: [UInt8]?) throws(ChatError) -> [UInt8] {
        var options = RenderOptions()
        if let now {
            guard let clock = Clock(iso: now) else {
                throw .field(FieldError(path: "now", problem: .notAllowed(Clock.expectation)))
            }
            options.now = clock
        }
        return try rethrowing(ChatError.template) { () throws(TemplateError) in
            try template.render(Context(variables, origins: false), options: options).bytes
        }
    }
}
