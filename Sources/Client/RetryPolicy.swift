/// When a request is sent again. Never after a byte of its answer was handed on.
public struct RetryPolicy: Sendable {
    /// How many times after the first.
    public var retries = 2
    /// Whether a request is sent again that the server may have begun to work on: one whose connection broke, or whose gateway gave up.
    /// Without it only what cannot have been begun is sent again: no connection was made, or the server was busy.
    public var repeatsSent = false

    /// The longest wait before the first retry; it doubles with each.
    private static let base = 250
    private static let longest = 8_000

    public init() {}

    /// Exponential backoff with full jitter, and never sooner than the server asks.
    func delay(beforeRetry number: Int, asked: Int?) -> Int {
        let ceiling = min(RetryPolicy.longest, RetryPolicy.base << min(number, 16))
        return max(Int.random(in: 0...ceiling), asked ?? 0)
    }

    func isBusy(_ status: Int) -> Bool {
        status == 429 || status == 503 || repeatsSent && (status == 502 || status == 504)
    }
}
