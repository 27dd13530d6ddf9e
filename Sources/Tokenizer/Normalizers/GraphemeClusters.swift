import CUnicode

/// Where grapheme clusters end (Unicode Standard Annex 29, extended clusters), with the data of the crate the reference
/// uses. Flags of two letters are left out: they are too long to matter to the only user, `CharacterMap`.
struct GraphemeClusters {
    /// The order of `cunicode_tokenizer_cluster`.
    private enum Kind: UInt8 {
        case other
        case control
        case extend
        case joiner
        case prepend
        case pictograph
        case consonant
        case linker
        case spacing
        case leading
        case vowel
        case trailing
        case syllable
        case closedSyllable
    }

    /// How far a sequence that may bridge a boundary has come.
    private enum Bridge {
        case none
        case pictograph
        case pictographJoiner
        case consonant
        case linkedConsonant
    }

    /// The end of the cluster that starts at `start`, which is below `end`.
    static func end(_ p: UnsafePointer<UInt8>, _ start: Int, _ end: Int) -> Int {
        let (first, width) = Scalars.decode(p + start)
        var previous = kind(first)
        var at = start + width
        if first == 0x0D, at < end, p[at] == 0x0A { return at + 1 }
        if previous == .control { return at }
        var bridge = begin(previous)
        while at < end {
            let (scalar, width) = Scalars.decode(p + at)
            let next = kind(scalar)
            if !joins(previous, next, bridge) { return at }
            bridge = advance(bridge, next)
            previous = next
            at += width
        }
        return at
    }

    private static func kind(_ scalar: UInt32) -> Kind { Kind(rawValue: cunicode_tokenizer_cluster(scalar)) ?? .other }

    private static func joins(_ previous: Kind, _ next: Kind, _ bridge: Bridge) -> Bool {
        switch next {
        case .control: return false
        case .extend, .joiner, .linker, .spacing: return true
        default: break
        }
        if previous == .prepend { return true }
        switch (previous, next) {
        case (.leading, .leading), (.leading, .vowel), (.leading, .syllable), (.leading, .closedSyllable),
            (.vowel, .vowel), (.vowel, .trailing), (.syllable, .vowel), (.syllable, .trailing),
            (.trailing, .trailing), (.closedSyllable, .trailing):
            return true
        case (_, .pictograph): return bridge == .pictographJoiner
        case (_, .consonant): return bridge == .linkedConsonant
        default: return false
        }
    }

    private static func begin(_ kind: Kind) -> Bridge {
        switch kind {
        case .pictograph: .pictograph
        case .consonant: .consonant
        default: .none
        }
    }

    private static func advance(_ bridge: Bridge, _ next: Kind) -> Bridge {
        switch (bridge, next) {
        case (.pictograph, .extend), (.pictograph, .linker), (.pictographJoiner, .extend), (.pictographJoiner, .linker):
            .pictograph
        case (.pictograph, .joiner), (.pictographJoiner, .joiner): .pictographJoiner
        case (.consonant, .linker), (.linkedConsonant, .linker): .linkedConsonant
        case (.consonant, .extend), (.consonant, .joiner): .consonant
        case (.linkedConsonant, .extend), (.linkedConsonant, .joiner): .linkedConsonant
        default: begin(next)
        }
    }
}
