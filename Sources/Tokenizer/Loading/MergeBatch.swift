/// Merges on their way from texts to ids. Each needs a few places of large tables, one found through the other; those of a
/// batch are asked for together, so that none waits for memory alone.
struct MergeBatch {
    private static let capacity = 32

    private let vocabulary: Vocabulary
    /// Texts, then their contents in the same place.
    private var bytes: [UInt8] = []
    /// Where the halves are, and the hash of each.
    private var halves: [(left: Range<Int>, right: Range<Int>, leftHash: UInt32, rightHash: UInt32)] = []
    /// What the next merge makes: mostly it is the token after the one before.
    private var guess: UInt32 = 0
    private(set) var merges: [PairTable.Merge] = []

    init(_ vocabulary: Vocabulary, expected: Int) {
        self.vocabulary = vocabulary
        merges.reserveCapacity(expected)
        halves.reserveCapacity(Self.capacity)
    }

    /// Reads a merge: an array of two strings, or one string with a space. False where it is something else, or its tokens are
    /// not all in the vocabulary and made of the same kind of letters.
    mutating func read(_ cursor: inout JSONCursor) -> Bool {
        let start = bytes.count
        if cursor.take(UInt8(ascii: "[")) {
            guard cursor.string(into: &bytes) else { return false }
            let middle = bytes.count
            guard cursor.take(UInt8(ascii: ",")), cursor.string(into: &bytes), cursor.take(UInt8(ascii: "]")) else {
                return false
            }
            halves.append((start..<middle, middle..<bytes.count, 0, 0))
        } else {
            guard cursor.string(into: &bytes) else { return false }
            let text = bytes[start...]
            guard !text.starts(with: "#version".utf8), let space = text.firstIndex(of: 0x20),
                !text[(space + 1)...].contains(0x20)
            else { return false }
            halves.append((start..<space, (space + 1)..<bytes.count, 0, 0))
        }
        return halves.count < Self.capacity || finish()
    }

    /// Finds the ids of what was read; false where some are missing.
    mutating func finish() -> Bool {
        var texts = [UInt8]()
        swap(&texts, &bytes)
        let areFound = texts.withUnsafeMutableBufferPointer { texts in
            guard let base = texts.baseAddress else { return halves.isEmpty }
            return decode(base) && find(UnsafePointer(base))
        }
        texts.removeAll(keepingCapacity: true)
        swap(&texts, &bytes)
        halves.removeAll(keepingCapacity: true)
        return areFound
    }

    /// Turns byte letters into bytes, brings the halves together and has their places in the index brought near.
    private mutating func decode(_ base: UnsafeMutablePointer<UInt8>) -> Bool {
        var at = 0
        func move(_ range: Range<Int>) -> Range<Int>? {
            let from = base + range.lowerBound
            if vocabulary.isByteLevel {
                guard let count = ByteAlphabet.decode(from, range.count, to: base + at) else { return nil }
                at += count
                return (at - count)..<at
            }
            (base + at).update(from: from, count: range.count)
            at += range.count
            return (at - range.count)..<at
        }
        for i in halves.indices {
            guard let left = move(halves[i].left), let right = move(halves[i].right) else { return false }
            let leftHash = vocabulary.hash(base + left.lowerBound, left.count)
            let rightHash = vocabulary.hash(base + right.lowerBound, right.count)
            vocabulary.expectIndex(leftHash)
            vocabulary.expectIndex(rightHash)
            halves[i] = (left, right, leftHash, rightHash)
        }
        return true
    }

    private mutating func find(_ base: UnsafePointer<UInt8>) -> Bool {
        let isBytes = vocabulary.isByteLevel
        for half in halves {
            vocabulary.expectPlace(half.leftHash)
            vocabulary.expectPlace(half.rightHash)
        }
        for half in halves {
            vocabulary.expectContent(half.leftHash)
            vocabulary.expectContent(half.rightHash)
        }
        for half in halves {
            let whole = half.left.lowerBound..<half.right.upperBound
            func id(_ range: Range<Int>, _ hash: UInt32) -> UInt32? {
                vocabulary.find(base + range.lowerBound, range.count, hash, isBytes: isBytes)
            }
            let isGuessed = vocabulary.isOneToOne && vocabulary.has(guess, base + whole.lowerBound, whole.count)
            guard let left = id(half.left, half.leftHash), let right = id(half.right, half.rightHash),
                let merged = isGuessed
                    ? guess : vocabulary.find(base + whole.lowerBound, whole.count, isBytes: isBytes)
            else { return false }
            merges.append(
                .init(left: left, right: right, merged: merged, rank: UInt32(truncatingIfNeeded: merges.count)))
            guess = merged &+ 1
        }
        return true
    }
}
