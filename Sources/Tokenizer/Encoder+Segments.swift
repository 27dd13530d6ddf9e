/// Text whose pieces one splitter finds, in segments that may be known.
extension Encoder {
    /// New segments are encoded together up to this many bytes: so many words that what is missing keeps nobody waiting.
    private static let batch = 8192

    /// Pieces that were found, and not encoded yet.
    struct Found {
        var low = 0
        var high = 0
    }

    /// The words of `start..<end`.
    mutating func encodeFast(
        _ splitter: Splitter, _ p: UnsafePointer<UInt8>, _ start: Int, _ end: Int, bufferEnd: Int,
        _ text: NormalizedText?
    ) {
        var found = Found()
        guard usesSegments, end &- start >= SegmentCache.shortest, let cuts = splitter.cuts,
            let segments = tokenizer.segments
        else {
            _ = encodePieces(splitter, p, start, to: end, end, bufferEnd: bufferEnd, text, &found)
            return
        }
        // Up to where there are tokens, and up to where segments were looked for.
        var encoded = start
        var at = start
        while at < end {
            let next = cuts.next(p, at, end)
            let count = next &- at
            let isSegment = count >= SegmentCache.shortest && count <= SegmentCache.longest
            let hash = isSegment ? segments.hash(p + at, count) : 0
            let finding = isSegment ? segments.look(hash) : .new
            if finding == .new {
                at = next
                if at &- encoded < Self.batch, at < end { continue }
                encoded = encodePieces(splitter, p, encoded, to: at, end, bufferEnd: bufferEnd, text, &found)
                at = max(at, encoded)
                continue
            }
            encoded = encodePieces(splitter, p, encoded, to: at, end, bufferEnd: bufferEnd, text, &found)
            // A piece that goes on behind the cut, which none does.
            if encoded > at {
                at = encoded
                continue
            }
            let first = scratch.count
            if finding == .known, segments.append(p + at, count, hash, to: scratch) {
                if scratch.count > first {
                    offsets?.append(first, at, next, p, text, scratch, tokenizer.vocabulary)
                }
                found = Found()
                encoded = next
                at = next
                continue
            }
            encoded = encodePieces(splitter, p, at, to: next, end, bufferEnd: bufferEnd, text, &found)
            if encoded == next, !scratch.state.pointee.lacksUnknown {
                segments.store(p + at, count, hash, scratch.ids + first, scratch.count &- first)
            }
            at = encoded
        }
    }

    /// Encodes from `start` to `limit` and returns that, or where a piece ends that goes on behind it. What goes on to `end` may be found, too.
    private mutating func encodePieces(
        _ splitter: Splitter, _ p: UnsafePointer<UInt8>, _ start: Int, to limit: Int, _ end: Int, bufferEnd: Int,
        _ text: NormalizedText?, _ found: inout Found
    ) -> Int {
        let ends = scratch.ends
        var at = start
        while at < limit {
            if found.low == found.high {
                found.low = 0
                found.high = splitter.fill(ends, capacity: EncodeScratch.endCapacity, p, from: at, to: end) ?? 0
                if found.high == 0 { return end }
            }
            var high = found.high
            while high > found.low, ends[high &- 1] > limit { high &-= 1 }
            if high == found.low { high &+= 1 }
            at = encodeSpan(p, at, ends + found.low, high &- found.low, bufferEnd: bufferEnd, text)
            found.low = high
        }
        return at
    }

    /// Whether tokens of words follow one on the other, whatever was asked for.
    private var usesSegments: Bool { options.usesCaches && (offsets == nil || tokenizer.model.coversBytes) }
}
