import Glibc

/// The window of a long word that was merged last, and what it came to: in white space and lines of one sign the next is the same.
struct LastWindow {
    private let symbols: UnsafeMutablePointer<UInt32> = .allocate(capacity: EncodeScratch.laneCount)
    private let merged: UnsafeMutablePointer<UInt32> = .allocate(capacity: EncodeScratch.laneCount)
    private var count = 0
    private var full: UInt64 = 0

    func free() {
        symbols.deallocate()
        merged.deallocate()
    }

    /// Writes what these symbols come to over them, if they are the same, and returns the lanes that still have one.
    func take(_ lanes: UnsafeMutablePointer<UInt32>, _ count: Int) -> UInt64? {
        guard count == self.count, memcmp(lanes, symbols, 4 * count) == 0 else { return nil }
        lanes.update(from: merged, count: count)
        return full
    }

    /// To be called before they are merged.
    mutating func expect(_ lanes: UnsafePointer<UInt32>, _ count: Int) {
        symbols.update(from: lanes, count: count)
        self.count = 0
    }

    mutating func keep(_ lanes: UnsafePointer<UInt32>, _ count: Int, _ full: UInt64) {
        merged.update(from: lanes, count: count)
        (self.count, self.full) = (count, full)
    }
}
