import CScan

/// Words that are encoded together, so that none waits for memory alone: pieces, or parts of long ones.
struct WordBatch {
    /// How many words a batch has at most.
    static let capacity = EncodeScratch.endCapacity
    /// How many words are read ahead of finding them.
    static let block = 96
    /// A batch ends where fewer than a block may be missing yet.
    static let mostMissing = 2048

    struct Word: BitwiseCopyable {
        var key: WordKey
        /// Where in the table of words it is or belongs; `unknown` of one that has no key.
        var line: UnsafeMutablePointer<WordEntry>
        var end: Int
    }

    let words: UnsafeMutablePointer<Word> = .allocate(capacity: block)

    /// A word that the vocabulary does not have, and how many tokens the others before it have.
    struct Missing: BitwiseCopyable {
        var key: WordKey
        var start: Int
        var length: UInt32
        var tokens: UInt32
    }

    let missing: UnsafeMutablePointer<Missing> = .allocate(capacity: mostMissing)
    /// The numbers of those that no cache has.
    let new: UnsafeMutablePointer<UInt32> = .allocate(capacity: mostMissing + 1)
    /// The same, the longest first, where they are more than are merged side by side.
    let sorted: UnsafeMutablePointer<UInt32> = .allocate(capacity: mostMissing + 1)
    /// Where in the cache they are or belong, and in the end the entries of all; `unknown` of those that have none.
    let places: UnsafeMutablePointer<UnsafeMutablePointer<WordEntry>> = .allocate(capacity: mostMissing)
    /// What those of them were merged to that no cache had: up to four tokens, or more.
    let entries: UnsafeMutablePointer<WordEntry> = .allocate(capacity: mostMissing)
    let tokens: UnsafeMutablePointer<UInt32> = .allocate(capacity: mostMissing * WordEntry.longestWord + longRoom)
    /// How many bytes words that are too long for an entry may have together.
    static let longRoom = 1 << 17
    /// The tokens of the words that are not missing, with room behind them.
    let found: UnsafeMutablePointer<UInt32> = .allocate(capacity: capacity * WordEntry.mostTokens + slack)
    /// How many tokens are copied at a time.
    static let slack = 16

    let unknown: UnsafeMutablePointer<WordEntry> = .allocate(capacity: 2)

    /// By their hashes, missing words that came last, of this batch or of one before: hints, which are never emptied.
    private let latest: UnsafeMutablePointer<UInt16> = .allocate(capacity: latestCount)
    private static let latestCount = 2 * mostMissing
    /// Missing words that came before in the batch, and which those are.
    private let repeats: UnsafeMutablePointer<(UInt32, UInt32)> = .allocate(capacity: mostMissing)

    init() {
        // A pair, as the lines of the table.
        unknown.initialize(repeating: .unknown, count: 2)
        latest.initialize(repeating: 0, count: Self.latestCount)
    }

    /// Takes the words that came before out of the first `count` of `new`, and returns how many are left, and how many were taken out.
    @inline(__always)
    func setRepeatsApart(_ count: Int) -> (left: Int, repeats: Int) {
        var left = 0
        for n in 0..<count {
            let k = new[n]
            let key = missing[Int(k)].key
            let hint = latest + Int(truncatingIfNeeded: key.hash & UInt64(Self.latestCount &- 1))
            // Whatever stands before it in the batch and is the same word is as new as it is.
            let first = min(UInt32(hint.pointee), k)
            let isNew = key.differs(from: missing[Int(first)].key) | (first < k ? 0 : 1) | key.isNone
            hint.pointee = UInt16(truncatingIfNeeded: isNew != 0 ? k : first)
            new[left] = k
            repeats[n &- left] = (k, first)
            left &+= isNew
        }
        return (left, count &- left)
    }

    /// Gives the first `count` of `repeats` what the words have that they are the same as.
    @inline(__always)
    func resolveRepeats(_ count: Int) {
        for (k, first) in UnsafeBufferPointer(start: repeats, count: count) {
            places[Int(k)] = places[Int(first)]
            missing[Int(k)].key = missing[Int(first)].key
        }
    }

    /// Reads words that end at `ends`, the first of which begins at `start`, as those from number `first` of the block on, and asks for their
    /// lines; returns how many. Stops at one that is longer than an entry, or begins behind `last`: up to there 16 bytes may be read.
    @inline(never)
    func read(
        _ p: UnsafePointer<UInt8>, _ start: Int, _ ends: UnsafePointer<Int>, _ count: Int, as first: Int, last: Int,
        _ table: WordTable.View
    ) -> Int {
        let words = words + first
        var start = start
        var n = 0
        while n < count, start <= last {
            let end = ends[n]
            let length = end &- start
            if length > WordEntry.longestWord { break }
            let key = WordKey(p + start, length)
            let line = table.line(key.hash)
            cscan_prefetch(line)
            words[n] = Word(key: key, line: line, end: end)
            start = end
            n &+= 1
        }
        return n
    }

    /// Marks those of `count` parts of words from number `first` on that may be tokens which merging does not make.
    @inline(never)
    func setApart(_ first: Int, _ count: Int, _ unmerged: UnmergedTokens) {
        for i in first..<(first &+ count) where unmerged.mayHave(words[i].key.hash) {
            words[i].key = .part
            words[i].line = unknown
        }
    }

    /// Writes the tokens of the first `n` words, which begin at `start`, behind the first `tokens` of `found` if they are in their lines, and
    /// counts the others, of which there were `before`. Returns how many tokens are there then, and how many words are missing.
    ///
    /// Where `isEven` as many words may be missing as not, and which they are nobody could foretell: each is written as one that was found and
    /// as one that is missing, and counted as what it is.
    @inline(never)
    func find(
        _ n: Int, from start: Int, _ before: Int, _ tokens: Int, _ table: WordTable.View, _ cache: WordCache.View,
        isEven: Bool
    ) -> (tokens: Int, missing: Int) {
        let (words, missing, places) = (words, missing, places)
        let base = UnsafeMutableRawPointer(found)
        var out = base + tokens &* 4
        var count = before
        @inline(__always)
        func miss(_ i: Int) {
            let start = i > 0 ? words[i &- 1].end : start
            missing[count] = Missing(
                key: words[i].key, start: start, length: UInt32(truncatingIfNeeded: words[i].end &- start),
                tokens: UInt32(truncatingIfNeeded: (out - base) &>> 2))
        }
        for i in 0..<n {
            let key = words[i].key
            let line = words[i].line
            // Which of the two it is nobody could foretell.
            let place = line + (1 &- key.differs(from: line[1].key))
            if isEven {
                let isMissing = key.differs(from: place[0].key)
                miss(i)
                let hash = key.hash
                places[count] = cache.place(hash)
                cscan_prefetch(places[count])
                count &+= isMissing
                out += WordEntry.write(place, to: out) &* 4 & (isMissing &- 1)
                if let entry = table.findFarther(key, hash, line, ifMissing: isMissing) {
                    count &-= 1
                    out += WordEntry.write(entry, to: out) &* 4
                }
                continue
            }
            if place[0].key == key {
                out += WordEntry.write(place, to: out) &* 4
                continue
            }
            let hash = key.hash
            if let entry = table.findFarther(key, hash, line) {
                out += WordEntry.write(entry, to: out) &* 4
                continue
            }
            miss(i)
            // It will be looked for in the cache.
            places[count] = cache.place(hash)
            cscan_prefetch(places[count])
            count &+= 1
        }
        return ((out - base) &>> 2, count)
    }

    /// How many of `entries` and of `tokens` there are.
    struct Made: BitwiseCopyable {
        var entries = 0
        var tokens = 0
        /// The bytes of words that are too long for an entry.
        var longBytes = 0
    }

    /// Keeps the tokens of the missing word with the number `k`, which has no entry.
    @inline(__always)
    func add(_ ids: UnsafePointer<UInt32>, _ count: Int, _ k: Int, _ made: inout Made) {
        (tokens + made.tokens).update(from: ids, count: count)
        missing[k].key = WordKey(tokensAt: made.tokens, count)
        places[k] = unknown
        made.tokens &+= count
    }

    func populate() {
        ZeroedMemory.populate(missing, Self.mostMissing)
        ZeroedMemory.populate(places, Self.mostMissing)
        ZeroedMemory.populate(entries, Self.mostMissing)
        ZeroedMemory.populate(found, Self.capacity)
        ZeroedMemory.populate(new, Self.mostMissing)
        ZeroedMemory.populate(latest, Self.latestCount)
        ZeroedMemory.populate(repeats, Self.mostMissing)
    }

    func free() {
        words.deallocate()
        missing.deallocate()
        new.deallocate()
        sorted.deallocate()
        places.deallocate()
        entries.deallocate()
        tokens.deallocate()
        found.deallocate()
        unknown.deallocate()
        latest.deallocate()
        repeats.deallocate()
    }
}
