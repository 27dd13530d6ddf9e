/// A compiled chat template: jinja2 3.1 as transformers sets it up (sandboxed and immutable, trim_blocks,
/// lstrip_blocks, loop controls, `{% generation %}`, `tojson` without HTML escaping, `raise_exception`,
/// `strftime_now`). Compiled once, immutable, shared by threads; a render changes nothing in it.
public final class Template: Sendable {
    let program: Program
    public let limits: Limits
    /// What the template says about itself.
    public let analysis: TemplateAnalysis

    /// Linear in the source. Fails with kind `.syntax` or `.assertion` where jinja2 would, with `.limit` where the
    /// source is too long or nested too deeply.
    public init(source: [UInt8], limits: Limits = Limits()) throws(TemplateError) {
        self.limits = limits
        if source.count > limits.sourceBytes { throw TemplateError(.limit, "the template is too long") }
        var lexer = Lexer(source)
        try lexer.run()
        var parser = Parser(lexer, limits: limits)
        let statements = try parser.template()
        if parser.branchCount.multipliedReportingOverflow(by: parser.names.names.count).partialValue > 5_000_000 {
            throw TemplateError(.limit, "the template has too many branches")
        }
        program = try Compiler.compile(statements, parser)
        let free = program.globals.filter { GlobalFunction($0) == nil }
        analysis = Analyzer.run(statements, parser.names, free: free)
    }

    public func render(_ context: Context, options: RenderOptions = RenderOptions()) throws(TemplateError)
        -> RenderedText
    {
        let limits = options.limits ?? limits
        let interpreter = Interpreter(program: program, context: context, options: options, limits: limits)
        try interpreter.run()
        return RenderedText(
            bytes: interpreter.output.bytes, runs: interpreter.output.runs, origins: interpreter.origins,
            generations: interpreter.generations)
    }

    /// The source that positions and origins speak of: newlines are normalised, the last one is dropped.
    public var normalisedSource: [UInt8] { program.source }
}

public struct RenderOptions: Sendable {
    /// Whether to say where each byte comes from. Needs a context that was made with origins.
    public var origins = false
    /// What `strftime_now` sees; nil for the system's clock, in local time, read when the render begins.
    public var now: Clock?
    /// In the place of the template's own.
    public var limits: Limits?

    public init(origins: Bool = false, now: Clock? = nil, limits: Limits? = nil) {
        self.origins = origins
        self.now = now
        self.limits = limits
    }
}

public struct RenderedText: Sendable {
    public var bytes: [UInt8]
    /// Cover `bytes` without gaps when origins were asked for; otherwise empty.
    public var runs: [OriginRun]
    /// What the ids in `runs` mean.
    public var origins: OriginTable
    /// What `{% generation %}` blocks wrote, as ranges of `bytes`, in the order in which they ended.
    public var generations: [Range<Int>]
}
