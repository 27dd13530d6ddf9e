/// Text whose pieces one splitter finds, in segments that may be known.
extension Encoder {
    /// New segments are encoded together up to this many bytes: so many words that what is missing keeps nobody waiting.
    private static let batch = 32768

    /// A stretch of text, and its hash if it may be in the cache, whose place there is asked for.
    private struct Segment {
        let start: Int
        let end: Int
        var hash: UInt64?

        @inline(__always)
        init(_ segments: SegmentCache, _ cuts: SegmentCuts, _ p: UnsafePointer<UInt8>, _ start: Int, _ end: Int) {
            self.start = start
            self.end = start < end ? cuts.next(p, start, end) : end
            let count = self.end &- start
            if count >= SegmentCache.shortest, count <= SegmentCache.longest {
                let hash = segments.hash(p + start, count)
                segments.expect(hash)
                self.hash = hash
            }
        }
    }

    /// Pieces that were found, and not encoded yet.
    private struct Found {
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
        // Up to where there are tokens.
        var encoded = start
        var segment = Segment(segments, cuts, p, start, end)
        while segment.start < end {
            // The next one's place in the cache comes near while this one's is looked at.
            let next = Segment(segments, cuts, p, segment.end, end)
            let finding = segment.hash.map { segments.look($0) } ?? .new
            let limit = finding == .new ? segment.end : segment.start
            if finding != .new || limit &- encoded >= Self.batch {
                encoded = encodePieces(splitter, p, encoded, to: limit, end, bufferEnd: bufferEnd, text, &found)
            }
            if finding != .new, encoded == segment.start, let hash = segment.hash {
                let first = scratch.count
                let count = segment.end &- segment.start
                if finding == .known, segments.append(p + segment.start, count, hash, to: scratch) {
                    if scratch.count > first {
                        offsets?.append(first, encoded, segment.end, p, text, scratch, tokenizer.vocabulary)
                    }
                    found = Found()
                    encoded = segment.end
                } else {
                    encoded = encodePieces(
                        splitter, p, encoded, to: segment.end, end, bufferEnd: bufferEnd, text, &found)
                    if encoded == segment.end, !scratch.state.pointee.lacksUnknown {
                        segments.store(
                            p + segment.start, count, hash, scratch.ids + first, scratch.count &- first)
                    }
                }
            }
            // Behind a piece that went on behind the cut, which none does, the text is cut anew.
            segment = encoded > segment.end ? Segment(segments, cuts, p, encoded, end) : next
        }
        _ = encodePieces(splitter, p, encoded, to: end, end, bufferEnd: bufferEnd, text, &found)
    }

    /// Encodes from `start` to `limit` and returns that, or where a piece ends that goes on behind it. What goes on to `end` may be found, too.
    private mutating func encodePieces(
        _ splitter: Splitter, _ p: UnsafePointer<UInt8>, _ start: Int, to limit: Int, _ end: Int, bufferEnd: Int,
        _ text: NormalizedText?, _ found: inout Found
    ) -> Int {
        let ends = scratch.ends
        var at = start
        while at < limit {
            if found.low == found.high || ends[found.high &- 1] < limit {
                // Those that were found before come to the front, to be encoded with the others.
                let left = found.high &- found.low
                if found.low > 0 { ends.update(from: ends + found.low, count: left) }
                let from = left > 0 ? ends[left &- 1] : at
                // What is behind the limit may be known, and is not looked at for nothing.
                let wanted = (limit &- from) / 4 &+ 128
                let more = splitter.fill(
                    ends + left, capacity: min(EncodeScratch.endCapacity &- left, wanted), p, from: from,
                    to: splitter.findsPieces ? end : limit)
                found = Found(low: 0, high: left &+ (more ?? 0))
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
