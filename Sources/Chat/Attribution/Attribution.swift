/// Whose token is it: one value a token in every array, beside the ids of one prompt.
///
/// A token belongs to whom its first byte belongs to.
public struct Attribution: Sendable {
    /// Index of the message, or -1 for text of no message: beginning of text, preamble, generation prompt.
    public internal(set) var messageIndices: [Int32] = []
    /// 1 where the model, given the generation prompt, would have sampled the token.
    public internal(set) var sampledMask: [UInt8] = []
    /// 1 where the token is of a message's own content, reasoning or tool calls; on assistant turns as `sampledMask`.
    public internal(set) var isContent: [UInt8] = []
    /// `TokenKind` of each token.
    public internal(set) var kinds: [UInt8] = []
    /// 1 where the token holds bytes of two owners or kinds.
    public internal(set) var straddles: [UInt8] = []
    /// 1 inside `{% generation %}` blocks, as transformers' assistant mask; empty where the template has none.
    public internal(set) var generationMask: [UInt8] = []
    public internal(set) var messages: [Message] = []
    /// Added tokens that stand in what callers wrote, and not in the template.
    public internal(set) var controlTokensInContent = 0

    public struct Message: Sendable {
        public var role: [UInt8]
        /// Of a tool's message: its name, or the name of the call that its `tool_call_id` answers.
        public var toolName: [UInt8]?
        /// From its first token to its last; nil where it has none. Tokens of others may lie between.
        public var span: Range<Int>?
        public var tokenCount = 0
        public var sampledCount = 0
    }

    /// Keeps the tokens at `range`; spans and counts of messages are taken anew.
    mutating func keep(_ range: Range<Int>) {
        messageIndices = Array(messageIndices[range])
        sampledMask = Array(sampledMask[range])
        isContent = Array(isContent[range])
        kinds = Array(kinds[range])
        straddles = Array(straddles[range])
        if !generationMask.isEmpty { generationMask = Array(generationMask[range]) }
        count()
    }

    /// Puts tokens in front that belong to nobody.
    mutating func prepend(_ count: Int) {
        messageIndices.insert(contentsOf: repeatElement(-1, count: count), at: 0)
        sampledMask.insert(contentsOf: repeatElement(0, count: count), at: 0)
        isContent.insert(contentsOf: repeatElement(0, count: count), at: 0)
        kinds.insert(contentsOf: repeatElement(TokenKind.scaffold.rawValue, count: count), at: 0)
        straddles.insert(contentsOf: repeatElement(0, count: count), at: 0)
        if !generationMask.isEmpty { generationMask.insert(contentsOf: repeatElement(0, count: count), at: 0) }
        self.count()
    }

    /// Spans and counts of the messages, from the arrays.
    mutating func count() {
        for i in messages.indices {
            messages[i].span = nil
            messages[i].tokenCount = 0
            messages[i].sampledCount = 0
        }
        for (token, index) in messageIndices.enumerated() where index >= 0 && Int(index) < messages.count {
            let i = Int(index)
            messages[i].span = (messages[i].span?.lowerBound ?? token)..<(token + 1)
            messages[i].tokenCount += 1
            messages[i].sampledCount += Int(sampledMask[token])
        }
    }
}
