/// One render. Runs a program over a context; macros and recursive loops use a stack of its own, so a template cannot
/// overflow the thread's.
final class Interpreter {
    struct CallFrame {
        var function: Int
        var pc: Int
        var scope: Scope
        /// Where the output stood when the function was called.
        var mark: Int
        var loops: Int
        var marks: Int
        var collections: Int
        var generations: Int
        var message: Int
    }

    let program: Program
    let context: Context
    let limits: Limits
    let clock: Clock
    let tracks: Bool

    var output: TextBuilder
    private(set) var stack: UnsafeMutablePointer<TemplateValue>
    private var capacity = 64
    private(set) var sp = 0
    var frames: [CallFrame] = []
    var loops: [LoopContext] = []
    var marks: [Int] = []
    var collections: [[TemplateValue]] = []
    var generationStarts: [Int] = []
    var generations: [Range<Int>] = []
    var stepsLeft: Int
    let outputLimit: Int
    /// The message being handled: the innermost loop's item that belongs to one.
    var message = -1
    var origins: OriginTable
    private var siteOrigins: [(message: Int, id: OriginID)] = []
    /// The container whose number or flag was read last, for text made of it.
    var scalarOrigin: OriginID = 0
    var globals: [TemplateValue]
    /// What could hold itself, to be emptied at the end.
    var capturedScopes: [Scope] = []
    var namespaces: [Namespace] = []
    var changedLoops: [LoopContext] = []
    var errorSite: Int32 = 0
    /// How deep the recursive loop about to begin is.
    var loopDepth = 0

    init(program: Program, context: Context, options: RenderOptions, limits: Limits) {
        self.program = program
        self.context = context
        self.limits = limits
        clock = options.now ?? Clock.local()
        tracks = options.origins
        output = TextBuilder(tracks: options.origins)
        origins = options.origins ? context.origins : OriginTable()
        stack = .allocate(capacity: 64)
        let size = context.byteCount
        stepsLeft = Interpreter.allowance(limits.steps, limits.stepsPerContextByte, size)
        outputLimit = Interpreter.allowance(limits.outputBytes, limits.outputBytesPerContextByte, size)
        globals = program.globals.map { context[$0] ?? GlobalFunction($0).map { .function($0) } ?? .missing }
        if tracks { siteOrigins = Array(repeating: (-2, 0), count: program.sites.count) }
    }

    private static func allowance(_ base: Int, _ perByte: Int, _ bytes: Int) -> Int {
        let (product, overflow) = perByte.multipliedReportingOverflow(by: bytes)
        return overflow ? Int.max : base.addingReportingOverflow(product).overflow ? Int.max : base + product
    }

    deinit {
        while sp > 0 { drop() }
        stack.deallocate()
        for scope in capturedScopes { scope.clear() }
        for namespace in namespaces { namespace.dict = DictObject() }
        for loop in changedLoops { loop.lastChanged = nil }
    }

    // MARK: Stack

    @inline(__always)
    func push(_ value: consuming TemplateValue) {
        if sp == capacity { grow() }
        (stack + sp).initialize(to: value)
        sp &+= 1
    }

    @inline(never)
    private func grow() {
        let larger = UnsafeMutablePointer<TemplateValue>.allocate(capacity: capacity * 2)
        larger.moveInitialize(from: stack, count: sp)
        stack.deallocate()
        stack = larger
        capacity *= 2
    }

    @inline(__always)
    func pop() -> TemplateValue {
        sp &-= 1
        return (stack + sp).move()
    }

    @inline(__always)
    func drop() {
        sp &-= 1
        (stack + sp).deinitialize(count: 1)
    }

    func popMany(_ count: Int) -> [TemplateValue] {
        if count == 0 { return [] }
        sp &-= count
        let start = stack + sp
        return [TemplateValue](unsafeUninitializedCapacity: count) { buffer, initialized in
            if let base = buffer.baseAddress { base.moveInitialize(from: start, count: count) }
            initialized = count
        }
    }

    // MARK: Limits

    @inline(__always)
    func charge(_ steps: Int) throws(TemplateError) {
        stepsLeft &-= steps
        if stepsLeft < 0 { throw TemplateError(.limit, "the template takes too many steps") }
    }

    /// Before `bytes` of text are made: the cost of writing them, and the bound on any one string.
    func checkSize(_ bytes: Int) throws(TemplateError) {
        if bytes > outputLimit { throw TemplateError(.limit, "a string grows too long") }
        try charge(bytes >> 4)
    }

    func checkOutput() throws(TemplateError) {
        if output.count > outputLimit { throw TemplateError(.limit, "the output grows too long") }
    }

    func sequence(_ items: [TemplateValue], origin: OriginID = 0, isGroup: Bool = false) throws(TemplateError)
        -> SequenceObject
    {
        var extent = Extent()
        for item in items { extent.add(item) }
        try check(extent)
        try charge(items.count >> 2)
        return SequenceObject(items, extent: extent, origin: origin, isGroup: isGroup)
    }

    func check(_ extent: Extent) throws(TemplateError) {
        if extent.depth > limits.valueDepth { throw TemplateError(.recursion, "a value is nested too deeply") }
        if extent.weight > context.weight + 4_000_000 || extent.weight < 0 {
            throw TemplateError(.limit, "a value grows too large")
        }
    }

    func dict(_ entries: [(TemplateValue, TemplateValue)], origin: OriginID = 0) throws(TemplateError) -> DictObject {
        let dict = DictObject(origin: origin)
        for (key, value) in entries {
            if !key.isHashable { throw TemplateError(.type, "unhashable type: '%'", key.typeName) }
            dict.set(key, value)
        }
        try check(dict.extent)
        try charge(entries.count)
        return dict
    }

    // MARK: Origins

    /// The origin of template text at a site, while the current message is handled.
    func origin(of site: Int32) -> OriginID {
        let index = Int(site)
        guard tracks, siteOrigins.indices.contains(index) else { return 0 }
        if siteOrigins[index].message != message {
            siteOrigins[index] = (message, origins.add(source: program.sites[index], message: message))
        }
        return siteOrigins[index].id
    }

    func builder() -> TextBuilder { TextBuilder(tracks: tracks) }

    /// A text computed out of `source`: all of it has the source's origin.
    func derived(_ bytes: [UInt8], from source: Text) -> Text {
        Text(bytes, isMarkup: source.isMarkup, origin: tracks ? source.coarseOrigin(in: origins) : 0)
    }
}
