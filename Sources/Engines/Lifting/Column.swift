import JSON

/// What was read straight from the bytes of an answer: an array, or a number or text that differs from answer to answer.
enum Column: Sendable {
    case scalar(Value)
    /// Integers.
    case ids([UInt32])
    /// Numbers and nulls.
    case numbers([Float])
    /// Tokens, each with its logprob and, where they are wanted, the list of the likeliest in its place.
    case tokens(ids: [UInt32], logprobs: [Float], top: TokenLists)
    /// For each place null or a list of tokens with logprobs.
    case lists(TokenLists)

    var count: Int {
        switch self {
        case .scalar: 0
        case .ids(let ids): ids.count
        case .numbers(let numbers): numbers.count
        case .tokens(let ids, _, _): ids.count
        case .lists(let lists): lists.positions
        }
    }

    /// Under which names of answers arrays are columns, and how they are written there.
    private static let shapes: [(name: StaticString, shape: ColumnScanner.Shape)] = [
        ("token_ids", .ids), ("content", .entries), ("logprobs", .numbers), ("output_ids", .ids),
        ("output_token_logprobs", .triples), ("input_token_logprobs", .triples), ("output_top_logprobs", .lists),
        ("input_top_logprobs", .lists), ("token_logprobs", .numbers), ("output_token_sampling_logprobs", .numbers),
        ("tokens", .names), ("text_offset", .ids),
        ("prompt_token_ids", .ids),
    ]

    static func shape(of name: UnsafeBufferPointer<UInt8>) -> ColumnScanner.Shape? {
        shapes.first {
            $0.name.utf8CodeUnitCount == name.count
                && name.elementsEqual(UnsafeBufferPointer(start: $0.name.utf8Start, count: name.count))
        }?.shape
    }
}
