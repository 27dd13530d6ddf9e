import Glibc

/// A moment, broken down in local time: what `strftime_now` formats.
public struct Clock: Sendable, Equatable {
    public var year: Int
    /// 1 to 12.
    public var month: Int
    /// 1 to 31.
    public var day: Int
    public var hour: Int
    public var minute: Int
    public var second: Int
    /// 0 is Sunday.
    public var weekday: Int
    /// 1 to 366.
    public var yearday: Int

    public init(year: Int, month: Int, day: Int, hour: Int = 0, minute: Int = 0, second: Int = 0) {
        self.year = year
        self.month = month
        self.day = day
        self.hour = hour
        self.minute = minute
        self.second = second
        yearday = Clock.days(before: month, year) + day
        // Day 1 of year 1 was a Monday.
        let before = year - 1
        weekday = (((before * 365 + before / 4 - before / 100 + before / 400 + yearday) % 7) + 7) % 7
    }

    /// Now, by the system's clock and time zone.
    public static func local() -> Clock {
        var seconds = time(nil)
        var parts = tm()
        guard localtime_r(&seconds, &parts) != nil else { return Clock(year: 1970, month: 1, day: 1) }
        return Clock(
            year: Int(parts.tm_year) + 1900, month: Int(parts.tm_mon) + 1, day: Int(parts.tm_mday),
            hour: Int(parts.tm_hour), minute: Int(parts.tm_min), second: Int(parts.tm_sec))
    }

    private static func days(before month: Int, _ year: Int) -> Int {
        let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        let lengths = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        return lengths.prefix(max(month - 1, 0)).reduce(0, +)
    }

    private static let months = [
        "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
        "December",
    ]
    private static let weekdays = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"]

    /// As CPython's `datetime.now().strftime` on Linux in the C locale: glibc's conversions, flags `-_0^#` and widths.
    func format(_ pattern: [UInt8]) throws(TemplateError) -> [UInt8] {
        if pattern.count > 4096 { throw TemplateError(.limit, "the time format is too long") }
        var out = [UInt8]()
        out.reserveCapacity(pattern.count + 16)
        var i = 0
        while i < pattern.count {
            guard pattern[i] == UInt8(ascii: "%"), i + 1 < pattern.count else {
                out.append(pattern[i])
                i += 1
                continue
            }
            let start = i
            i += 1
            if let pair = twoDigits(pattern[i]) {
                out.append(0x30 + UInt8(truncatingIfNeeded: pair / 10))
                out.append(0x30 + UInt8(truncatingIfNeeded: pair % 10))
                i += 1
                continue
            }
            var flag: UInt8 = 0
            while i < pattern.count, "-_0^#".utf8.contains(pattern[i]) {
                flag = pattern[i]
                i += 1
            }
            var width = 0
            while i < pattern.count, pattern[i] >= 0x30, pattern[i] <= 0x39 {
                width = min(width * 10 + Int(pattern[i] - 0x30), 1024)
                i += 1
            }
            if i < pattern.count, pattern[i] == UInt8(ascii: "E") || pattern[i] == UInt8(ascii: "O") { i += 1 }
            guard i < pattern.count, let text = convert(pattern[i], flag, width) else {
                out += pattern[start..<min(i + 1, pattern.count)]
                i += 1
                continue
            }
            out += flag == UInt8(ascii: "^") ? text.map { $0 >= 0x61 && $0 <= 0x7A ? $0 - 0x20 : $0 } : text
            i += 1
        }
        return out
    }

    /// The conversions that templates use, without flags: two digits each.
    private func twoDigits(_ letter: UInt8) -> Int? {
        let value: Int
        switch letter {
        case UInt8(ascii: "d"): value = day
        case UInt8(ascii: "m"): value = month
        case UInt8(ascii: "H"): value = hour
        case UInt8(ascii: "M"): value = minute
        case UInt8(ascii: "S"): value = second
        default: return nil
        }
        return value.isBetween(0, 99) ? value : nil
    }

    private func convert(_ letter: UInt8, _ flag: UInt8, _ width: Int) -> [UInt8]? {
        func number(_ value: Int, _ standard: Int, _ fill: UInt8 = 0x30) -> [UInt8] {
            if flag == UInt8(ascii: "-"), width == 0 { return value.digits }
            let fill: UInt8 = flag == UInt8(ascii: "_") ? 0x20 : flag == UInt8(ascii: "0") ? 0x30 : fill
            let digits = value.digits
            return Array(
                repeating: fill, count: max(max(width, flag == UInt8(ascii: "-") ? 0 : standard) - digits.count, 0))
                + digits
        }
        func text(_ name: String) -> [UInt8] {
            Array(repeating: 0x20, count: max(width - name.utf8.count, 0)) + name.utf8
        }
        func composed(_ pattern: String) -> [UInt8]? {
            (try? format(Array(pattern.utf8))).map { text(String(decoding: $0, as: UTF8.self)) }
        }
        let hour12 = hour % 12 == 0 ? 12 : hour % 12
        let monday = (weekday + 6) % 7
        let month = Clock.months[min(max(self.month - 1, 0), 11)]
        let day = Clock.weekdays[min(max(weekday, 0), 6)]
        switch letter {
        case UInt8(ascii: "a"): return text(String(day.prefix(3)))
        case UInt8(ascii: "A"): return text(day)
        case UInt8(ascii: "b"), UInt8(ascii: "h"): return text(String(month.prefix(3)))
        case UInt8(ascii: "B"): return text(month)
        case UInt8(ascii: "c"): return composed("%a %b %e %H:%M:%S %Y")
        case UInt8(ascii: "C"): return number(year / 100, 2)
        case UInt8(ascii: "d"): return number(self.day, 2)
        case UInt8(ascii: "D"), UInt8(ascii: "x"): return composed("%m/%d/%y")
        case UInt8(ascii: "e"): return number(self.day, 2, 0x20)
        case UInt8(ascii: "f"): return Array("000000".utf8)
        case UInt8(ascii: "F"): return composed("%Y-%m-%d")
        case UInt8(ascii: "G"): return number(isoWeek().year, 4)
        case UInt8(ascii: "g"): return number(isoWeek().year % 100, 2)
        case UInt8(ascii: "V"): return number(isoWeek().week, 2)
        case UInt8(ascii: "H"): return number(hour, 2)
        case UInt8(ascii: "I"): return number(hour12, 2)
        case UInt8(ascii: "j"): return number(yearday, 3)
        case UInt8(ascii: "k"): return number(hour, 2, 0x20)
        case UInt8(ascii: "l"): return number(hour12, 2, 0x20)
        case UInt8(ascii: "m"): return number(self.month, 2)
        case UInt8(ascii: "M"): return number(minute, 2)
        case UInt8(ascii: "n"): return [0x0A]
        case UInt8(ascii: "p"):
            return text(flag == UInt8(ascii: "#") ? (hour < 12 ? "am" : "pm") : (hour < 12 ? "AM" : "PM"))
        case UInt8(ascii: "P"): return text(hour < 12 ? "am" : "pm")
        case UInt8(ascii: "r"): return composed("%I:%M:%S %p")
        case UInt8(ascii: "R"): return composed("%H:%M")
        case UInt8(ascii: "s"): return number(epoch, 1)
        case UInt8(ascii: "S"): return number(second, 2)
        case UInt8(ascii: "t"): return [0x09]
        case UInt8(ascii: "T"), UInt8(ascii: "X"): return composed("%H:%M:%S")
        case UInt8(ascii: "u"): return number(monday + 1, 1)
        case UInt8(ascii: "U"): return number((yearday + 6 - weekday) / 7, 2)
        case UInt8(ascii: "w"): return number(weekday, 1)
        case UInt8(ascii: "W"): return number((yearday + 6 - monday) / 7, 2)
        case UInt8(ascii: "y"): return number(((year % 100) + 100) % 100, 2)
        case UInt8(ascii: "Y"): return number(year, 1)
        // datetime without a time zone: CPython leaves nothing.
        case UInt8(ascii: "z"), UInt8(ascii: "Z"): return []
        case UInt8(ascii: "%"): return [0x25]
        default: return nil
        }
    }

    /// Seconds since 1970, taking the moment as local time.
    private var epoch: Int {
        var parts = tm()
        parts.tm_year = Int32(clamping: year - 1900)
        parts.tm_mon = Int32(clamping: month - 1)
        parts.tm_mday = Int32(clamping: day)
        parts.tm_hour = Int32(clamping: hour)
        parts.tm_min = Int32(clamping: minute)
        parts.tm_sec = Int32(clamping: second)
        parts.tm_isdst = -1
        return mktime(&parts)
    }

    private func isoWeek() -> (year: Int, week: Int) {
        let monday = (weekday + 6) % 7
        let week = (yearday - monday + 9) / 7
        if week < 1 {
            let last = Clock(year: year - 1, month: 12, day: 31)
            return (year - 1, last.isoWeek().week)
        }
        if week == 53, Clock(year: year + 1, month: 1, day: 1).weekday.isBetween(1, 4) { return (year + 1, 1) }
        return (year, week)
    }
}

extension Int {
    fileprivate func isBetween(_ low: Int, _ high: Int) -> Bool { self >= low && self <= high }
}
