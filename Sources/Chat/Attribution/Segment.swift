import Template

/// A stretch of bytes of one owner and one kind.
struct Segment: Equatable {
    var start: Int
    var end: Int
    var source: Source
    /// Of `.free` segments it is found out later.
    var owner: Int32
    var kind: TokenKind

    enum Source: UInt8 {
        /// A field that a message says something with.
        case field
        /// A role, a name, an id: a message's, and part of a header.
        case label
        /// Template text emitted while a message was handled.
        case handled
        /// Of no message as far as its origin tells.
        case free
        /// What callers wrote outside messages: tools and documents.
        case context
        /// The beginning-of-text token's variable.
        case beginning
        case generationPrompt
    }

    /// Bytes that callers wrote, in which a control token is none of the template's.
    var isForeign: Bool { source == .field || source == .context }

    func isLike(_ other: Segment) -> Bool {
        source == other.source && owner == other.owner && kind == other.kind
    }
}

/// What origins mean for attribution. Each origin is looked at once.
struct SegmentReader {
    private let origins: OriginTable
    private let roles: [MessageRole]
    private let generationSites: Set<Range<Int>>
    private var known: [OriginID: Segment] = [:]

    /// - Parameter generationSites: ranges of the template's source that write the generation prompt; empty where the
    ///   render has none.
    init(_ origins: OriginTable, roles: [MessageRole], generationSites: Set<Range<Int>>) {
        self.origins = origins
        self.roles = roles
        self.generationSites = generationSites
    }

    /// The segments of a text of `count` bytes, neighbours that are alike as one.
    mutating func segments(_ runs: [OriginRun], count: Int) -> [Segment] {
        var segments = [Segment]()
        var at = 0
        for run in runs where run.length > 0 && at < count {
            var segment = meaning(run.origin)
            segment.start = at
            segment.end = min(at + run.length, count)
            at = segment.end
            if let last = segments.last, last.isLike(segment) {
                segments[segments.count - 1].end = segment.end
            } else {
                segments.append(segment)
            }
        }
        return segments
    }

    private mutating func meaning(_ id: OriginID) -> Segment {
        if let segment = known[id] { return segment }
        let segment = read(origins[id])
        known[id] = segment
        return segment
    }

    private func read(_ origin: Origin) -> Segment {
        func segment(_ source: Segment.Source, _ owner: Int, _ kind: TokenKind) -> Segment {
            Segment(start: 0, end: 0, source: source, owner: Int32(clamping: owner), kind: kind)
        }
        switch origin.kind {
        case .template:
            if generationSites.contains(origin.sourceRange) {
                return segment(.generationPrompt, origin.messageIndex, .generationPrompt)
            }
            if origin.messageIndex < 0 { return segment(.free, -1, .scaffold) }
            return segment(.handled, origin.messageIndex, .scaffold)
        case .message:
            let role = roles.indices.contains(origin.messageIndex) ? roles[origin.messageIndex] : .other
            let (source, kind) = MessageField(path: origin.path).meaning(role)
            return segment(source, origin.messageIndex, kind)
        case .tools: return segment(.context, -1, .tools)
        case .documents: return segment(.context, -1, .documents)
        case .specialToken:
            let isBeginning = origin.path.elementsEqual("bos_token".utf8)
            return segment(isBeginning ? .beginning : .free, -1, .special)
        case .variable: return segment(.free, -1, .scaffold)
        }
    }
}
