/// One `encode` call: walks the text through added tokens, normalizers, splits and the model.
struct Encoder: ~Copyable {
    let tokenizer: Tokenizer
    let options: Tokenizer.EncodeOptions
    let scratch: EncodeScratch
    let words: WordTable.View
    /// Nil where no cache is to be used.
    let cache: WordCache.View?
    /// The model where it is one of pairs. The tokenizer holds it: nothing is counted for a word.
    let pairs: Unmanaged<BPE>?
    /// The most bytes of a word that is merged beside others.
    let longestInGroup: Int
    /// Where the model's words may be cut, if what is left are words.
    let boundaries: Unmanaged<Boundaries>?
    /// Which words must be looked up before they are taken apart, where there are any.
    let unmerged: Unmanaged<UnmergedTokens>?
    /// The words that are long runs of spaces, where they are known.
    let spaces: Unmanaged<SpaceRuns>?
    var offsets: OffsetCollector?
    /// Where added tokens begin, for those who want to know.
    var marks: [EncodedPrefix.Mark]?
    /// Set when a text became too long while it was normalized: the limit it crossed.
    var normalizedLimit: Int?
    /// Whether to remember where each character of a changed text came from.
    let keepsSpans: Bool
    private var pieces: [Piece] = []
    private var refined: [Piece] = []
    private var matches: [Match] = []

    init(_ tokenizer: Tokenizer, _ options: Tokenizer.EncodeOptions, expected: Int) {
        self.tokenizer = tokenizer
        self.options = options
        scratch = tokenizer.scratches.take(expected: expected)
        words = tokenizer.model.words.view
        cache = options.usesCaches ? scratch.cache?.view : nil
        if case .bpe(let model) = tokenizer.model {
            pairs = .passUnretained(model)
            longestInGroup = model.canGroupLong ? WordGroup.longestInWindows : 0
            boundaries = model.partsAreNoWords ? nil : model.boundaries.map { .passUnretained($0) }
            spaces = model.spaces.map { .passUnretained($0) }
            unmerged = model.unmerged.flatMap { $0.isEmpty ? nil : .passUnretained($0) }
        } else {
            pairs = nil
            boundaries = nil
            unmerged = nil
            spaces = nil
            longestInGroup = 0
        }
        offsets = options.offsets ? OffsetCollector() : nil
        keepsSpans = options.offsets || !options.plainRanges.isEmpty || tokenizer.needsSpans
    }

    /// The text, valid UTF-8, from `start` on: its beginning, or where an added token begins.
    mutating func encode(_ p: UnsafePointer<UInt8>, from start: Int = 0, _ count: Int) {
        guard count > start else { return }
        guard tokenizer.added.hasRaw, tokenizer.added.hasAny(p, start, count, normalized: false) else {
            encodeText(p, start, count, bufferEnd: count)
            return
        }
        var segments = [AddedVocabulary.Segment]()
        tokenizer.added.split(
            p, start, count, normalized: false, specialAsText: options.specialTokensAsText,
            plain: PlainText(options.plainRanges, from: 0), into: &segments)
        for segment in segments {
            if segment.token < 0 {
                encodeText(p, segment.start, segment.end, bufferEnd: count)
            } else {
                if tokenizer.added.standsAlone(segment.token) {
                    marks?.append(EncodedPrefix.Mark(byte: segment.start, token: scratch.count))
                }
                append(segment, p, nil)
            }
        }
    }

    /// Normalized text; `text` is nil where that is the original text itself.
    mutating func encodeNormalized(
        _ p: UnsafePointer<UInt8>, _ start: Int, _ end: Int, bufferEnd: Int, _ text: NormalizedText?
    ) {
        guard tokenizer.added.hasNormalized, tokenizer.added.hasAny(p, start, end, normalized: true) else {
            encodeWords(p, start, end, bufferEnd: bufferEnd, text)
            return
        }
        var segments = [AddedVocabulary.Segment]()
        tokenizer.added.split(
            p, start, end, normalized: true, specialAsText: options.specialTokensAsText,
            plain: PlainText(options.plainRanges, from: start, text), into: &segments)
        for segment in segments {
            if segment.token < 0 {
                encodeWords(p, segment.start, segment.end, bufferEnd: bufferEnd, text)
            } else {
                append(segment, p, text)
            }
        }
    }

    private mutating func encodeWords(
        _ p: UnsafePointer<UInt8>, _ start: Int, _ end: Int, bufferEnd: Int, _ text: NormalizedText?
    ) {
        if let splitter = tokenizer.fastSplitter, splitter.findsPieces || offsets == nil {
            encodeFast(splitter, p, start, end, bufferEnd: bufferEnd, text)
            return
        }
        let count = end - start
        guard isSegment(count), let segments = tokenizer.segments else {
            encodeSlowly(p, start, end, bufferEnd: bufferEnd, text)
            return
        }
        let hash = segments.hash(p + start, count)
        let found = segments.look(hash)
        if found == .known, segments.append(p + start, count, hash, to: scratch) { return }
        let first = scratch.count
        encodeSlowly(p, start, end, bufferEnd: bufferEnd, text)
        if found == .seen, !scratch.state.pointee.lacksUnknown, normalizedLimit == nil {
            segments.store(p + start, count, hash, scratch.ids + first, scratch.count - first)
        }
    }

    /// Whether text that is not cut is one segment: where its tokens depend on nothing else.
    private func isSegment(_ count: Int) -> Bool {
        options.usesCaches && offsets == nil && !tokenizer.needsSpans && count >= SegmentCache.shortest
            && count <= SegmentCache.longest
    }

    private mutating func encodeSlowly(
        _ p: UnsafePointer<UInt8>, _ start: Int, _ end: Int, bufferEnd: Int, _ text: NormalizedText?
    ) {
        if tokenizer.changesText {
            encodeChanging(p, start, end, text)
            return
        }
        pieces.removeAll(keepingCapacity: true)
        pieces.append(Piece(start: start, end: end))
        for step in tokenizer.steps { refine(p, step) }
        encodePieces(p, bufferEnd: bufferEnd, text)
    }

    private mutating func encodePieces(_ p: UnsafePointer<UInt8>, bufferEnd: Int, _ text: NormalizedText?) {
        if pairs == nil, offsets == nil {
            for piece in pieces { encodeAlone(p, piece.start, piece.end, bufferEnd: bufferEnd) }
            return
        }
        for i in pieces.indices {
            scratch.ends[0] = pieces[i].end
            _ = encodeSpan(p, pieces[i].start, scratch.ends, 1, bufferEnd: bufferEnd, text)
        }
    }

    /// The `count` words that end at `ends`, and their offsets where they are wanted; returns the last end.
    @inline(__always)
    mutating func encodeSpan(
        _ p: UnsafePointer<UInt8>, _ start: Int, _ ends: UnsafeMutablePointer<Int>, _ count: Int, bufferEnd: Int,
        _ text: NormalizedText?
    ) -> Int {
        if offsets == nil { return encodeWords(p, start, ends, count, bufferEnd: bufferEnd) }
        var at = start
        if tokenizer.model.coversBytes {
            // Then a token's length says where the next one is, also across words.
            let first = scratch.count
            at = encodeWords(p, start, ends, count, bufferEnd: bufferEnd)
            offsets?.append(first, start, at, p, text, scratch, tokenizer.vocabulary)
            return at
        }
        for i in 0..<count {
            encodeWord(p, at, ends[i], bufferEnd: bufferEnd, text)
            at = ends[i]
        }
        return at
    }

    /// Splits every piece further.
    private mutating func refine(_ p: UnsafePointer<UInt8>, _ step: SplitStep) {
        guard case .split(let splitter, let behavior, let isInverted) = step else { return }
        refined.removeAll(keepingCapacity: true)
        for piece in pieces {
            matches.removeAll(keepingCapacity: true)
            splitter.matches(p, piece, into: &matches)
            behavior.append(matches, inverted: isInverted, to: &refined)
        }
        swap(&pieces, &refined)
    }

    /// The way for files in which a step of pre-tokenization changes the text between splits.
    private mutating func encodeChanging(
        _ p: UnsafePointer<UInt8>, _ start: Int, _ end: Int, _ text: NormalizedText?
    ) {
        pieces.removeAll(keepingCapacity: true)
        pieces.append(text == nil ? Piece(start: 0, end: end - start) : Piece(start: start, end: end))
        var text = text ?? NormalizedText(p, start: start, end: end, keepsSpans: keepsSpans)
        for step in tokenizer.steps where !text.isTooLong {
            switch step {
            case .split:
                text.bytes.withUnsafeBufferPointer { buffer in
                    if let base = buffer.baseAddress { refine(base, step) }
                }
            case .metaspace(let metaspace): metaspace.apply(to: &text, &pieces)
            case .prefixSpace: prefixSpaces(&text)
            case .byteLetters: letters(&text)
            }
        }
        if text.isTooLong {
            normalizedLimit = text.limit
            return
        }
        text.bytes.withUnsafeBufferPointer { buffer in
            guard let base = buffer.baseAddress else { return }
            encodePieces(base, bufferEnd: buffer.count, text)
        }
    }

    private mutating func prefixSpaces(_ text: inout NormalizedText) {
        var spaced = text.blank(capacity: text.bytes.count + pieces.count)
        for i in pieces.indices {
            let piece = pieces[i]
            let at = spaced.bytes.count
            if text.bytes[piece.start] != 0x20 { spaced.append(0x20, text.span(at: piece.start)) }
            spaced.copy(piece.start..<piece.end, from: text)
            pieces[i] = Piece(start: at, end: spaced.bytes.count)
        }
        text = spaced
    }

    private mutating func letters(_ text: inout NormalizedText) {
        var spelled = text.blank(capacity: 2 * text.bytes.count)
        for i in pieces.indices {
            let at = spelled.bytes.count
            for k in pieces[i].start..<pieces[i].end {
                spelled.append(UInt32(ByteAlphabet.scalars[Int(text.bytes[k])]), text.span(at: k))
            }
            pieces[i] = Piece(start: at, end: spelled.bytes.count)
        }
        text = spelled
    }

    @inline(__always)
    private mutating func encodeWord(
        _ p: UnsafePointer<UInt8>, _ start: Int, _ end: Int, bufferEnd: Int, _ text: NormalizedText?
    ) {
        let first = scratch.count
        scratch.state.pointee.isIrregular = false
        scratch.state.pointee.isPlaced = false
        tokenizer.model.encode(p + start, end &- start, scratch)
        if offsets != nil {
            offsets?.append(first, start, end, p, text, scratch, tokenizer.vocabulary)
        }
    }

    private mutating func append(
        _ segment: AddedVocabulary.Segment, _ p: UnsafePointer<UInt8>, _ text: NormalizedText?
    ) {
        scratch.append(tokenizer.added.tokens[segment.token].id)
        offsets?.append(segment, p, text)
    }
}
