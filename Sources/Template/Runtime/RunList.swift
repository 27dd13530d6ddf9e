/// The runs of a text that has more than one origin. Parts of the text share it: finding a place takes log n.
final class RunList: Sendable {
    private let runs: [OriginRun]
    /// Where each run ends.
    private let ends: [Int]

    init(_ runs: [OriginRun]) {
        self.runs = runs
        var ends = [Int]()
        ends.reserveCapacity(runs.count)
        var end = 0
        for run in runs {
            end &+= run.length
            ends.append(end)
        }
        self.ends = ends
    }

    /// The run that the byte at `offset` lies in; past the end, the last.
    private func index(at offset: Int) -> Int {
        var low = 0
        var high = ends.count - 1
        while low < high {
            let middle = (low + high) / 2
            if offset < ends[middle] { high = middle } else { low = middle + 1 }
        }
        return low
    }

    func origin(at offset: Int) -> OriginID { runs.isEmpty ? 0 : runs[index(at: offset)].origin }

    /// Whether `from..<to` has one origin only.
    func isUniform(_ from: Int, _ to: Int) -> Bool { runs.isEmpty || to <= ends[index(at: from)] }

    /// The runs of `from..<to`, in order.
    func forEach(_ from: Int, _ to: Int, _ body: (Int, OriginID) -> Void) {
        if from >= to || runs.isEmpty { return }
        var i = index(at: from)
        var at = from
        while at < to, i < runs.count {
            let end = Swift.min(ends[i], to)
            if end > at { body(end &- at, runs[i].origin) }
            at = end
            i += 1
        }
    }
}
