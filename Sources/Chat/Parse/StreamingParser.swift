import Tokenizer

/// Reads what a model says, as it comes: tokens in, events out.
///
/// What has been told is never taken back: a text that may still turn out to be a marker, white space that may be layout, and
/// half a character wait. Every decision waits until more text could not change it, so that events do not depend on how the
/// tokens were cut; reading a whole message is pushing it at once. Costs go with what is new; kept are what waits, and the text
/// of the call that is being read. Takes any ids.
public struct StreamingParser: Sendable {
    enum State: Sendable {
        /// A turn begins, or a segment of one.
        case start
        case reasoning
        case content
        /// Text may begin with a call that no marker announces.
        case bareContent
        /// The token that announces a section is here.
        case sectionOpen
        case sectionStart
        case between
        /// A call's opening is here and not yet complete.
        case callOpen
        case json
        case object
        case nextTag
        case tagKey
        case tagNest
        case tagValue
        case keywords
        case closeCall
        case brokenCall
        case done
    }

    enum Progress {
        case again
        case wait
    }

    let grammar: Grammar
    let tools: ToolSchemas
    var text: SampledText
    var state = State.start
    /// What is certain and nobody has fetched.
    var events: [ParseEvent] = []

    // Of the text that is being read:
    /// White space that belongs to a marker in front of it, until there is more than that.
    var opening: Opening? = Opening(layout: [], isKept: true)
    /// Up to where markers have been looked for.
    var scanned = 0
    /// Behind the last byte that is not white space.
    var solidEnd = 0
    private var hasOpened = false
    var inSection = false
    var isFirstText = true
    var sectionAt = 0

    // Of the call that is being read:
    var attempt: Attempt?
    var callCount = 0
    var scanner = JSONScanner()
    var object = ObjectCall()
    var tag: TagValue
    var elements: [TagElement] = []
    var nesting = Nesting()

    struct Opening: Sendable {
        var layout: [UInt8]
        /// Whether white space alone is kept where the text ends.
        var isKept: Bool
        /// Up to where there is nothing but white space.
        var at: Int?
    }

    init(_ grammar: Grammar, tools: ToolSchemas) {
        self.grammar = grammar
        self.tools = tools
        text = SampledText(grammar)
        tag = TagValue(close: grammar.valueClose)
    }

    /// Starts behind a prompt: what its last words open is open.
    init(_ grammar: Grammar, tools: ToolSchemas, behind header: ArraySlice<UInt32>) {
        self.init(grammar, tools: tools)
        if header.isEmpty { return }
        let fresh = self
        header.withUnsafeBufferPointer { text.push($0) }
        guard let open = afterSpace(from: 0), case .yes = match(grammar.turnOpen, at: open) else {
            self = fresh
            return
        }
        run()
        // A prompt whose turn is over has opened none.
        if text.isFinal || attempt != nil || state == .done {
            self = fresh
            return
        }
        let waits = text.bytes.count > text.start
        events.removeAll()
        if state == .reasoning { events.append(.reasoning([])) }
        isFirstText = isFirstText && !waits
        // What waits was not sampled: a marker that is cut in two, or layout.
        let left = Array(text.bytes[text.start...])
        (scanned, solidEnd, sectionAt) = (0, 0, 0)
        opening?.at = nil
        if !left.allSatisfy(isSpace) {
            text.resume()
            return
        }
        text.restart()
        if let layout = opening?.layout, layout.starts(with: left) {
            opening?.layout = Array(layout.dropFirst(left.count))
        }
    }

    public mutating func push(_ ids: [UInt32]) {
        ids.withUnsafeBufferPointer { push($0) }
    }

    public mutating func push(_ ids: UnsafeBufferPointer<UInt32>) {
        if text.isFinal { return }
        text.push(ids)
        run()
    }

    /// The model has stopped, or been stopped.
    public mutating func finish() {
        text.finish()
        run()
    }

    /// What has become certain since the last time.
    public mutating func takeEvents() -> [ParseEvent] {
        let taken = events
        events = []
        return taken
    }

    private mutating func run() {
        while state != .done, step() == .again {}
        if attempt == nil, state != .sectionStart, !text.isFinal {
            let moved = text.compact(keep: text.start)
            if moved > 0 {
                scanned -= moved
                solidEnd -= moved
                if let at = opening?.at { opening?.at = at - moved }
            }
        }
    }

    private mutating func step() -> Progress {
        switch state {
        case .start: stepStart()
        case .reasoning: stepReasoning()
        case .content: stepContent()
        case .bareContent: stepBareContent()
        case .sectionOpen: stepSectionOpen()
        case .sectionStart, .between: stepSection()
        case .callOpen: stepCallOpen()
        case .json: stepJSON()
        case .object: stepObject()
        case .nextTag: stepNextTag()
        case .tagKey: stepTagKey()
        case .tagNest: stepTagNest()
        case .tagValue: stepTagValue()
        case .keywords: stepKeywords()
        case .closeCall: stepCloseCall()
        case .brokenCall: stepBrokenCall()
        case .done: .wait
        }
    }

    // MARK: Turns and segments

    private mutating func stepStart() -> Progress {
        guard let at = afterSpace(from: text.start) else { return .wait }
        for (marker, role) in grammar.atStart {
            // A turn that is open is opened by tokens alone: words are its own.
            if hasOpened, role == .turnOpen, marker.tokens.isEmpty { continue }
            switch match(marker, at: at) {
            case .no: continue
            case .partial: return .wait
            case .yes(let end):
                text.start = end
                begin(role, marker)
                return .again
            }
        }
        if grammar.format.hasSegments, grammar.hasCalls, let progress = beginCall(at: at) { return progress }
        if text.isFinal, at == text.bytes.count, !isFirstText {
            text.start = at
            state = .done
            return .wait
        }
        begin(.bareContent, Opening(layout: grammar.contentLayout, isKept: isFirstText))
        return .again
    }

    /// Goes on behind a marker that a turn or a segment begins with.
    private mutating func begin(_ role: Grammar.Role, _ marker: Marker) {
        switch role {
        case .reasoningOpen:
            events.append(.reasoning([]))
            begin(.reasoning, Opening(layout: marker.trail, isKept: false))
        case .reasoningClose:
            events.append(.reasoningEnded)
            begin(.bareContent, Opening(layout: marker.trail, isKept: false))
        case .contentOpen: begin(.content, Opening(layout: marker.trail, isKept: true))
        case .turnOpen: hasOpened = !grammar.format.hasSegments
        default: break
        }
    }

    private mutating func stepReasoning() -> Progress {
        let trim = grammar.format.reasoning?.trimEnd ?? .none
        guard let hit = readText(grammar.inReasoning, trim, [], { .reasoning($0) }) else {
            if text.isFinal { state = .done }
            return .wait
        }
        if case .reasoningClose = hit.role {
            events.append(.reasoningEnded)
            text.start = hit.end
            begin(grammar.format.hasSegments ? .start : .bareContent, Opening(layout: hit.trail, isKept: false))
            return .again
        }
        // A call that interrupts reasoning.
        events.append(.reasoningEnded)
        return open(hit)
    }

    private mutating func stepContent() -> Progress {
        let set = inSection ? grammar.inSection : grammar.inContent
        let layout = grammar.contentClose.first { $0.isEmpty }?.lead ?? []
        guard let hit = readText(set, grammar.format.content.trimEnd, layout, { .content($0) }) else {
            if text.isFinal { state = .done }
            return .wait
        }
        return open(hit)
    }

    /// Goes on behind, or at, a marker that was found.
    private mutating func open(_ hit: Hit) -> Progress {
        switch hit.role {
        case .sectionOpen:
            sectionAt = hit.start
            text.start = hit.start
            state = .sectionOpen
        case .callOpen:
            text.start = hit.start
            state = .callOpen
        case .sectionClose:
            text.start = hit.end
            inSection = false
            begin(.content, Opening(layout: hit.trail, isKept: false))
        case .contentClose where grammar.format.hasSegments:
            text.start = hit.end
            begin(.start, nil)
        case .turnOpen:
            text.start = hit.start
            begin(.start, nil)
        case .contentOpen, .contentClose, .reasoningOpen, .reasoningClose, .callClose:
            text.start = hit.end
            begin(.content, Opening(layout: hit.trail, isKept: false))
        }
        return .again
    }

    mutating func begin(_ state: State, _ opening: Opening?) {
        self.state = state
        self.opening = opening
        scanned = text.start
        solidEnd = text.start
        if state != .start { isFirstText = false }
    }
}
