/// The ids that a parser looks at: tokens of markers, and tokens that end a turn. Others are text.
struct MarkerTokens: Sendable {
    private var contents: [UInt32: [UInt8]]
    private var stops: Set<UInt32>
    private let openers: Set<UInt32>
    private let low: UInt32
    /// For ids from `low` on: 1 for a marker, 2 for a stop.
    private var flags: [UInt8]

    init(contents: [UInt32: [UInt8]], stops: Set<UInt32>, openers: Set<UInt32>) {
        self.openers = openers
        self.contents = contents
        self.stops = stops
        let all = Array(contents.keys) + Array(stops)
        low = all.min() ?? 0
        // Ids far apart would make a large table: then sets are asked.
        let count = Int((all.max() ?? 0) - low) + 1
        flags = count <= 1 << 16 && !all.isEmpty ? Array(repeating: 0, count: count) : []
        if flags.isEmpty { return }
        for id in contents.keys { flags[Int(id - low)] |= 1 }
        for id in stops { flags[Int(id - low)] |= 2 }
    }

    @inline(__always)
    func contains(_ id: UInt32) -> Bool {
        if flags.isEmpty { return contents[id] != nil }
        let place = Int(id) - Int(low)
        return place >= 0 && place < flags.count && flags[place] & 1 != 0
    }

    @inline(__always)
    func isStop(_ id: UInt32) -> Bool {
        if flags.isEmpty { return stops.contains(id) }
        let place = Int(id) - Int(low)
        return place >= 0 && place < flags.count && flags[place] & 2 != 0
    }

    /// How many ids from a place on are neither.
    func plainCount(_ ids: UnsafeBufferPointer<UInt32>, from start: Int) -> Int {
        var i = start
        if flags.isEmpty {
            while i < ids.count, contents[ids[i]] == nil, !stops.contains(ids[i]) { i += 1 }
            return i - start
        }
        flags.withUnsafeBufferPointer { flags in
            // Most ids are far from those of markers: eight of them are told by one comparison.
            let limit = UInt32(truncatingIfNeeded: flags.count)
            let first = SIMD8(repeating: low)
            while i < ids.count {
                if i &+ 8 <= ids.count, let base = ids.baseAddress {
                    let eight = UnsafeRawPointer(base + i).loadUnaligned(as: SIMD8<UInt32>.self)
                    if (eight &- first).min() >= limit {
                        i &+= 8
                        continue
                    }
                }
                let place = Int(ids[i]) &- Int(low)
                if place >= 0, place < flags.count, flags[place] != 0 { break }
                i &+= 1
            }
        }
        return i - start
    }

    /// The tokens of markers, by their ids.
    var all: [(content: [UInt8], id: UInt32)] {
        contents.sorted { $0.key < $1.key }.map { (content: $0.value, id: $0.key) }
    }

    /// Whether calls begin with it.
    func opens(_ id: UInt32) -> Bool { openers.contains(id) }

    func content(_ id: UInt32) -> [UInt8] { contents[id] ?? [] }
}
