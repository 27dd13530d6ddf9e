import Glibc

/// A moment by the clock that nobody sets.
public struct Moment: Sendable, Hashable, Comparable {
    private let nanoseconds: UInt64

    /// Later than any other.
    static let never = Moment(nanoseconds: .max)

    private init(nanoseconds: UInt64) { self.nanoseconds = nanoseconds }

    public static var now: Moment {
        var time = Glibc.timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Moment(nanoseconds: UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec))
    }

    public static func < (a: Moment, b: Moment) -> Bool { a.nanoseconds < b.nanoseconds }

    public func adding(milliseconds: Int) -> Moment {
        let (span, isLong) = UInt64(max(milliseconds, 0)).multipliedReportingOverflow(by: 1_000_000)
        let (sum, isLate) = nanoseconds.addingReportingOverflow(span)
        return isLong || isLate ? .never : Moment(nanoseconds: sum)
    }

    /// Whole milliseconds from now, rounded up; 0 for what has been.
    var milliseconds: Int { milliseconds(from: .now) }

    public func milliseconds(from earlier: Moment) -> Int {
        nanoseconds > earlier.nanoseconds ? Int((nanoseconds - earlier.nanoseconds + 999_999) / 1_000_000) : 0
    }

    var timespec: timespec {
        Glibc.timespec(
            tv_sec: Int(min(nanoseconds / 1_000_000_000, UInt64(Int.max))), tv_nsec: Int(nanoseconds % 1_000_000_000))
    }
}
