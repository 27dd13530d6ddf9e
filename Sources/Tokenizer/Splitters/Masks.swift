import CScan
import CUnicode

/// What the patterns of letters, numbers, signs and whitespace differ in.
struct MaskRules: Equatable, Sendable {
    /// What a word is made of.
    var letters: CharacterSet
    /// The categories, beyond ASCII, that the bits cannot deal with.
    var undecided: CharacterSet
    /// How many numbers stay together: 1, 3, or all.
    var numbers: Int
    /// The GPT-2 form: see `LetterScanner`.
    var isByteLevel = false
    /// A change from lower to upper case starts a word, contractions belong to the word before them, and slashes to the
    /// newlines before them: see `CaseScanner`.
    var hasCases = false
    var hasContractions = true
    /// Whitespace up to the end of the text is one piece.
    var wholeTail = false
    /// Numbers, and Han and Kana, are split off first, and of signs only those of ASCII join ASCII letters: see
    /// `SequenceScanner`.
    var hasHanKana = false
}

/// What 64 bytes are, a bit for each. All bytes of a character have the bit of its class. A block starts with a whole
/// character.
struct Masks {
    private var upper: UInt64
    private var lower: UInt64
    /// Letters that are neither, or whose case does not matter.
    private var others: UInt64 = 0
    private var numbers: UInt64
    private let space: UInt64
    private let blank: UInt64
    private let newline: UInt64
    private var signs: UInt64
    private let control: UInt64
    /// Han and Kana that are parts of words.
    private var hanKana: UInt64 = 0
    private let slash: UInt64
    let quote: UInt64
    let high: UInt64
    private let lead: UInt64
    private let han: UInt64
    private let hangul: UInt64
    private let kana: UInt64
    private let sign: UInt64
    /// Characters at which the exact scanner is needed.
    private(set) var undecided: UInt64 = 0

    var letters: UInt64 { upper | lower | others }

    /// Of Han and Hangul. The patterns make no difference between these letters and modifiers, which are some of Kana.
    private static let otherLetter = UInt32(CharacterSet.otherLetter.bits.trailingZeroBitCount)

    @inline(__always)
    init(_ classes: cscan_classes) {
        upper = classes.upper
        lower = classes.lower
        numbers = classes.digit
        space = classes.space
        blank = classes.blank
        newline = classes.newline
        slash = classes.slash
        control = classes.control
        quote = classes.quote
        high = classes.high
        lead = classes.lead
        han = classes.han
        hangul = classes.hangul
        kana = classes.kana
        sign = classes.sign
        signs = ~(upper | lower | numbers | space | blank | newline | high)
    }

    /// Adds the characters beyond ASCII of the block at `p`; the last may reach beyond it.
    @inline(__always)
    mutating func addCharacters(_ p: UnsafePointer<UInt8>, _ rules: MaskRules) {
        @inline(__always)
        func mask(_ set: CharacterSet, _ kind: UInt32) -> UInt64 { 0 &- UInt64(set.bits &>> kind & 1) }
        var (upper, lower, letters, numbers, undecided) = (UInt64(0), UInt64(0), UInt64(0), UInt64(0), UInt64(0))
        // Of these it is known what they are: signs are what is nothing else.
        var leads = lead & ~(han | hangul | kana | sign)
        let uniform = rules.hasHanKana ? hangul : han | hangul | kana
        let bits = uniform | uniform &<< 1 | uniform &<< 2
        letters = bits & mask(rules.letters, Self.otherLetter)
        undecided = bits & mask(rules.undecided, Self.otherLetter)
        if rules.hasHanKana {
            let lead = han | kana
            let bits = lead | lead &<< 1 | lead &<< 2
            hanKana = bits & mask(rules.letters, Self.otherLetter)
            undecided |= bits & ~hanKana
        }
        while leads != 0 {
            let i = leads.trailingZeroBitCount
            leads &= leads &- 1
            let (scalar, width) = Scalars.decode(p + i)
            let kind = UInt32(cunicode_tokenizer_kind(scalar) & 31)
            var bits = ((1 &<< UInt64(truncatingIfNeeded: width)) &- 1) &<< UInt64(truncatingIfNeeded: i)
            if rules.hasHanKana, SequenceScanner.isHanKana(scalar) {
                let words = bits & mask(rules.letters, kind)
                hanKana |= words
                undecided |= bits & ~words
                bits = 0
            }
            letters |= bits & mask(rules.letters, kind)
            numbers |= bits & mask(.number, kind)
            undecided |= bits & mask(rules.undecided, kind)
            if rules.hasCases {
                upper |= bits & mask(.upper.union(.title), kind)
                lower |= bits & mask(.lower, kind)
            }
        }
        signs |= high & ~(letters | numbers | undecided | hanKana)
        others = letters & ~(upper | lower)
        // An upper letter after one without case: where the word ends depends on more than the two.
        if rules.hasCases { undecided |= (self.upper | upper) & others &<< 1 }
        // A letter beyond ASCII after one of ASCII, which may have a sign before it that takes letters of ASCII only.
        if rules.hasHanKana { undecided |= others & (self.upper | self.lower) &<< 1 }
        self.upper |= upper
        self.lower |= lower
        self.numbers |= numbers
        self.undecided = undecided
    }

    /// Where pieces start. Bits above the last may be missing, for what follows the block is not known.
    @inline(__always)
    func starts(_ rules: MaskRules) -> UInt64 {
        if rules.isByteLevel { return startsByteLevel }
        return rules.hasHanKana ? startsInPieces : startsInLines(rules)
    }

    private var startsByteLevel: UInt64 {
        let white = space | blank | newline
        let letters = letters
        let first = letters & ~(letters &<< 1) | numbers & ~(numbers &<< 1) | signs & ~(signs &<< 1)
        // A space goes with what follows; the last of other whitespace is left alone before it.
        return first & ~(space &<< 1) | white & ~(white &<< 1) | white & ~white &>> 1 & Self.notLast
    }

    private static let notLast = UInt64.max &>> 1

    @inline(__always)
    private func startsInLines(_ rules: MaskRules) -> UInt64 {
        let letters = letters
        // Newlines right after signs go with them, and with them slashes. A sum carries a bit through a run.
        let run = rules.hasCases ? newline | slash : newline
        let seeds = newline & signs &<< 1
        let absorbed = run & (~(run &+ seeds) | seeds)
        let signs = signs & ~absorbed
        let inLine = space | blank
        let white = (inLine | newline) & ~absorbed
        // Whitespace: from its start to its last newline, the rest but for the last, the last alone or with what follows.
        var starts = white & ~(white &<< 1) | inLine & ~(inLine | newline) &>> 1 & Self.notLast
        let indents = inLine & (newline & ~absorbed) &<< 1
        if indents != 0 { starts |= lastIndents(indents) }
        let firstSigns = signs & ~(signs &<< 1) & ~(space &<< 1)
        // A sign alone, like whitespace, is the prefix of a word: `joining` has the last byte of all that are.
        var joining = firstSigns
        if high != 0 {
            let continuation = high & ~lead
            joining |= joining &<< 1 & continuation
            joining |= joining &<< 2 & continuation & continuation &<< 1
        }
        starts |= firstSigns | letters & ~((letters | inLine | joining) &<< 1)
        if rules.hasCases { starts |= upper & lower &<< 1 }
        if rules.numbers == 1 {
            starts |= numbers & ~(high & ~lead)
        } else {
            starts |= groups
        }
        if rules.wholeTail, (inLine | newline) &>> 63 != 0 { starts = withoutTail(starts) }
        return starts
    }

    private var startsInPieces: UInt64 {
        let ascii = upper | lower
        let letters = letters
        let seeds = newline & signs &<< 1
        let absorbed = newline & (~(newline &+ seeds) | seeds)
        let inLine = space | blank
        let white = (inLine | newline) & ~absorbed
        // To whitespace a number or a Han or Kana character is the end of all text.
        let ends = inLine | newline | numbers | hanKana
        var starts = white & ~(white &<< 1) | inLine & ~ends &>> 1 & Self.notLast
        let indents = inLine & (newline & ~absorbed) &<< 1
        if indents != 0 { starts |= lastIndents(indents) }
        let firstSigns = signs & ~(signs &<< 1) & ~(space &<< 1)
        starts |= firstSigns | hanKana & ~(hanKana &<< 1) | groups
        return starts | letters & ~((letters | inLine) &<< 1) & ~((firstSigns & ~high) &<< 1 & ascii)
    }

    /// Takes the control characters of ASCII for undecided.
    @inline(__always)
    mutating func leaveControls() {
        signs &= ~control
        undecided |= control
    }

    /// Of the whitespace after newlines, at `indents`, that before which no other newline comes.
    @inline(__always)
    private func lastIndents(_ indents: UInt64) -> UInt64 {
        let inLine = space | blank
        var result = indents
        var ends = (inLine &+ indents) & newline
        while ends != 0 {
            let below = ends & (0 &- ends) &- 1
            let start = (~inLine & below).leadingZeroBitCount
            result &= ~(1 &<< UInt64(truncatingIfNeeded: 64 &- start))
            ends &= ends &- 1
        }
        // What a run at the end of the block leads to is not known.
        let trailing = (~inLine).leadingZeroBitCount
        return trailing > 0 ? result & ~(1 &<< UInt64(truncatingIfNeeded: 64 &- trailing)) : result
    }

    /// The first, fourth, seventh… of each run of digits.
    private var groups: UInt64 {
        var group = numbers & ~(numbers &<< 1)
        var starts = group
        let pairs = numbers & numbers &<< 1
        let fours = pairs & pairs &<< 2
        while group != 0 {
            group = group &<< 3 & fours
            starts |= group
        }
        return starts
    }

    /// Of the starts in whitespace at the end of the block only the first: the text may end with it.
    private func withoutTail(_ starts: UInt64) -> UInt64 {
        let others = ~(space | blank | newline)
        if others == 0 { return 0 }
        let tail = ~(UInt64.max &>> UInt64(truncatingIfNeeded: others.leadingZeroBitCount))
        let inTail = starts & tail & ~1
        return starts & ~tail | inTail & (0 &- inTail)
    }

    /// The places whose starts do not depend on an undecided character: those below it and the whitespace before it.
    var decided: UInt64 {
        let below = undecided & (0 &- undecided) &- 1
        let others = ~(space | blank | newline) & below
        return others == 0 ? 0 : UInt64.max &>> UInt64(truncatingIfNeeded: others.leadingZeroBitCount)
    }
}
