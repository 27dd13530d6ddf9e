import Glibc

/// What tells one state of a file from another without reading it.
struct FileStatus: Equatable {
    var device: UInt64
    var inode: UInt64
    var size: Int
    /// In nanoseconds. Nobody but the system sets when a file changed.
    var modified: Int
    var changed: Int

    init?(path: String) {
        var status = stat()
        guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
        self.init(status)
    }

    init(_ status: stat) {
        device = UInt64(status.st_dev)
        inode = UInt64(status.st_ino)
        size = Int(status.st_size)
        modified = Self.nanoseconds(status.st_mtim)
        changed = Self.nanoseconds(status.st_ctim)
    }

    init(words: ArraySlice<UInt64>) {
        let words = Array(words)
        device = words[0]
        inode = words[1]
        size = Int(truncatingIfNeeded: words[2])
        modified = Int(truncatingIfNeeded: words[3])
        changed = Int(truncatingIfNeeded: words[4])
    }

    var words: [UInt64] {
        [device, inode] + [size, modified, changed].map { UInt64(truncatingIfNeeded: $0) }
    }

    static var now: Int {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return nanoseconds(time)
    }

    /// Whether the file was old when it was looked at: a file may change twice within a tick of the system's clock, and
    /// then its state does not show the second time.
    func isSettled(at time: Int) -> Bool { changed < time &- 2_000_000_000 }

    private static func nanoseconds(_ time: timespec) -> Int { Int(time.tv_sec) &* 1_000_000_000 &+ Int(time.tv_nsec) }
}
