public import JSON

/// What an engine generated, in words that belong to no engine.
public struct Completion: Sendable, Equatable {
    public struct Choice: Sendable, Equatable {
        /// All sampled ids, the stop token included where one was sampled.
        public var ids: [UInt32] = []
        /// One for each id, NaN where the engine has none; nil where none were asked for.
        public var logprobs: [Float]?
        /// "stop", "length", "abort", or the engine's own word.
        public var finishReason: [UInt8] = []
        /// The stop token's id or the stop string that ended the choice, where the engine says.
        public var stopReason: Value = .null
        public var routedExperts: RoutedExperts?

        public init() {}
    }

    public var choices: [Choice] = []
    public var requestID: [UInt8]?
    public var model: [UInt8]?
    public var promptTokens: Int?
    public var completionTokens: Int?
    public var cachedTokens: Int?

    public init() {}
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
