import Tokenizer

/// A format made ready for a tokenizer. Immutable, shared by parsers.
final class Grammar: Sendable {
    /// Markers to look for in a text, and what each of them is.
    struct Set: Sendable {
        var entries: [(marker: Marker, role: Role)] = []
        /// For each byte whether a marker begins with it.
        var first = ByteSet()
        var longestLead = 0

        mutating func add(_ marker: Marker, _ role: Role) {
            guard !marker.isEmpty else { return }
            entries.append((marker, role))
            if case .text(let text)? = marker.atoms.first, let byte = text.first { first.insert(byte) }
            longestLead = max(longestLead, marker.lead.count)
        }
    }

    enum Role: Sendable, Equatable {
        case turnOpen
        case reasoningOpen
        case reasoningClose
        case contentOpen
        case contentClose
        case sectionOpen
        case sectionClose
        /// The number of the pattern.
        case callOpen(Int)
        case callClose
    }

    let format: Format
    let tokenizer: Tokenizer
    let markers: MarkerTokens
    let turnOpen: Marker
    let reasoningOpen: [Marker]
    let reasoningClose: [Marker]
    let contentOpen: [Marker]
    let contentClose: [Marker]
    /// White space that the template writes in front of content.
    let contentLayout: [UInt8]
    let sectionOpen: Marker
    let sectionClose: Marker
    let separator: Marker
    let callOpen: [Pattern]
    let callClose: [Marker]
    let keyOpen: Marker
    let keyClose: Marker
    let otherKeyClose: Marker?
    let valueClose: Marker
    /// Where values are closed by their names: what stands in front of a name, and behind it.
    let namedClose: (start: Marker, bytes: [UInt8], behind: [UInt8])?
    /// The name of elements of lists, where values are made of tags themselves.
    let item: [UInt8]?
    /// For each byte whether the end of a value may begin with it.
    let valueEnds: ByteSet
    private let vocabulary: MarkerVocabulary
    /// What stands around values that look like tags.
    let wrap: (open: [UInt8], close: [UInt8])?
    let quote: Marker?
    /// What may stand behind a call's opening.
    let followers: [Marker]
    let hasCalls: Bool
    /// Whether calls have no marker that announces them: they are looked for where content begins.
    let isBare: Bool

    /// What a turn, or a segment of one, may begin with.
    let atStart: [(Marker, Role)]
    /// What ends reasoning; what may interrupt content; what ends a call that is not well formed.
    let inReasoning: Set
    let inContent: Set
    let inSection: Set
    let inBrokenCall: Set
    let inBrokenSectionCall: Set

    init(_ format: Format, _ tokenizer: Tokenizer, stops: [UInt32]) {
        self.format = format
        self.tokenizer = tokenizer
        let vocabulary = MarkerVocabulary(tokenizer)
        self.vocabulary = vocabulary
        func marker(_ bytes: [UInt8]) -> Marker { Marker(bytes, vocabulary) }
        let calls = format.toolCalls ?? Format.ToolCalls()
        hasCalls = format.toolCalls != nil
        turnOpen = marker(format.turnOpen)
        reasoningOpen = (format.reasoning?.open ?? []).map(marker)
        reasoningClose = (format.reasoning?.close ?? []).map(marker)
        contentOpen = format.content.open.map(marker)
        let ends = Swift.Set(stops + format.stop.compactMap { tokenizer.id(of: $0) })
        contentClose = format.content.close.map { marker($0).withoutEnd(ends) }
        contentLayout = contentOpen.first { $0.isEmpty }?.lead ?? []
        sectionOpen = marker(calls.sectionOpen)
        sectionClose = marker(calls.sectionClose).withoutEnd(ends)
        separator = marker(calls.separator)
        callOpen = calls.open.map { Pattern($0, vocabulary) }
        callClose = calls.close.map(marker)
        var (keyOpen, keyClose, valueClose) = (marker([]), marker([]), marker([]))
        var (otherKeyClose, quote): (Marker?, Marker?) = (nil, nil)
        var namedClose: (start: Marker, bytes: [UInt8], behind: [UInt8])?
        switch calls.arguments {
        case .tags(let tags):
            (keyOpen, keyClose, valueClose) = (marker(tags.keyOpen), marker(tags.keyClose), marker(tags.valueClose))
            if let parts = tags.namedClose {
                namedClose = (start: marker(parts.start), bytes: parts.start, behind: parts.behind)
            }
            otherKeyClose = tags.otherKeyClose.map(marker)
        case .keywords(let keywords): quote = keywords.quote.map(marker)
        case .json, .object: break
        }
        if case .tags(let tags) = calls.arguments {
            wrap = tags.wrapOpen.isEmpty ? nil : (tags.wrapOpen, tags.wrapClose)
            item = tags.item
        } else {
            (wrap, item) = (nil, nil)
        }
        switch calls.arguments {
        case .tags: followers = [keyOpen] + callClose.filter { !$0.isEmpty }
        case .keywords(let keywords): followers = [marker(keywords.open)]
        case .json, .object: followers = [marker(Array("{".utf8))]
        }
        (self.keyOpen, self.keyClose, self.valueClose) = (keyOpen, keyClose, valueClose)
        (self.otherKeyClose, self.quote, self.namedClose) = (otherKeyClose, quote, namedClose)
        var valueEnds = ByteSet()
        for marker in [valueClose] + callClose + (valueClose.isEmpty ? [keyOpen] : []) {
            for atom in [marker.atoms.first, marker.atoms.last] {
                let start: [UInt8]? =
                    switch atom {
                    case .text(let text)?: text
                    case .token(let id)?: tokenizer.token(id)
                    case .space?, nil: nil
                    }
                if let byte = start?.first { valueEnds.insert(byte) }
            }
        }
        self.valueEnds = valueEnds

        var atStart: [(Marker, Role)] = turnOpen.isDistinct ? [(turnOpen, .turnOpen)] : []
        atStart += reasoningOpen.map { ($0, .reasoningOpen) }
        if format.hasSegments {
            atStart += contentOpen.map { ($0, .contentOpen) }
            // What closes a segment of one kind may close another.
            atStart += (reasoningClose + contentClose).map { ($0, .contentClose) }
        } else {
            // Reasoning that is closed and was never opened is none.
            atStart += reasoningClose.map { ($0, .reasoningClose) }
        }
        self.atStart = atStart.filter { !$0.0.isEmpty }

        var inReasoning = Set()
        for close in reasoningClose { inReasoning.add(close, .reasoningClose) }
        var triggers = Set()
        if hasCalls, !format.hasSegments {
            triggers.add(sectionOpen.isDistinct ? sectionOpen.announcing : marker([]), .sectionOpen)
            for (i, pattern) in callOpen.enumerated() {
                guard let prefix = pattern.prefix, prefix.isDistinct else { continue }
                triggers.add(prefix.announcing, .callOpen(i))
            }
        }
        isBare = hasCalls && !format.hasSegments && triggers.entries.isEmpty
        // A call by its token ends reasoning that nobody closed. Text that looks like one does not.
        for (marker, role) in triggers.entries where marker.firstToken != nil { inReasoning.add(marker, role) }
        var inContent = Set()
        if format.hasSegments {
            for close in contentClose + reasoningClose { inContent.add(close, .contentClose) }
            inContent.add(turnOpen.isDistinct ? turnOpen : marker([]), .turnOpen)
        } else {
            inContent = triggers
            for open in contentOpen { inContent.add(open, .contentOpen) }
            for close in contentClose { inContent.add(close, .contentClose) }
        }
        var inSection = triggers
        inSection.add(sectionClose, .sectionClose)
        var inBrokenCall = Set()
        for close in callClose {
            inBrokenCall.add(close, .callClose)
            // Of an end that is made of several parts the last one is enough.
            if close.atoms.count > 1, let last = close.ending { inBrokenCall.add(last, .callClose) }
        }
        // Where calls have no end of their own, the next one's beginning is it.
        for (marker, role) in triggers.entries where callClose.isEmpty || marker.firstToken != nil {
            inBrokenCall.add(marker, role)
        }
        if format.hasSegments { inBrokenCall.add(turnOpen.isDistinct ? turnOpen : marker([]), .turnOpen) }
        var inBrokenSectionCall = inBrokenCall
        inBrokenSectionCall.add(sectionClose, .sectionClose)
        (self.inReasoning, self.inContent, self.inSection) = (inReasoning, inContent, inSection)
        (self.inBrokenCall, self.inBrokenSectionCall) = (inBrokenCall, inBrokenSectionCall)

        var contents = [UInt32: [UInt8]]()
        var all = [turnOpen, sectionOpen, sectionClose, separator, keyOpen, keyClose, valueClose]
        all += reasoningOpen + reasoningClose + contentOpen + contentClose + callClose + callOpen.flatMap(\.markers)
        all += [otherKeyClose, quote].compactMap { $0 }
        for id in all.flatMap(\.tokens) { contents[id] = tokenizer.token(id) }
        markers = MarkerTokens(
            contents: contents, stops: ends,
            openers: Swift.Set((callOpen.compactMap(\.prefix) + [sectionOpen]).flatMap(\.tokens)))
    }

    /// What closes the value of a key.
    func valueClose(of key: ArraySlice<UInt8>) -> Marker {
        guard let namedClose else { return valueClose }
        return Marker(namedClose.bytes + key + namedClose.behind, vocabulary)
    }

    /// Whether a marker is made of nothing but tokens that end the turn: an engine may leave them out.
    func isStop(_ marker: Marker) -> Bool {
        !marker.isEmpty
            && marker.atoms.allSatisfy { atom in
                switch atom {
                case .token(let id): markers.isStop(id)
                case .text: false
                case .space: true
                }
            }
    }
}
