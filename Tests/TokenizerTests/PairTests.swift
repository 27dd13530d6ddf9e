import CScan
import Testing

@testable import Tokenizer

/// The tables of pairs, and what follows from them, against what they stand for.
@Suite struct PairTests {
    /// Bytes that merge: three letters, and those of `é`.
    private static let bytes: [UInt8] = [0x61, 0x62, 0x63, 0xC3, 0xA9]

    /// A byte-level model of random merges, most of them in the order in which training makes them. `asRanks`: as in a file of ranks.
    static func model(_ random: inout SplitMix, asRanks: Bool = false) -> (BPE, [PairTable.Merge]) {
        var texts = (0..<256).map { [UInt8($0)] }
        var ids = Dictionary(uniqueKeysWithValues: texts.enumerated().map { ($1, UInt32($0)) })
        var merges = [PairTable.Merge]()
        for _ in 0..<(10 + random.next(200)) {
            func half() -> UInt32 {
                random.next(3) == 0 || texts.count == 256
                    ? UInt32(bytes[random.next(bytes.count)]) : UInt32(256 + random.next(texts.count - 256))
            }
            let (left, right) = (half(), half())
            let whole = texts[Int(left)] + texts[Int(right)]
            if whole.count > 12 { continue }
            if ids[whole] == nil {
                ids[whole] = UInt32(texts.count)
                texts.append(whole)
            }
            merges.append(.init(left: left, right: right, merged: ids[whole] ?? 0, rank: 0))
        }
        if random.next(2) == 0 { merges.swapAt(0, merges.count / 2) }
        var list = TokenList()
        for (id, text) in texts.enumerated() { list.append(ByteAlphabet.encode(text), UInt32(id)) }
        let vocabulary = Vocabulary(list, isByteLevel: true)
        if asRanks {
            for i in merges.indices { merges[i].rank = merges[i].merged }
            merges.sort { $0.rank < $1.rank }
        } else {
            for i in merges.indices { merges[i].rank = UInt32(i) }
        }
        return (BPE(vocabulary: vocabulary, merges: merges, options: .init()), merges)
    }

    @Test func whatIsProvenIsWhatMergingMakes() throws {
        var random = SplitMix(state: 4)
        var (proven, words) = (0, 0)
        for round in 0..<60 {
            let (model, merges) = Self.model(&random, asRanks: round % 2 == 0)
            let proof = try #require(WordProof(model.vocabulary, merges, bytes: model.byteTokens))
            let scratch = EncodeScratch(expected: 64)
            for id in 0..<UInt32(model.vocabulary.limit) {
                let content = model.vocabulary.content(id)
                guard let p = content.baseAddress else { continue }
                scratch.reset()
                model.mergeWithSymbols(p, content.count, scratch)
                let isWord = scratch.count == 1 && scratch.ids[0] == id
                if proof.holds(for: id) { #expect(isWord, "\(Array(content))") }
                #expect(model.vocabulary.isWord(id) == isWord)
                proven += proof.holds(for: id) ? 1 : 0
                words += isWord ? 1 : 0
            }
        }
        #expect(proven > words / 2)
    }

    @Test func everyPairHasItsRankAndNoOtherHasOne() {
        var random = SplitMix(state: 5)
        for _ in 0..<60 {
            let (model, merges) = Self.model(&random)
            var ranks = [UInt64: UInt32]()
            for merge in merges { ranks[PairView.key(merge.left, merge.right)] = merge.rank }
            let pairs = PairTable(merges, vocabulary: model.vocabulary)
            let index = PairIndex(merges)
            let view = pairs.view
            for left in 0x60..<UInt32(model.vocabulary.limit) {
                for right in 0x60..<UInt32(min(model.vocabulary.limit, 0x70)) {
                    let rank = ranks[PairView.key(left, right)]
                    #expect(view.rank(left, right) == rank ?? PairTable.none)
                    #expect(index.rank(left, right) == rank ?? PairTable.none)
                    let likely = view.likelyRank(view.place(left, right))
                    if let rank {
                        #expect(likely == rank && view.merge(left, right, rank) == merges[Int(rank)].merged)
                    } else if likely != PairView.noRank {
                        #expect(view.merge(left, right, likely) == nil)
                    }
                }
            }
        }
    }

    /// What the model does without the merges that never come to pass, against all of them, tried one by one.
    @Test func mergesThatNeverComeToPassAreNotMissed() throws {
        var random = SplitMix(state: 9)
        var dropped = 0
        for round in 0..<300 {
            let (model, merges) = Self.model(&random, asRanks: round % 2 == 0)
            var made = [UInt64: PairTable.Merge]()
            for merge in merges { made[PairView.key(merge.left, merge.right)] = merge }
            dropped += merges.count - Int(model.pairs.limit)
            let scratch = EncodeScratch(expected: 64)
            for _ in 0..<40 {
                let word = (0...random.next(40)).map { _ in Self.bytes[random.next(5)] }
                var symbols = word.map { UInt32($0) }
                while true {
                    let found = zip(symbols, symbols.dropFirst()).map { made[PairView.key($0, $1)] }
                    guard let lowest = found.compactMap({ $0?.rank }).min(),
                        let at = found.firstIndex(where: { $0?.rank == lowest }), let merge = found[at]
                    else { break }
                    symbols.replaceSubrange(at...(at + 1), with: [merge.merged])
                }
                scratch.reset()
                try word.withUnsafeBufferPointer { try model.merge(#require($0.baseAddress), $0.count, scratch) }
                #expect(UnsafeBufferPointer(start: scratch.ids, count: scratch.count).elementsEqual(symbols), "\(word)")
            }
        }
        #expect(dropped > 1000)
    }

    /// Words of all lengths, some of which are done long before others, with all instructions that there are.
    @Test func wordsSideBySideMergeAsTheyDoAlone() throws {
        var random = SplitMix(state: 7)
        for round in 0..<200 {
            let (model, _) = Self.model(&random, asRanks: round % 2 == 0)
            let scratch = EncodeScratch(expected: 64)
            let longest = 1 + random.next(WordGroup.longestWord)
            let words = (0..<(1 + random.next(WordGroup.capacity))).map { _ in
                (0...random.next(longest)).flatMap { _ -> [UInt8] in
                    let byte = Self.bytes[random.next(4)]
                    return byte == 0xC3 ? [0xC3, 0xA9] : [byte]
                }.prefix(WordGroup.longestWord)
            }
            let group = scratch.group
            for level in 0...cscan_levels() {
                for (i, word) in words.enumerated() {
                    _ = try word.withUnsafeBufferPointer {
                        group.add(try #require($0.baseAddress), $0.count, 100 + i, model)
                    }
                }
                group.merge(model, level: level)
                for (i, word) in words.enumerated() {
                    scratch.reset()
                    try word.withUnsafeBufferPointer {
                        model.mergeWithSymbols(try #require($0.baseAddress), $0.count, scratch)
                    }
                    let expected = Array(UnsafeBufferPointer(start: scratch.ids, count: scratch.count))
                    let count = group.gather(i, group.full(i))
                    let found = UnsafeBufferPointer(start: group.gathered, count: count)
                    #expect(group.index(i) == 100 + i && found.elementsEqual(expected), "\(word)")
                }
                group.keep()
            }
        }
    }

    /// Words with characters that are one symbol have no windows. What was added of them is dropped, and takes no room.
    @Test func wordsWithoutWindowsLeaveNothingBehind() throws {
        var random = SplitMix(state: 8)
        var dropped = 0
        for _ in 0..<20 {
            let (model, _) = Self.model(&random)
            let scratch = EncodeScratch(expected: 64)
            let group = scratch.group
            let short = Array("abcab".utf8)
            let long = Array(repeating: 0x61 as UInt8, count: 300) + Array("é".utf8)
            try short.withUnsafeBufferPointer { short in
                let p = try #require(short.baseAddress)
                group.add(p, short.count, 7, model)
                try long.withUnsafeBufferPointer { long in
                    for _ in 0..<200 where group.count + WordGroup.windowCount(long.count) <= WordGroup.capacity {
                        if !group.addWindows(try #require(long.baseAddress), long.count, 8, model) { dropped += 1 }
                    }
                }
                group.merge(model)
                model.mergeWithSymbols(p, short.count, scratch)
                let count = group.gather(0, group.full(0))
                let found = UnsafeBufferPointer(start: group.gathered, count: count)
                #expect(found.elementsEqual(UnsafeBufferPointer(start: scratch.ids, count: scratch.count)))
            }
        }
        #expect(dropped > 0 && dropped % 200 == 0)
    }

    @Test func noTwoPairsHaveOneSlot() {
        var random = SplitMix(state: 6)
        for count in [0, 1, 2, 17, 1000, 60_000] {
            let keys = (0..<count).map { _ in PairView.key(UInt32(random.next(1 << 18)), UInt32(random.next(1 << 18))) }
            let placement = PairPlacement(keys + keys.prefix(count / 3))
            var owners = [Int: UInt64]()
            for key in keys {
                let hash = PairView.hash(key, placement.multiplier)
                let displacement = UInt32(placement.displacements[Int(hash >> placement.bucketShift)])
                let slot = Int(PairView.slot(hash, displacement, placement.size))
                #expect(slot < placement.size && owners[slot, default: key] == key)
                owners[slot] = key
            }
        }
    }
}

extension BPE {
    /// Merges a word with the heap, which knows nothing of lanes, groups or tables of words.
    fileprivate func mergeWithSymbols(_ p: UnsafePointer<UInt8>, _ count: Int, _ scratch: EncodeScratch) {
        symbols(p, count, scratch)
        mergeWithHeap(scratch)
    }
}
