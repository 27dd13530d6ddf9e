import CScan

/// A scanner that looks at 64 bytes at a time: what each byte is becomes bits of words, and where pieces start follows
/// from the words with shifts and sums (`Masks`). The exact scanner behind it decides what the bits cannot, and is the
/// truth.
///
/// A block starts where a piece starts, since a match depends on nothing before it. So nothing is carried from block to
/// block: what is uncertain at the end of one is looked at again at the start of the next.
struct MaskScanner<Exact: Scanner>: Sendable {
    let exact: Exact
    let rules: MaskRules

    @inline(__always)
    init(_ exact: Exact, _ rules: MaskRules) {
        self.exact = exact
        self.rules = rules
    }

    /// As `Scanner.fill`. `capacity` must be 64 or more, or nothing is found.
    @inline(__always)
    func fill(
        _ ends: UnsafeMutablePointer<Int>, capacity: Int, _ p: UnsafePointer<UInt8>, from start: Int, to end: Int
    ) -> Int {
        var count = 0
        var at = start
        var classes = cscan_classes()
        while count &+ 64 <= capacity {
            if end &- at < 64 {
                return count &+ exact.fill(ends + count, capacity: capacity &- count, p, from: at, to: end)
            }
            cscan_classify(p + at, &classes)
            var masks = Masks(classes)
            if masks.high != 0 { masks.addCharacters(p + at, rules) }
            if rules.hasHanKana { masks.leaveControls() }
            var starts = masks.starts(rules)
            if masks.quote != 0, rules.hasContractions { starts = contractions(p, at, end, masks, starts) }
            if masks.undecided != 0 { starts &= masks.decided }
            starts &= ~1
            let block = at
            if starts != 0 {
                count &+= cscan_write_places(starts, block, ends + count)
                at = block &+ 63 &- starts.leadingZeroBitCount
                if masks.undecided == 0 { continue }
            }
            // A piece longer than the block, or those up to behind the first undecided character.
            let last = masks.undecided == 0 ? block : block &+ masks.undecided.trailingZeroBitCount
            repeat {
                at = exact.next(p, at, end)
                ends[count] = at
                count &+= 1
            } while at <= last && at < end && count < capacity
            if at >= end { return count }
        }
        return count
    }

    /// Takes contractions into account, from the left: what follows one starts a piece, also letters.
    @inline(never)
    private func contractions(
        _ p: UnsafePointer<UInt8>, _ at: Int, _ end: Int, _ masks: Masks, _ starts: UInt64
    ) -> UInt64 {
        var starts = starts
        let letters = masks.letters
        // Where a contraction is a suffix it follows a word, else it is a piece of its own.
        var quotes = masks.quote & (rules.hasCases ? letters &<< 1 : starts | 1) & (letters &>> 1 | 1 &<< 63)
        var previousEnd = 0
        while quotes != 0 {
            let i = quotes.trailingZeroBitCount
            quotes &= quotes &- 1
            let length = Scan.contraction(p, at &+ i, end, ignoringCase: !rules.isByteLevel)
            // A word has one suffix only.
            if length == 0 || (rules.hasCases && i == previousEnd) { continue }
            previousEnd = i &+ length
            // A suffix is one whatever the cases of its letters are.
            if rules.hasCases {
                starts &= ~((1 &<< UInt64(truncatingIfNeeded: length) &- 1) &<< UInt64(truncatingIfNeeded: i))
            }
            if rules.isByteLevel, i < 63 { starts &= ~(1 &<< UInt64(truncatingIfNeeded: i &+ 1)) }
            if previousEnd < 64 { starts |= letters & 1 &<< UInt64(truncatingIfNeeded: previousEnd) }
        }
        return starts
    }
}
