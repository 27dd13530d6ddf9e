/// Finds a slot for each of a set of pairs: buckets, the fullest first, take the first displacement at which the slots of all
/// their pairs are free.
struct PairPlacement {
    let multiplier: UInt64
    let size: UInt64
    let bucketShift: UInt64
    private(set) var displacements: [UInt16]

    /// Slots for each hundred pairs, and how many pairs a bucket has at most on average.
    private static let room = 133
    private static let perBucket = 4

    /// `keys` may repeat. Multipliers are made at random, so nobody can write a file whose pairs collide; one that does not
    /// do, as happens once in thousands of times, is followed by another.
    init(_ keys: [UInt64]) {
        var bits: UInt64 = 4
        while Self.perBucket << bits < keys.count { bits += 1 }
        size = UInt64(max(keys.count, 16) * Self.room / 100)
        while true {
            let multiplier = UInt64.random(in: 0 ... .max) | 1
            if let found = Self.displacements(keys, multiplier, size, bits) {
                self.multiplier = multiplier
                bucketShift = 64 - bits
                displacements = found
                return
            }
        }
    }

    private static func displacements(
        _ keys: [UInt64], _ multiplier: UInt64, _ size: UInt64, _ bits: UInt64
    ) -> [UInt16]? {
        var starts = [Int](repeating: 0, count: 1 << Int(bits) + 1)
        for key in keys { starts[Int(PairView.hash(key, multiplier) >> (64 - bits)) + 1] += 1 }
        var counts = Array(starts.dropFirst())
        for i in counts.indices { starts[i + 1] += starts[i] }
        var hashes = [UInt64](repeating: 0, count: keys.count)
        var ends = starts
        hashes.withUnsafeMutableBufferPointer { hashes in
            for key in keys {
                let hash = PairView.hash(key, multiplier)
                let bucket = Int(hash >> (64 - bits))
                // Equal keys have equal hashes.
                var i = starts[bucket]
                while i < ends[bucket], hashes[i] != hash { i += 1 }
                if i < ends[bucket] {
                    counts[bucket] -= 1
                } else {
                    hashes[i] = hash
                    ends[bucket] += 1
                }
            }
        }
        var placed = [UInt16](repeating: 0, count: counts.count)
        var isTaken = [UInt64](repeating: 0, count: Int(size) / 64 + 1)
        var slots = [Int](repeating: 0, count: counts.max() ?? 0)
        for bucket in order(counts) {
            let members = hashes[starts[bucket]..<(starts[bucket] + counts[bucket])]
            guard let displacement = free(members, size, &isTaken, &slots) else { return nil }
            placed[bucket] = displacement
        }
        return placed
    }

    /// The buckets that are not empty, the fullest first.
    private static func order(_ counts: [Int]) -> [Int] {
        var starts = [Int](repeating: 0, count: (counts.max() ?? 0) + 2)
        for count in counts { starts[count] += 1 }
        var next = 0
        for count in starts.indices.reversed() {
            (starts[count], next) = (next, next + starts[count])
        }
        var order = [Int](repeating: 0, count: counts.count)
        for (bucket, count) in counts.enumerated() {
            order[starts[count]] = bucket
            starts[count] += 1
        }
        return Array(order.prefix { counts[$0] > 0 })
    }

    /// Takes the slots of hashes, with the first displacement that has them free.
    private static func free(
        _ hashes: ArraySlice<UInt64>, _ size: UInt64, _ isTaken: inout [UInt64], _ slots: inout [Int]
    ) -> UInt16? {
        isTaken.withUnsafeMutableBufferPointer { isTaken in
            for displacement in 0...UInt32(UInt16.max) {
                var count = 0
                for hash in hashes {
                    let slot = Int(PairView.slot(hash, displacement, size))
                    if isTaken[slot >> 6] >> UInt64(slot & 63) & 1 != 0 { break }
                    isTaken[slot >> 6] |= 1 << UInt64(slot & 63)
                    slots[count] = slot
                    count += 1
                }
                if count == hashes.count { return UInt16(truncatingIfNeeded: displacement) }
                for slot in slots[..<count] { isTaken[slot >> 6] &= ~(1 << UInt64(slot & 63)) }
            }
            return nil
        }
    }
}
