extension TracedPrompt {
    /// Finds owners for text that no message's loop emitted: a system message in front, tools, closers behind a loop.
    ///
    /// Turn openers cut the text into blocks. Such text belongs to the message before it in its block, or where the block
    /// begins with it to the message that a field right behind it is of; else to nobody. Linear.
    mutating func resolveOwners(_ facts: TurnFacts) {
        markBeginning(facts)
        markGenerationPrompt(facts)
        let cuts = cuts(facts.openers)
        split(at: cuts, closers: Set(facts.closers))
        let blocks = blocks(cuts)
        let next = nextOwned()
        var previous: (owner: Int32, block: Int)?
        for i in segments.indices {
            let segment = segments[i]
            switch segment.source {
            case .field, .label, .handled: previous = (segment.owner, blocks[i].end)
            case .generationPrompt: previous = nil
            case .beginning where segment.start > 0 && !facts.beginningCloses && next[i] != nil:
                // In a chat, the beginning-of-text token opens the turn behind it.
                if let owned = next[i] { segments[i].owner = segments[owned].owner }
            case .free, .context, .beginning:
                if let previous, previous.block == blocks[i].start {
                    segments[i].owner = previous.owner
                } else if let owned = next[i], segments[owned].source == .field, blocks[owned].start == blocks[i].end {
                    segments[i].owner = segments[owned].owner
                }
            }
        }
        if let first = segments.first, first.source == .beginning { segments[0].owner = -1 }
    }

    /// A template may spell the beginning-of-text token out.
    private mutating func markBeginning(_ facts: TurnFacts) {
        guard let id = facts.beginning, prompt.ids.first == id, let first = segments.first, !first.isForeign,
            first.source != .generationPrompt
        else { return }
        let end = min(tokenEnd(0), first.end)
        segments[0].start = end
        if end == first.end { segments.removeFirst() }
        segments.insert(Segment(start: 0, end: end, source: .beginning, owner: -1, kind: .special), at: 0)
    }

    /// Positions of the tokens that open turns, and are the template's own.
    private func cuts(_ openers: Set<UInt32>) -> [Int] {
        guard !openers.isEmpty, !segments.isEmpty else { return [] }
        var cuts = [Int]()
        for (token, id) in prompt.ids.enumerated() where openers.contains(id) {
            let start = tokenStart(token)
            if !segments[segment(at: start)].isForeign { cuts.append(start) }
        }
        return cuts
    }

    /// Makes segments without an owner end where a turn opens. Where a message's text begins with what closes a turn, and
    /// opens its own behind that, the first is the turn's before.
    private mutating func split(at cuts: [Int], closers: Set<UInt32>) {
        var split = [Segment]()
        split.reserveCapacity(segments.count + cuts.count)
        var next = 0
        for segment in segments {
            var rest = segment
            while next < cuts.count, cuts[next] < segment.end {
                if cuts[next] > rest.start, segment.source == .free || closes(rest, behind: split.last, closers) {
                    var head = rest
                    head.end = cuts[next]
                    if segment.source == .handled { head.owner = split.last?.owner ?? -1 }
                    split.append(head)
                    rest.start = cuts[next]
                }
                next += 1
            }
            split.append(rest)
        }
        segments = split
    }

    private func closes(_ segment: Segment, behind last: Segment?, _ closers: Set<UInt32>) -> Bool {
        guard segment.source == .handled, let last, last.owner >= 0, last.owner != segment.owner else { return false }
        let token = token(from: segment.start)
        return token < prompt.ids.count && tokenStart(token) == segment.start && closers.contains(prompt.ids[token])
    }

    /// In which block each segment starts and ends: the number of cuts up to its first and its last byte.
    private func blocks(_ cuts: [Int]) -> [(start: Int, end: Int)] {
        var block = 0
        return segments.map { segment in
            while block < cuts.count, cuts[block] <= segment.start { block += 1 }
            let start = block
            while block < cuts.count, cuts[block] < segment.end { block += 1 }
            return (start, block)
        }
    }

    /// For each segment the next one behind it that has an owner from its origin.
    private func nextOwned() -> [Int?] {
        var next = [Int?](repeating: nil, count: segments.count)
        var owned: Int?
        for i in segments.indices.reversed() {
            next[i] = owned
            switch segments[i].source {
            case .field, .label, .handled: owned = i
            case .generationPrompt: owned = nil
            case .free, .context, .beginning: break
            }
        }
        return next
    }

    /// Where the text goes on behind the last field as the probes did, the generation prompt begins where theirs did;
    /// elsewhere the sites that write nothing else have been found already.
    private mutating func markGenerationPrompt(_ facts: TurnFacts) {
        guard hasGenerationPrompt else { return }
        let last = segments.lastIndex { $0.source == .field }
        let end = last.map { segments[$0].end } ?? 0
        let tail = lastRole.flatMap { facts.tail(after: $0) }
        let prompt = tail.map { $0.bytes[$0.promptStart...] } ?? []
        var start: Int?
        if let tail, text[end...].elementsEqual(tail.bytes) {
            start = end + tail.promptStart
        } else if !prompt.isEmpty, text.count - end >= prompt.count, text.suffix(prompt.count).elementsEqual(prompt) {
            start = text.count - prompt.count
        } else {
            start = segments[(last ?? 0)...].first { $0.source == .generationPrompt }?.start
        }
        // A site that the probes saw in prompts alone may write a header elsewhere.
        for i in segments.indices where segments[i].source == .generationPrompt {
            segments[i].source = segments[i].owner < 0 ? .free : .handled
            segments[i].kind = .scaffold
        }
        guard let start else { return }
        var kept = segments.filter { $0.start < start }
        if let end = kept.indices.last, kept[end].end > start { kept[end].end = start }
        if start < text.count {
            kept.append(
                Segment(
                    start: start, end: text.count, source: .generationPrompt, owner: -1, kind: .generationPrompt))
        }
        segments = kept
    }
}
