import Tokenizer

/// Where calls begin and end.
extension StreamingParser {
    /// The call that is being read.
    struct Attempt: Sendable {
        var start: Int
        var name: [UInt8]?
        var id: [UInt8]?
        /// What is wrong with it.
        var problem: CallStatus?
        /// Up to where the text of its arguments has been told; nil before they begin.
        var told: Int?
        var index: Int
    }

    /// Text where a call that no marker announces may begin.
    mutating func stepBareContent() -> Progress {
        func content() -> Progress {
            state = .content
            return .again
        }
        guard grammar.isBare else { return content() }
        guard let at = afterSpace(from: text.start) else { return .wait }
        if at == text.bytes.count { return content() }
        var place = at
        if !grammar.sectionOpen.isEmpty {
            switch match(grammar.sectionOpen, at: at) {
            case .no: return content()
            case .partial: return .wait
            case .yes(let end):
                guard let next = afterSpace(from: end) else { return .wait }
                place = next
            }
        }
        switch beginCall(at: place) {
        case .wait: return .wait
        case nil: return content()
        case .again:
            inSection = !grammar.sectionOpen.isEmpty
            return .again
        }
    }

    mutating func stepSectionOpen() -> Progress {
        switch match(grammar.sectionOpen, at: text.start) {
        case .partial: return .wait
        case .yes(let end):
            text.start = end
            inSection = true
            state = .sectionStart
        case .no:
            let at = text.start
            guard case .yes(let end) = match(grammar.sectionOpen.announcing, at: at) else {
                begin(.content, nil)
                return .again
            }
            inSection = true
            breakCall(at: at, .malformedStructure)
            text.start = end
            scanned = end
        }
        return .again
    }

    /// In a section, or behind a call: another call, or the end.
    mutating func stepSection() -> Progress {
        guard let at = afterSpace(from: text.start) else { return .wait }
        if at == text.bytes.count {
            text.start = at
            state = .done
            return .wait
        }
        if state == .between, !grammar.separator.isEmpty {
            switch match(grammar.separator, at: at) {
            case .partial: return .wait
            case .no: break
            case .yes(let end):
                guard let next = afterSpace(from: end) else { return .wait }
                if let progress = beginCall(at: next) { return progress }
            }
        }
        if inSection, !grammar.sectionClose.isEmpty {
            switch matchEnd(grammar.sectionClose, at: at) {
            case .partial: return .wait
            case .no: break
            case .yes(let end):
                text.start = end
                inSection = false
                begin(.content, Opening(layout: grammar.sectionClose.trail, isKept: false))
                return .again
            }
        }
        if let progress = beginCall(at: at) { return progress }
        for pattern in grammar.callOpen {
            guard let prefix = pattern.prefix?.announcing, prefix.isDistinct, case .yes = match(prefix, at: at) else {
                continue
            }
            text.start = at
            state = .callOpen
            return .again
        }
        if state == .sectionStart {
            breakCall(at: sectionAt, .malformedStructure)
            text.start = at
        } else {
            begin(.content, Opening(layout: grammar.separator.lead, isKept: false))
        }
        return .again
    }

    mutating func stepCallOpen() -> Progress {
        if let progress = beginCall(at: text.start) { return progress }
        let place = text.start
        for pattern in grammar.callOpen {
            guard let prefix = pattern.prefix, case .yes(let end) = match(prefix.announcing, at: place) else {
                continue
            }
            // Where all that stands in front of the name is there, that is what did not come.
            let isNameless = if case .yes = match(prefix, at: place) { pattern.hasName } else { false }
            breakCall(at: place, isNameless ? .missingName : .malformedStructure)
            text.start = end
            scanned = end
            return .again
        }
        begin(.content, nil)
        return .again
    }

    private mutating func breakCall(at place: Int, _ problem: CallStatus) {
        isFirstText = false
        attempt = Attempt(start: place, problem: problem, index: callCount)
        callCount += 1
        begin(.brokenCall, nil)
    }

    /// The arguments are over: the call's end must follow.
    mutating func stepCloseCall() -> Progress {
        if grammar.callClose.allSatisfy(\.isEmpty) { return finishCall(at: text.start, .ok) }
        var at = text.start
        while at < text.bytes.count, isSpace(text.bytes[at]) { at += 1 }
        text.start = at
        if at == text.bytes.count {
            if !text.isFinal { return .wait }
            return finishCall(at: at, grammar.callClose.contains(where: grammar.isStop) ? .ok : .unclosedBlock)
        }
        for marker in grammar.callClose where !marker.isEmpty {
            switch match(marker, at: at) {
            case .no: continue
            case .partial: return .wait
            case .yes(let end): return finishCall(at: end, .ok)
            }
        }
        return giveUp(.malformedStructure)
    }

    /// What comes is no call that is well formed: read on to its end.
    mutating func giveUp(_ problem: CallStatus) -> Progress {
        if attempt?.problem == nil { attempt?.problem = problem }
        begin(.brokenCall, nil)
        return .again
    }

    mutating func stepBrokenCall() -> Progress {
        let (hit, limit) = scan(inSection ? grammar.inBrokenSectionCall : grammar.inBrokenCall)
        if attempt?.told != nil, attempt?.problem == .invalidJSON {
            // Arguments that are no JSON are told as they are.
            tellArguments(to: hit.map { trimmedEnd($0.start) } ?? (text.isFinal ? limit : trimmedEnd(limit)))
        }
        if let hit {
            if hit.role == .callClose { return finishCall(at: hit.end, attempt?.problem ?? .malformedStructure) }
            return finishCall(at: hit.start, grammar.callClose.isEmpty ? attempt?.problem ?? .ok : .unclosedBlock)
        }
        if !text.isFinal { return .wait }
        return finishCall(at: limit, grammar.callClose.isEmpty ? attempt?.problem ?? .ok : .unclosedBlock)
    }

    private func trimmedEnd(_ end: Int) -> Int {
        var end = end
        while end > 0, isSpace(text.bytes[end - 1]) { end -= 1 }
        return end
    }

    mutating func finishCall(at end: Int, _ status: CallStatus) -> Progress {
        guard let attempt else { return .wait }
        var status = attempt.problem ?? status
        if status != .ok, text.isFinal, end == text.bytes.count,
            case .brokenCall = state, !grammar.callClose.isEmpty, !isClosed(end)
        {
            status = .unclosedBlock
        }
        if status == .ok, attempt.name == nil { status = .missingName }
        if status == .ok, !tools.isEmpty, let name = attempt.name, !tools.knows(name) { status = .unknownTool }
        events.append(
            .callFinished(
                index: attempt.index,
                ParsedCall(
                    name: attempt.name, id: attempt.id, arguments: [], raw: valid(attempt.start..<end),
                    tokens: text.tokens(attempt.start..<end), status: status)))
        self.attempt = nil
        text.start = end
        if grammar.format.hasSegments {
            begin(.start, nil)
        } else if inSection || grammar.isBare || !grammar.separator.isEmpty {
            begin(.between, nil)
        } else {
            begin(.content, Opening(layout: grammar.separator.lead, isKept: false))
        }
        return .again
    }

    /// Whether the text up to a place ends with a call's end.
    private func isClosed(_ end: Int) -> Bool {
        grammar.callClose.contains { marker in
            guard let last = marker.atoms.last else { return false }
            switch last {
            case .text(let wanted):
                return end >= wanted.count && text.bytes[..<end].suffix(wanted.count).elementsEqual(wanted)
            case .token(let id): return text.lastMark(endingAt: end)?.id == id
            case .space: return false
            }
        }
    }

    /// Tells the arguments' text up to a place as it is written.
    mutating func tellArguments(to end: Int) {
        guard let told = attempt?.told, let index = attempt?.index, attempt?.name != nil, end > told else { return }
        var end = end
        if end == text.bytes.count, !text.isFinal {
            end -= text.bytes[max(told, end - 3)..<end].withUnsafeBufferPointer { LossyUTF8.unfinished($0) }
        }
        guard end > told else { return }
        events.append(.arguments(index: index, valid(told..<end)))
        attempt?.told = end
    }

    /// Tells text of the library's own.
    mutating func tellArguments(_ bytes: [UInt8]) {
        guard let index = attempt?.index, !bytes.isEmpty else { return }
        events.append(.arguments(index: index, bytes))
    }
}
