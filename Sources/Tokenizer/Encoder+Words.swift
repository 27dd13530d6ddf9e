import CScan

/// Words without their offsets: the fast way, through the tables of words.
extension Encoder {
    /// Appends the tokens of the `count` pieces that end at `ends`; returns the last end.
    ///
    /// Nothing waits for memory: words of a batch are read and their lines in the table asked for, then they are found there and
    /// their tokens written. What is missing is looked for in a cache, and what is not there is merged side by side; then its tokens come
    /// between the others.
    @inline(__always)
    func encodeWords(
        _ p: UnsafePointer<UInt8>, _ start: Int, _ ends: UnsafeMutablePointer<Int>, _ count: Int, bufferEnd: Int
    ) -> Int {
        var at = start
        var piece = 0
        while piece < count {
            var tokens = 0
            var words = 0
            var missing = 0
            var isEven = false
            repeat {
                let first = at
                let read = readWords(p, start: start, &at, ends, &piece, count, bufferEnd: bufferEnd)
                let before = missing
                missing = findWords(read, from: first, missing, &tokens, isEven)
                isEven = 4 &* (missing &- before) > read
                words &+= read
            } while piece < count && words <= WordBatch.capacity &- WordBatch.block
                && missing <= WordBatch.mostMissing &- WordBatch.block
            encodeMissing(p, missing, tokens)
        }
        return at
    }

    /// The ends and keys of words, and their lines in the table, which are asked for. Long words are taken apart where they may
    /// be; where not they have no key, and no line. Reads a block of words from `at` and `piece` on, as many as a near cache has room
    /// for the lines of, and returns how many they are. The first piece begins at `start`.
    @inline(__always)
    private func readWords(
        _ p: UnsafePointer<UInt8>, start: Int, _ at: inout Int, _ ends: UnsafeMutablePointer<Int>, _ piece: inout Int,
        _ count: Int, bufferEnd: Int
    ) -> Int {
        let batch = scratch.batch
        let limit = WordBatch.block
        var n = 0
        // The block before may have ended within a word.
        var isPart = at != (piece > 0 ? ends[piece &- 1] : start)
        while piece < count, n < limit {
            let read =
                isPart
                ? 0
                : batch.read(p, at, ends + piece, min(count &- piece, limit &- n), as: n, last: bufferEnd &- 16, words)
            if read > 0 {
                n &+= read
                piece &+= read
                at = ends[piece &- 1]
                continue
            }
            let end = ends[piece]
            if !isPart, end &- at > WordEntry.longestWord,
                let run = spaces?._withUnsafeGuaranteedRef({ $0.find(p + at, end &- at) })
            {
                batch.words[n] = WordBatch.Word(key: run.key, line: run.line, end: end)
                at = end
                n &+= 1
                piece &+= 1
                continue
            }
            if isPart || end &- at > WordEntry.longestWord, let boundaries, isPart || !mayBeUnmerged(p, at, end) {
                n &+= readParts(p, &at, end, boundaries, as: n, limit &- n, bufferEnd: bufferEnd)
                isPart = at != end
                piece &+= isPart ? 0 : 1
                continue
            }
            readOne(p, at, end, n, bufferEnd: bufferEnd)
            at = end
            n &+= 1
            piece &+= 1
        }
        return n
    }

    /// Whether a word or part may be a token that merging does not make.
    @inline(__always)
    private func mayBeUnmerged(_ p: UnsafePointer<UInt8>, _ start: Int, _ end: Int) -> Bool {
        unmerged?._withUnsafeGuaranteedRef { $0.mayHave(p + start, end &- start) } ?? false
    }

    /// Reads the parts of a word that ends at `end` from `at` on, at most `capacity` of them, and returns how many they are.
    @inline(__always)
    private func readParts(
        _ p: UnsafePointer<UInt8>, _ at: inout Int, _ end: Int, _ boundaries: Unmanaged<Boundaries>, as first: Int,
        _ capacity: Int, bufferEnd: Int
    ) -> Int {
        let batch = scratch.batch
        let parts = scratch.partEnds
        let count = boundaries._withUnsafeGuaranteedRef { $0.fill(parts, capacity: capacity, p, from: at, to: end) }
        var part = 0
        while part < count {
            let read = batch.read(p, at, parts + part, count &- part, as: first &+ part, last: bufferEnd &- 16, words)
            unmerged?._withUnsafeGuaranteedRef { batch.setApart(first &+ part, read, $0) }
            part &+= read
            if read > 0 { at = parts[part &- 1] }
            if part == count { break }
            readOne(p, at, parts[part], first &+ part, bufferEnd: bufferEnd, isPart: true)
            at = parts[part]
            part &+= 1
        }
        return count
    }

    /// Reads a word of any length, or part of one, of which nothing else is known.
    @inline(__always)
    private func readOne(
        _ p: UnsafePointer<UInt8>, _ start: Int, _ end: Int, _ n: Int, bufferEnd: Int, isPart: Bool = false
    ) {
        let batch = scratch.batch
        let length = end &- start
        if isPart, mayBeUnmerged(p, start, end) {
            batch.words[n] = WordBatch.Word(key: .part, line: batch.unknown, end: end)
            return
        }
        if length > WordEntry.longestWord {
            // One that may be looked up is nothing for a group.
            let isMerged = length <= longestInGroup && (isPart || !mayBeUnmerged(p, start, end))
            let key = isMerged ? WordKey.long : .none
            batch.words[n] = WordBatch.Word(key: key, line: batch.unknown, end: end)
            return
        }
        let key = bufferEnd &- start >= 16 ? WordKey(p + start, length) : WordKey(careful: p + start, length)
        let line = words.line(key.hash)
        cscan_prefetch(line)
        batch.words[n] = WordBatch.Word(key: key, line: line, end: end)
    }

    /// Writes the tokens of the `n` words of the block that are in their lines of the table behind the first `tokens` of the batch, and counts
    /// the others. `before` is how many words were missing before these, and what is returned how many are with them. `isEven`: as many may be
    /// missing as not.
    @inline(__always)
    private func findWords(_ n: Int, from start: Int, _ before: Int, _ tokens: inout Int, _ isEven: Bool) -> Int {
        let batch = scratch.batch
        // Where there is no cache all have the same place, and nobody looks at it.
        let cache = cache ?? WordCache.View(entries: batch.unknown, shift: 63)
        let found = batch.find(n, from: start, before, tokens, words, cache, isEven: isEven)
        tokens = found.tokens
        return found.missing
    }
}
