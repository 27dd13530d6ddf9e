/// Byte-pair encoding: the symbols of a word are merged, lowest rank first and among equals leftmost first, until no pair
/// has a rank (`tokenizers` 0.23 `models/bpe`).
///
/// A word that is one token is found in a table. Otherwise merging costs O(n²) of very cheap steps for up to 64 symbols,
/// and above nearly always O(n). There is no cache: the result of a word never depends on what was encoded before.
final class BPE: Sendable {
    struct Options: Sendable {
        var ignoresMerges = false
        var fusesUnknown = false
        var usesByteFallback = false
        /// Whether the file names an unknown token, and its id where the vocabulary has it.
        var hasUnknown = false
        var unknown: UInt32?
        /// Before every character but the first of a word, and after the last.
        var prefix: [UInt8] = []
        var suffix: [UInt8] = []
        var hasAffixes: Bool { !prefix.isEmpty || !suffix.isEmpty }
    }

    let vocabulary: Vocabulary
    let pairs: PairTable
    let options: Options
    /// Words of up to fifteen bytes that are in the vocabulary.
    let words: WordTable
    /// The token of each byte that is a symbol by itself, or `PairTable.none`. In a vocabulary of characters those are the ASCII characters,
    /// and what others that it has not fall back to.
    let byteTokens: FixedTable<UInt32>
    /// Keys of the pairs of such bytes, without a place: half of all questions, without a hash. The second byte stands above the first.
    let byteKeys: FixedTable<Int32>
    /// Whether every byte has a token, so that no word is irregular.
    let coversBytes: Bool
    /// Only where every word has symbols and nothing else, as far as merging goes: where every byte has a token, or something to fall back
    /// to that merges with nothing.
    private let characters: CharacterTokens?
    /// The table of `characters`, which holds it: nothing is counted for a word.
    nonisolated(unsafe) let characterTokens: UnsafePointer<UInt32>?
    /// `<0x00>` to `<0xFF>`, or `PairTable.none`.
    let fallbacks: [UInt32]
    /// In a byte-level vocabulary with affixes, for each byte its token with neither, the prefix, the suffix, and both.
    let affixed: [UInt32]
    /// Where words may be cut; nil where unknown characters or affixes make that depend on more than the merges.
    let boundaries: Boundaries?
    /// Where words are looked up before they are merged: nil where it is not known what that changes.
    nonisolated(unsafe) private(set) var unmerged: UnmergedTokens?
    /// Only where every byte has a token.
    nonisolated(unsafe) private(set) var spaces: SpaceRuns?

    /// `merges` in ascending order of their ranks.
    init(vocabulary: Vocabulary, merges: [PairTable.Merge], options: Options) {
        self.vocabulary = vocabulary
        self.options = options
        byteTokens = FixedTable(count: 256, repeating: PairTable.none)
        let isByteLevel = vocabulary.isByteLevel
        fallbacks =
            options.usesByteFallback ? Self.fallbacks(vocabulary) : Array(repeating: PairTable.none, count: 256)
        affixed = options.hasAffixes && isByteLevel ? Self.affixedBytes(vocabulary, options) : []
        // What falls back to bytes must not merge with anything.
        let fallsBack =
            !isByteLevel && !fallbacks.contains(PairTable.none) && !Self.mergesAny(fallbacks, merges, vocabulary)
        var missing = false
        for byte in 0..<256 where isByteLevel || fallsBack {
            let id = withUnsafePointer(to: UInt8(byte)) { vocabulary.find($0, 1, isBytes: isByteLevel) }
            byteTokens.base[byte] = id ?? (isByteLevel ? PairTable.none : fallbacks[byte])
            if id == nil { missing = true }
        }
        coversBytes = isByteLevel && !missing && !options.hasAffixes
        let isRegular = coversBytes || fallsBack && !options.hasAffixes
        let proof = isRegular ? WordProof(vocabulary, merges, bytes: byteTokens) : nil
        let pairs = PairTable(proof?.needed(merges) ?? merges, vocabulary: vocabulary)
        self.pairs = pairs
        byteKeys = FixedTable(count: isRegular ? 65536 : 0, repeating: 0)
        for pair in 0..<byteKeys.count {
            byteKeys.base[pair] = PairView.key(rank: pairs.rank(byteTokens[pair & 255], byteTokens[pair >> 8]))
        }
        characters = isRegular ? CharacterTokens(vocabulary: vocabulary, pairs: pairs, bytes: byteTokens) : nil
        characterTokens = characters?.base
        boundaries =
            isRegular
            ? Boundaries(
                (0..<pairs.limit).lazy.map { pairs.merged($0) }.filter {
                    vocabulary.contains($0) && vocabulary.isBytes($0) == isByteLevel
                }, count: Int(pairs.limit), vocabulary: vocabulary) : nil
        words = WordTable(capacity: vocabulary.count)
        unmerged = markWords(proof)
        spaces = coversBytes ? SpaceRuns(encode) : nil
    }

    init?(vocabulary: Vocabulary, options: Options, _ image: ImageReader) {
        guard let pairs = PairTable(image), let words = WordTable(image), let byteTokens = image.table(of: UInt32.self),
            let byteKeys = image.table(of: Int32.self), let flags = image.numbers(3), byteTokens.count == 256,
            byteKeys.count == (flags[1] != 0 ? 65536 : 0)
        else { return nil }
        self.vocabulary = vocabulary
        self.options = options
        coversBytes = flags[0] != 0
        let isRegular = flags[1] != 0
        characters = isRegular ? CharacterTokens(image) : nil
        characterTokens = characters?.base
        boundaries = isRegular ? Boundaries(image) : nil
        fallbacks =
            options.usesByteFallback ? Self.fallbacks(vocabulary) : Array(repeating: PairTable.none, count: 256)
        affixed = options.hasAffixes && vocabulary.isByteLevel ? Self.affixedBytes(vocabulary, options) : []
        (self.pairs, self.words, self.byteTokens, self.byteKeys) = (pairs, words, byteTokens, byteKeys)
        unmerged = flags[2] != 0 ? UnmergedTokens(image) : nil
        spaces = coversBytes ? SpaceRuns(image) : nil
        if (unmerged != nil) != (flags[2] != 0) || (spaces != nil) != coversBytes { return nil }
        if (characters != nil) != isRegular || (boundaries != nil) != isRegular || coversBytes && !isRegular {
            return nil
        }
    }

    func write(to image: inout ImageWriter) {
        pairs.write(to: &image)
        words.write(to: &image)
        image.add(byteTokens)
        image.add(byteKeys)
        image.add(numbers: [coversBytes ? 1 : 0, boundaries == nil ? 0 : 1, unmerged == nil ? 0 : 1])
        characters?.write(to: &image)
        boundaries?.write(to: &image)
        unmerged?.write(to: &image)
        spaces?.write(to: &image)
    }

    /// Appends the tokens of a word of one byte or more that is not in `words`. Merging makes of a token what looking it up
    /// would, where the rules do not say otherwise, and tokens longer than those in `words` are rare.
    @inline(__always)
    func encodeNew(_ p: UnsafePointer<UInt8>, _ count: Int, _ scratch: EncodeScratch) {
        if options.ignoresMerges, count > WordEntry.longestWord || !words.isComplete,
            appendWhole(p, count, scratch)
        {
            return
        }
        merge(p, count, scratch)
    }

    /// Appends the tokens of a word of one byte or more, and where they are not the word's bytes one after the other, how long they are.
    @inline(__always)
    func encode(_ p: UnsafePointer<UInt8>, _ count: Int, _ scratch: EncodeScratch) {
        if appendWhole(p, count, scratch) { return }
        if coversBytes { merge(p, count, scratch) } else { mergeCharacters(p, count, scratch) }
    }

    @inline(__always)
    private func appendWhole(_ p: UnsafePointer<UInt8>, _ count: Int, _ scratch: EncodeScratch) -> Bool {
        guard let id = vocabulary.find(p, count, isBytes: vocabulary.isByteLevel), vocabulary.isWord(id) else {
            return false
        }
        scratch.append(id)
        return true
    }

    /// Whether a word is a token and therefore not merged at all.
    func isWhole(_ p: UnsafePointer<UInt8>, _ count: Int) -> Bool {
        options.ignoresMerges && count <= vocabulary.longest
            && vocabulary.find(p, count, isBytes: vocabulary.isByteLevel) != nil
    }

    /// Whether a part of a word that is a token may be anything else than that token, and nobody knows of which: then parts must go to
    /// `merge`, and what they become is nothing for a cache of words.
    var partsAreNoWords: Bool { options.ignoresMerges && unmerged == nil }

    /// Appends what merging makes of a word: the tokens only.
    @inline(never)
    func merge(_ p: UnsafePointer<UInt8>, _ count: Int, _ scratch: EncodeScratch) {
        guard let characters = characterTokens else {
            mergeCharacters(p, count, scratch)
            return
        }
        if count <= EncodeScratch.laneCount &* 3 {
            let lanes = scratch.lanes
            let n = start(p, count, characters) { lanes[$0] = $1 }
            if n <= EncodeScratch.laneCount {
                mergeShort(n, bytes: n == count ? p : nil, scratch)
                return
            }
        }
        scratch.startWord(count)
        let symbols = scratch.state.pointee.word.symbols
        scratch.state.pointee.word.count = start(p, count, characters) { symbols[$0] = $1 }
        mergeLong(scratch)
    }

    /// Whether short words that are not in `words` may be merged in a `WordGroup`.
    var canGroup: Bool { characterTokens != nil && (!options.ignoresMerges || words.isComplete) }

    /// Whether that is so of words of up to `WordGroup.longestInWindows`, but for those that `unmerged` may have.
    var canGroupLong: Bool { canGroup && !partsAreNoWords }

    /// Of a word, where `canGroup`: the symbols to start from.
    @inline(__always)
    func start(_ p: UnsafePointer<UInt8>, _ count: Int, _ put: (Int, UInt32) -> Void) -> Int {
        guard let characterTokens else { return 0 }
        return start(p, count, characterTokens, put)
    }

    /// Gives the symbols to start from, and returns how many they are: at most one a byte.
    @inline(__always)
    private func start(
        _ p: UnsafePointer<UInt8>, _ count: Int, _ characters: UnsafePointer<UInt32>, _ put: (Int, UInt32) -> Void
    ) -> Int {
        var n = 0
        var i = 0
        while i < count {
            let lead = p[i]
            if lead >= 0xC2, lead < 0xF0 {
                let width = lead < 0xE0 ? 2 : 3
                // A word is whole characters; a token may be any bytes, and then they are taken one by one.
                if i &+ width <= count, isCharacter(p + i, width) {
                    let scalar =
                        width == 2
                        ? UInt32(lead & 0x1F) &<< 6 | UInt32(p[i &+ 1] & 0x3F)
                        : UInt32(lead & 0x0F) &<< 12 | UInt32(p[i &+ 1] & 0x3F) &<< 6 | UInt32(p[i &+ 2] & 0x3F)
                    let id = characters[Int(scalar)]
                    // Which characters are tokens nobody could foretell: the tokens of the bytes are written too, and counted or not.
                    let isNone = UInt32(truncatingIfNeeded: (UInt64(id) &+ 1) &>> 32)
                    put(n, id ^ (id ^ byteTokens[Int(lead)]) & (0 &- isNone))
                    put(n &+ 1, byteTokens[Int(p[i &+ 1])])
                    if width == 3 { put(n &+ 2, byteTokens[Int(p[i &+ 2])]) }
                    n &+= 1 &+ (width &- 1) &* Int(isNone)
                    i &+= width
                    continue
                }
            }
            if lead >= 0xF0, !vocabulary.isByteLevel, i &+ 4 <= count,
                let id = vocabulary.find(p + i, 4, isBytes: false)
            {
                put(n, id)
                n &+= 1
                i &+= 4
                continue
            }
            put(n, byteTokens[Int(lead)])
            n &+= 1
            i &+= 1
        }
        return n
    }

    @inline(__always)
    private func isCharacter(_ p: UnsafePointer<UInt8>, _ width: Int) -> Bool {
        p[1] & 0xC0 == 0x80 && (width == 2 || p[2] & 0xC0 == 0x80)
    }

    private func mergeCharacters(_ p: UnsafePointer<UInt8>, _ count: Int, _ scratch: EncodeScratch) {
        symbols(p, count, scratch)
        let word = scratch.state.pointee.word
        if scratch.state.pointee.isIrregular {
            mergeWithHeap(scratch)
        } else if word.count > EncodeScratch.laneCount {
            mergeLong(scratch)
        } else if word.count > 0 {
            scratch.lanes.update(from: word.symbols, count: word.count)
            mergeShort(word.count, bytes: nil, scratch)
        }
    }
}
