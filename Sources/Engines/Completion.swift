public import JSON

/// What an engine generated, in words that belong to no engine.
public struct Completion: Sendable, Equatable {
    public struct Choice: Sendable, Equatable {
        /// All sampled ids, the stop token included where one was sampled.
        public var ids: [UInt32] = []
        /// One for each id, NaN where the engine has none; nil where none were asked for.
        public var logprobs: [Float]?
        /// The likeliest tokens at each id, where more than the sampled one were asked for.
        public var topLogprobs: TokenLists?
        /// The tokens that could be sampled at each id, where the server says.
        public var samplingMask: TokenLists?
        /// The logprob of each id among those, where the server says.
        public var samplingLogprobs: [Float]?
        /// "stop", "length", "abort", or the engine's own word.
        public var finishReason: [UInt8] = []
        /// The stop token's id or the stop string that ended the choice, where the engine says.
        public var stopReason: Value = .null
        /// Which weights sampled which ids: [{"version", "start", "end"}], where the engine says.
        public var weightVersions: Value = .null
        public var routedExperts: RoutedExperts?
        /// Of the first choice of a prompt: one for each id of it, NaN for the first; nil where none were asked for.
        var promptLogprobs: [Float]?
        var promptTopLogprobs: TokenLists?

        public init() {}
    }

    public var choices: [Choice] = []
    public var requestID: [UInt8]?
    public var model: [UInt8]?
    public var promptTokens: Int?
    public var completionTokens: Int?
    public var cachedTokens: Int?
    /// What the engine measured, under its own names.
    public var timing = Object()

    public init() {}

    /// One for each id of the prompts, NaN for the first of each; nil where none were asked for.
    public var promptLogprobs: [Float]? {
        let parts = choices.compactMap(\.promptLogprobs)
        return parts.count > 1 ? Array(parts.joined()) : parts.first
    }

    public var promptTopLogprobs: TokenLists? {
        choices.compactMap(\.promptTopLogprobs).reduce(nil) { all, lists in
            var all = all ?? TokenLists()
            all.append(lists)
            return all
        }
    }
}

/// A list of tokens for each of a row of positions, one list after the other.
public struct TokenLists: Sendable, Equatable {
    public private(set) var ids: [UInt32] = []
    /// As many as ids, or none at all.
    public private(set) var logprobs: [Float] = []
    /// Where each position's list begins, and the end of the last.
    public private(set) var starts = [0]

    public init() {}

    public var positions: Int { starts.count - 1 }

    mutating func append(_ id: UInt32, _ logprob: Float) {
        ids.append(id)
        logprobs.append(logprob)
    }

    mutating func append(_ id: UInt32) { ids.append(id) }

    mutating func endPosition() { starts.append(ids.count) }

    mutating func append(_ other: TokenLists) {
        let offset = ids.count
        ids += other.ids
        logprobs += other.logprobs
        starts += other.starts.dropFirst().map { $0 + offset }
    }

    /// The lists of the last positions.
    func suffix(_ count: Int) -> TokenLists {
        var lists = TokenLists()
        guard count < positions else { return self }
        let first = starts[positions - count]
        lists.ids = Array(ids[first...])
        lists.logprobs = logprobs.isEmpty ? [] : Array(logprobs[first...])
        lists.starts = starts.suffix(count + 1).map { $0 - first }
        return lists
    }
}

/// Which experts each position was routed to: elements in row-major order, little-endian.
public struct RoutedExperts: Sendable, Equatable {
    public enum ElementType: String, Sendable {
        case uint8
        case uint16
        case int32

        public var size: Int {
            switch self {
            case .uint8: 1
            case .uint16: 2
            case .int32: 4
            }
        }
    }

    public var type: ElementType
    /// Positions, layers, experts per token. Layers is 1 where the engine does not say how the last two divide.
    public var shape: [Int]
    public var bytes: [UInt8]
}
