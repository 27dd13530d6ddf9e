import Glibc

/// A moment by the clock that nobody sets.
public struct Deadline: Sendable {
    private let nanoseconds: UInt64
    /// What was allowed from the start, for messages.
    public let allowed: Int

    public init(inMilliseconds milliseconds: Int) {
        allowed = milliseconds
        nanoseconds =
            Deadline.now &+ UInt64(max(milliseconds, 0)).multipliedReportingOverflow(by: 1_000_000).partialValue
    }

    /// Milliseconds left, at least 0.
    public var remaining: Int {
        let now = Deadline.now
        return nanoseconds > now ? Int((nanoseconds - now) / 1_000_000) : 0
    }

    private static var now: UInt64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }
}
