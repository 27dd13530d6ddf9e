/// A decomposed code point on its way through canonical ordering and composition, with the change count that says how
/// much of the old text it stands for.
///
/// Of eight bytes: a run may be a whole text.
struct Mark: BitwiseCopyable {
    /// The code point below the class.
    private var bits: UInt32
    private var changes: Int32

    init(scalar: UInt32, change: Int, order: UInt8) {
        bits = scalar | UInt32(order) << 24
        changes = Int32(truncatingIfNeeded: change)
    }

    var scalar: UInt32 { bits & 0xFF_FFFF }
    /// No text has more characters than 31 bits count.
    var change: Int { Int(changes) }
    /// The canonical combining class.
    var order: UInt8 { UInt8(truncatingIfNeeded: bits >> 24) }

    /// Puts every run of marks in canonical order, keeping equals in place: insertion for the short runs of real text,
    /// counting for the long ones nobody writes.
    static func sort(_ run: inout [Mark]) {
        var i = 0
        while i < run.count {
            if run[i].order == 0 {
                i += 1
                continue
            }
            var end = i + 1
            while end < run.count, run[end].order != 0 { end += 1 }
            if end - i > 16 {
                if !(i + 1..<end).allSatisfy({ run[$0 - 1].order <= run[$0].order }) {
                    sortByCounting(&run, i..<end)
                }
            } else {
                for j in (i + 1)..<max(end, i + 1) {
                    let mark = run[j]
                    var k = j
                    while k > i, run[k - 1].order > mark.order {
                        run[k] = run[k - 1]
                        k -= 1
                    }
                    run[k] = mark
                }
            }
            i = end
        }
    }

    private static func sortByCounting(_ run: inout [Mark], _ range: Range<Int>) {
        var next = [Int](repeating: 0, count: 257)
        for i in range { next[Int(run[i].order) + 1] += 1 }
        for k in 1..<257 { next[k] += next[k - 1] }
        let old = Array(run[range])
        for mark in old {
            run[range.lowerBound + next[Int(mark.order)]] = mark
            next[Int(mark.order)] += 1
        }
    }

    /// Canonical composition in place. A composed character stands for both its parts: its change count is theirs
    /// added, less one (the convention of the crate `unicode-normalization-alignments`).
    static func compose(_ run: inout [Mark]) {
        var count = 0
        var starter = -1
        /// The class of the last mark that stayed behind the starter, or nil where none did.
        var last: UInt8?
        for mark in run {
            let isBlocked = if let last { last >= mark.order } else { false }
            if starter >= 0, !isBlocked,
                let composed = UnicodeTables.compose(run[starter].scalar, mark.scalar)
            {
                let first = run[starter]
                run[starter] = Mark(scalar: composed, change: first.change + mark.change - 1, order: first.order)
                continue
            }
            if mark.order == 0 {
                starter = count
                last = nil
            } else if starter >= 0 {
                last = mark.order
            }
            run[count] = mark
            count += 1
        }
        run.removeLast(run.count - count)
    }
}
