/// What a render may spend. Templates come from strangers: crossing a limit is an error of kind `.limit`, never a hang.
///
/// The allowances per context byte let honest templates handle conversations of any size.
public struct Limits: Sendable {
    /// Instructions, and work of builtins measured in the same coin (an item visited, sixteen bytes copied).
    public var steps = 500_000
    public var stepsPerContextByte = 200
    /// Some templates look from each message at all before it. Of at most 8,192 messages.
    public var stepsPerMessagePair = 8
    /// Bytes of the output, and of any single string on the way.
    public var outputBytes = 1 << 20
    public var outputBytesPerContextByte = 40
    /// Macro calls and recursive loops inside each other.
    public var callDepth = 200
    /// jinja2 3.1: sandbox.MAX_RANGE.
    public var rangeLength = 100_000
    /// Containers inside containers, in the context and in values that a template builds.
    public var valueDepth = 400
    /// Expressions and blocks inside each other, in the source.
    public var syntaxDepth = 80
    /// Bytes of a template's source.
    public var sourceBytes = 1 << 18

    public init() {}
}
