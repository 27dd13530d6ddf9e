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
        var generations: Int
        var message: Int
        var autoescape: Bool
    }

    let program: Program
    let context: Context
    let limits: Limits
    let givenClock: Clock?
    private(set) lazy var clock = givenClock ?? Clock.local()
    let tracks: Bool
    /// The program's tables, where they lie.
    let constants: UnsafePointer<TemplateValue>
    let constantKeys: UnsafePointer<NameKey>
    let attributes: UnsafePointer<AttributeName>

    /// Behind a pointer, as nobody else can reach it: writing to it needs no check for overlapping access.
    private let outputPointer: UnsafeMutablePointer<TextBuilder>
    var output: TextBuilder {
        @inline(__always) unsafeAddress { UnsafePointer(outputPointer) }
        @inline(__always) unsafeMutableAddress { outputPointer }
    }
    private(set) var stack: UnsafeMutablePointer<TemplateValue>
    private var capacity = 64
    var sp = 0
    var frames: [CallFrame] = []
    var loops: [LoopContext] = []
    var marks: [Int] = []
    var generationStarts: [Int] = []
    var generations: [Range<Int>] = []
    /// Texts that macros and set blocks made with generations in them, and where: printing one, or a part, counts.
    private var captured: [(text: Text, ranges: [Range<Int>])] = []
    private var hasCaptured = false
    var stepsLeft: Int
    let outputLimit: Int
    /// The message being handled: the innermost loop's item that belongs to one.
    var message = -1
    private let originPointer: UnsafeMutablePointer<OriginTable>
    var origins: OriginTable {
        @inline(__always) unsafeAddress { UnsafePointer(originPointer) }
        @inline(__always) unsafeMutableAddress { originPointer }
    }
    /// Of each site, its id for the message that was handled when it was printed last.
    private var siteOrigins: UnsafeMutablePointer<(message: Int, id: OriginID)>?
    /// The container whose number or flag was read last, and what `stepsLeft` was then.
    private var scalarOrigin: OriginID = 0
    private var scalarTime = -1
    var globals: [TemplateValue]
    /// What could hold itself, to be emptied at the end.
    var capturedScopes: [Scope] = []
    var namespaces: [Namespace] = []
    var changedLoops: [LoopContext] = []
    var errorSite: Int32 = 0
    /// `repr` sorts dicts: inside of pprint.
    var sortsRepr = false
    /// How many tests of loops are being evaluated inside each other.
    var nestedTests = 0
    /// jinja2's `eval_ctx.autoescape`.
    var autoescape = false
    /// How deep the recursive loop about to begin is.
    var loopDepth = 0

    init(program: Program, context: Context, options: RenderOptions, limits: Limits) {
        self.program = program
        self.context = context
        self.limits = limits
        givenClock = options.now
        tracks = options.origins
        constants = program.constantTable.base
        constantKeys = program.constantKeys.base
        attributes = program.attributeTable.base
        outputPointer = .allocate(capacity: 1)
        outputPointer.initialize(to: TextBuilder(tracks: options.origins))
        originPointer = .allocate(capacity: 1)
        originPointer.initialize(to: options.origins ? context.origins : OriginTable())
        stack = .allocate(capacity: 64)
        let size = context.byteCount
        let messages = min(context.messageCount, 8192)
        let steps = Interpreter.allowance(limits.steps, limits.stepsPerContextByte, size)
        let pairs = messages &* messages &* min(max(limits.stepsPerMessagePair, 0), 1 << 20)
        stepsLeft = steps &+ min(pairs, Int.max &- max(steps, 0))
        outputLimit = Interpreter.allowance(limits.outputBytes, limits.outputBytesPerContextByte, size)
        globals = program.globalFunctions
        for i in globals.indices {
            if let value = context[program.globals[i]] { globals[i] = value }
        }
        outputPointer.pointee.reserve(min(size &+ program.constantBytes, outputLimit))
        if tracks {
            let ids = UnsafeMutablePointer<(message: Int, id: OriginID)>.allocate(capacity: program.sites.count + 1)
            ids.initialize(repeating: (-2, 0), count: program.sites.count)
            siteOrigins = ids
        }
    }

    private static func allowance(_ base: Int, _ perByte: Int, _ bytes: Int) -> Int {
        let (product, overflow) = perByte.multipliedReportingOverflow(by: bytes)
        return overflow ? Int.max : base.addingReportingOverflow(product).overflow ? Int.max : base + product
    }

    deinit {
        while sp > 0 { drop() }
        stack.deallocate()
        outputPointer.deinitialize(count: 1)
        outputPointer.deallocate()
        originPointer.deinitialize(count: 1)
        originPointer.deallocate()
        siteOrigins?.deallocate()
        for scope in capturedScopes { scope.clear() }
        for namespace in namespaces { namespace.dict.removeAll() }
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

    /// Runs `body` on a stack of its own: what points into the one in use stays good.
    func onFreshStack<R>(_ body: () throws(TemplateError) -> R) throws(TemplateError) -> R {
        let outer = (stack, capacity, sp)
        capacity = 16
        stack = .allocate(capacity: capacity)
        sp = 0
        defer {
            while sp > 0 { drop() }
            stack.deallocate()
            (stack, capacity, sp) = outer
        }
        return try body()
    }

    // MARK: Limits

    @inline(__always)
    func charge(_ steps: Int) throws(TemplateError) {
        stepsLeft &-= steps
        if stepsLeft < 0 { throw TemplateError(.limit, "the template takes too many steps") }
    }

    /// As `charge`, where nothing can be thrown: the next instruction will.
    func spend(_ steps: Int) { stepsLeft &-= steps }

    /// Before `bytes` of text are made: the cost of writing them, and the bound on any one string.
    func checkSize(_ bytes: Int) throws(TemplateError) {
        if bytes > outputLimit { throw TemplateError(.limit, "a string grows too long") }
        try charge(bytes >> 4)
    }

    func sequence(_ items: [TemplateValue], origin: OriginID = 0, isGroup: Bool = false) throws(TemplateError)
        -> SequenceObject
    {
        var extent = Extent()
        for item in items { extent.add(item) }
        try check(extent)
        try charge(4 &+ items.count)
        return SequenceObject(items, extent: extent, origin: origin, isGroup: isGroup)
    }

    func check(_ extent: Extent) throws(TemplateError) {
        if extent.depth > limits.valueDepth { throw TemplateError(.recursion, "a value is nested too deeply") }
        if extent.weight > context.weight &* 4 &+ 250_000 || extent.weight < 0 {
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
        try charge(8 &+ entries.count &* 4)
        return dict
    }

    // MARK: Origins

    /// The origin of template text at a site, while the current message is handled.
    func origin(of site: Int32) -> OriginID {
        let index = Int(site)
        guard let siteOrigins, index >= 0, index < program.sites.count else { return 0 }
        if siteOrigins[index].message != message {
            siteOrigins[index] = (message, origins.add(source: program.sites[index], message: message))
        }
        return siteOrigins[index].id
    }

    /// What an id of a text means here and now, as an index of `origins`; `site` stands for ids that say nothing.
    func resolve(_ id: OriginID, _ site: Int32) -> OriginID {
        if id != 0, id < OriginID.derivedBit { return id }
        var base = id & ~(OriginID.derivedBit | OriginID.siteBit)
        if id.isSite {
            base = origin(of: Int32(bitPattern: base))
        } else if base == 0 {
            base = origin(of: site)
        }
        return id.isDerived || id == 0 ? origins.add(derivedFrom: base) : base
    }

    /// Remembers where a number came from: it cannot carry an origin itself.
    @inline(__always)
    func noteScalar(_ value: TemplateValue, from origin: OriginID) {
        if !tracks || origin == 0 { return }
        switch value {
        case .int, .bool, .float, .none, .bigInt:
            scalarOrigin = origin
            scalarTime = stepsLeft
        default: break
        }
    }

    /// The origin of the number on top of the stack: known if it was read by the instruction before this one.
    var readOrigin: OriginID { tracks && scalarTime == stepsLeft &+ 1 ? scalarOrigin.derived : OriginID.computed }

    /// Writes a borrowed text to the output; false if it has more than one origin, which are asked for.
    @inline(__always)
    func write(_ text: BorrowedText, _ site: Int32) throws(TemplateError) -> Bool {
        if hasCaptured { noteGenerations(text.base, text.count) }
        if tracks {
            if text.hasRuns { return false }
            output.append(text)
            output.note(text.count, resolve(text.origin, site))
        } else {
            output.append(text)
        }
        if output.count > outputLimit { throw TemplateError(.limit, "the output grows too long") }
        return true
    }

    /// Writes a text to the output.
    @inline(__always)
    func write(_ text: Text, _ site: Int32) throws(TemplateError) {
        output.appendBytes(text)
        if tracks { noteOrigins(text, site) }
        if output.count > outputLimit { throw TemplateError(.limit, "the output grows too long") }
    }

    /// Takes what was written since `mark` off the output; the generations in it go with it.
    func cutOutput(from mark: Int) throws(TemplateError) -> Text {
        let text = output.cut(from: mark)
        try checkSize(text.count)
        var ranges = [Range<Int>]()
        while let last = generations.last, last.lowerBound >= mark {
            generations.removeLast()
            ranges.append((last.lowerBound - mark)..<(last.upperBound - mark))
        }
        if ranges.isEmpty { return text }
        try charge(ranges.count)
        // Few are alive at a time: a macro's text is printed where it is called.
        if captured.count >= 64 { captured.removeFirst() }
        captured.append((text, ranges.reversed()))
        hasCaptured = true
        return text
    }

    /// Before a text at `base` is printed: what of it was generated.
    private func noteGenerations(_ base: UnsafePointer<UInt8>, _ count: Int) {
        for (text, ranges) in captured where base >= text.base && base + count <= text.base + text.count {
            spend(ranges.count)
            let shift = base - text.base
            for range in ranges {
                let low = max(range.lowerBound - shift, 0)
                let high = min(range.upperBound - shift, count)
                if low < high { generations.append((output.count + low)..<(output.count + high)) }
            }
            return
        }
    }

    func noteOrigins(_ text: Text, _ site: Int32) {
        if !text.hasRuns { return output.note(text.count, resolve(text.origin, site)) }
        text.forEachRun(0, text.count) { length, origin in output.note(length, resolve(origin, site)) }
    }

    func builder() -> TextBuilder { TextBuilder(tracks: tracks) }

    /// A text computed out of `source`: all of it has the source's origin.
    func derived(_ bytes: [UInt8], from source: Text) -> Text {
        Text(bytes, isMarkup: source.isMarkup, origin: tracks ? source.coarseOrigin(in: origins).derived : 0)
    }
}
