import CScan
import CUnicode

/// The four normal forms, with the Unicode version and the change counts of the crate the reference uses.
///
/// Costs one table lookup for each non-ASCII character of a text that is already normal; otherwise only the runs that
/// are affected are rewritten. A run of n marks costs O(n): there is no limit to its length.
enum UnicodeForm: Sendable {
    case nfc
    case nfd
    case nfkc
    case nfkd

    init?(name: String) {
        switch name {
        case "NFC": self = .nfc
        case "NFD": self = .nfd
        case "NFKC": self = .nfkc
        case "NFKD": self = .nfkd
        default: return nil
        }
    }

    private var flag: UInt8 {
        switch self {
        case .nfc: 1
        case .nfd: 2
        case .nfkc: 4
        case .nfkd: 8
        }
    }
    private var composes: Bool { self == .nfc || self == .nfkc }
    private var isCompatible: Bool { self == .nfkc || self == .nfkd }

    /// The first character from `i` on that may change or move, or `count`.
    ///
    /// Han never does, nor do Hangul and Kana where nothing is taken apart: so those are passed over (`cscan_leads`).
    @inline(__always)
    private func nextAffected(_ p: UnsafePointer<UInt8>, _ i: Int, _ count: Int, _ flag: UInt8) -> Int {
        var i = i
        let withParts: Int32 = composes ? 0 : 1
        while i &+ 64 <= count {
            var leads = cscan_leads(p + i, withParts)
            while leads != 0 {
                let at = i &+ leads.trailingZeroBitCount
                if cunicode_tokenizer_form(Scalars.decode(p + at).scalar) & flag != 0 { return at }
                leads &= leads &- 1
            }
            i &+= 64
        }
        // The block may have ended within a character.
        while i < count, p[i] & 0xC0 == 0x80 { i &+= 1 }
        return NormalizedText.nextBeyondASCII(p, i, count) { cunicode_tokenizer_form($0) & flag != 0 }
    }

    /// Runs of more bytes are not looked at twice.
    private static let longestRun = 64
    /// A list of so many characters does not grow step by step any more.
    private static let longList = 1024

    /// Whether a text is in this form; false when in doubt.
    func isNormal(_ p: UnsafePointer<UInt8>, _ count: Int) -> Bool { normalCount(p, count) == count }

    /// Up to where a text is in this form and may be cut: where the first run begins that is not, or is very long. What may change and does not,
    /// as many signs of Indic scripts, is no reason to copy a text.
    func normalCount(_ p: UnsafePointer<UInt8>, _ count: Int) -> Int {
        let flag = flag
        var at = nextAffected(p, 0, count, flag)
        if at == count { return count }
        var checked = 0
        var run = [Mark]()
        while at < count {
            let start = at > checked ? Scalars.before(p, at) : at
            if let pair = pair(p, start, at, count, flag) {
                if pair.composed != nil { return start }
                checked = pair.end
            } else {
                let end = normalize(p, start, at, count, flag, longest: Self.longestRun, into: &run)
                // It may be longer: what is left off could compose with it, or move before it.
                if end - start > Self.longestRun { return start }
                var place = start
                for mark in run {
                    guard place < end else { return start }
                    let (scalar, width) = Scalars.decode(p + place)
                    if scalar != mark.scalar || mark.change != 0 { return start }
                    place += width
                }
                if place != end { return start }
                checked = end
            }
            at = nextAffected(p, checked, count, flag)
        }
        return count
    }

    /// Makes `run` what the characters from `start` on become, of which the one at `at` is the first that may change, up to the next behind them that
    /// may not; returns where that is. A run is left off where it has more bytes than `longest`.
    private func normalize(
        _ p: UnsafePointer<UInt8>, _ start: Int, _ at: Int, _ count: Int, _ flag: UInt8, longest: Int = .max,
        into run: inout [Mark]
    ) -> Int {
        var end = start
        run.removeAll(keepingCapacity: true)
        var isFirst = true
        while end < count, end - start <= longest {
            let (scalar, width) = Scalars.decode(p + end)
            if !(isFirst && end < at), cunicode_tokenizer_form(scalar) & flag == 0 { break }
            isFirst = false
            // All that may follow, at two bytes and more a character: memory that is not written to is not there.
            if run.count >= Self.longList, run.count == run.capacity {
                run.reserveCapacity(run.count + (count - end) / 2 + 1)
            }
            decompose(scalar, into: &run)
            end += width
        }
        Mark.sort(&run)
        if composes { Mark.compose(&run) }
        return end
    }

    /// The text in this form, in which it is up to `from`.
    func apply(_ text: NormalizedText, from: Int = 0) -> NormalizedText {
        let flag = flag
        return text.bytes.withUnsafeBufferPointer { buffer in
            guard let p = buffer.baseAddress else { return text }
            var at = nextAffected(p, from, buffer.count, flag)
            if at == buffer.count { return text }
            var result = text.blank(capacity: buffer.count + buffer.count / 8 + 16)
            var copied = 0
            var run = [Mark]()
            while at < buffer.count {
                // An unaffected character composes with nothing before it, so a run starts at the one before.
                let start = at > copied ? Scalars.before(p, at) : at
                if let pair = pair(p, start, at, buffer.count, flag) {
                    if let composed = pair.composed {
                        result.copy(copied..<start, from: text)
                        result.apply(CollectionOfOne(.init(scalar: composed, change: -1)), to: text, from: start)
                        copied = pair.end
                    }
                    at = nextAffected(p, pair.end, buffer.count, flag)
                    continue
                }
                result.copy(copied..<start, from: text)
                let end = normalize(p, start, at, buffer.count, flag, into: &run)
                if text.keepsSpans {
                    result.apply(run.lazy.map { .init(scalar: $0.scalar, change: $0.change) }, to: text, from: start)
                } else {
                    result.append(run.count) { run[$0].scalar }
                }
                copied = end
                at = nextAffected(p, end, buffer.count, flag)
            }
            result.copy(copied..<buffer.count, from: text)
            return result
        }
    }

    /// A run as most are: a character and one after it, neither of which has parts. They compose, or stay as they are.
    @inline(__always)
    private func pair(
        _ p: UnsafePointer<UInt8>, _ start: Int, _ at: Int, _ count: Int, _ flag: UInt8
    ) -> (end: Int, composed: UInt32?)? {
        guard composes, start < at else { return nil }
        let (first, _) = Scalars.decode(p + start)
        let (second, width) = Scalars.decode(p + at)
        let end = at &+ width
        if end < count, cunicode_tokenizer_form(Scalars.decode(p + end).scalar) & flag != 0 { return nil }
        guard cunicode_tokenizer_class(first) == 0, isWhole(first), isWhole(second) else { return nil }
        return (end, UnicodeTables.compose(first, second))
    }

    @inline(__always)
    private func isWhole(_ scalar: UInt32) -> Bool {
        if scalar < 0x80 { return true }
        if scalar >= 0xAC00, scalar < 0xAC00 + 11172 { return false }
        return (isCompatible ? UnicodeTables.compatible(scalar) : UnicodeTables.canonical(scalar)) == nil
    }

    private func decompose(_ scalar: UInt32, into run: inout [Mark]) {
        if scalar >= 0xAC00, scalar < 0xAC00 + 11172 {
            let index = scalar - 0xAC00
            run.append(Mark(scalar: 0x1100 + index / 588, change: 0, order: 0))
            run.append(Mark(scalar: 0x1161 + index % 588 / 28, change: 1, order: 0))
            if index % 28 != 0 { run.append(Mark(scalar: 0x11A7 + index % 28, change: 1, order: 0)) }
            return
        }
        let span = isCompatible ? UnicodeTables.compatible(scalar) : UnicodeTables.canonical(scalar)
        guard let span else {
            run.append(Mark(scalar: scalar, change: 0, order: cunicode_tokenizer_class(scalar)))
            return
        }
        for i in 0..<(span & 31) {
            let part = cunicode_tokenizer_pool_at(span >> 5 + i)
            run.append(Mark(scalar: part, change: i == 0 ? 0 : 1, order: cunicode_tokenizer_class(part)))
        }
    }
}
