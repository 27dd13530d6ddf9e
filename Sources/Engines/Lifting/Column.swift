/// An array that was read straight from the bytes of an answer.
enum Column: Sendable {
    /// Integers.
    case ids([UInt32])
    /// Numbers and nulls.
    case numbers([Float])
    /// Tokens, each with its logprob and the list of the likeliest in its place.
    case tokens(ids: [UInt32], logprobs: [Float], top: TokenLists)
    /// For each place null or a list of tokens with logprobs.
    case lists(TokenLists)
}
