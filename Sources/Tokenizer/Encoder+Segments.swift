/// Text whose pieces one splitter finds, in segments that may be known.
extension Encoder {
    /// The words of `start..<end`. A segment that is not known is encoded as the text goes on, so that neither the splitter nor
    /// the tables of words have to stop and start; at its end it is stored.
    mutating func encodeFast(
        _ splitter: Splitter, _ p: UnsafePointer<UInt8>, _ start: Int, _ end: Int, bufferEnd: Int,
        _ text: NormalizedText?
    ) {
        let cuts = usesSegments && end &- start >= SegmentCache.shortest ? splitter.cuts : nil
        let ends = scratch.ends
        var at = start
        // The pieces that were found and not encoded yet.
        var low = 0
        var high = 0
        while at < end {
            var segment = Segment(end: end)
            if let cuts {
                segment = find(p, at, cuts.next(p, at, end))
                if segment.isKnown {
                    if scratch.count > segment.first {
                        offsets?.append(segment.first, at, segment.end, p, text, scratch, tokenizer.vocabulary)
                    }
                    at = segment.end
                    low = high
                    continue
                }
            }
            let from = at
            while at < segment.end {
                if low == high {
                    low = 0
                    high = splitter.fill(ends, capacity: EncodeScratch.endCapacity, p, from: at, to: end) ?? 0
                    if high == 0 { return }
                }
                var limit = high
                while limit > low, ends[limit &- 1] > segment.end { limit &-= 1 }
                if limit == low {
                    // A piece that goes on behind the cut, which none does.
                    segment = Segment(end: ends[low])
                    limit &+= 1
                }
                at = encodeSpan(p, at, ends + low, limit &- low, bufferEnd: bufferEnd, text)
                low = limit
            }
            if let hash = segment.hash, !scratch.state.pointee.lacksUnknown {
                let first = segment.first
                tokenizer.segments?.store(p + from, at &- from, hash, scratch.ids + first, scratch.count &- first)
            }
        }
    }

    /// Where a segment of a text ends, and what is known of it.
    struct Segment {
        var end: Int
        /// Nil where it is not to be stored.
        var hash: UInt64?
        var isKnown = false
        /// Its first token.
        var first = 0
    }

    /// Whether tokens of words follow one on the other, whatever was asked for.
    private var usesSegments: Bool { options.usesCaches && (offsets == nil || tokenizer.model.coversBytes) }

    private func find(_ p: UnsafePointer<UInt8>, _ start: Int, _ end: Int) -> Segment {
        var segment = Segment(end: end)
        segment.first = scratch.count
        let count = end &- start
        guard count >= SegmentCache.shortest, count <= SegmentCache.longest, let segments = tokenizer.segments else {
            return segment
        }
        let hash = segments.hash(p + start, count)
        switch segments.append(p + start, count, hash, to: scratch) {
        case .known: segment.isKnown = true
        case .seen: segment.hash = hash
        case .new: break
        }
        return segment
    }
}
