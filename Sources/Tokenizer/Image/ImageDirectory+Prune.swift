import Glibc

extension ImageDirectory {
    /// How many images are kept, and how many bytes of them: the newest.
    static let mostImages = 32
    static let mostBytes = 1 << 30
    /// How many records of sources; they are small.
    private static let mostRecords = 256
    /// What a process left that ended while it wrote is removed after an hour.
    private static let abandoned = 3600

    private struct Entry {
        var name: String
        var size: Int
        var time: timespec

        func isNewer(than other: Entry) -> Bool {
            (time.tv_sec, time.tv_nsec, name) > (other.time.tv_sec, other.time.tv_nsec, other.name)
        }
    }

    /// Removes what is too old or too much. Whoever has an image open keeps what is mapped, whoever looks for one that is gone
    /// makes it anew, and two processes that remove the same do no harm.
    func prune(mostImages: Int = mostImages, mostBytes: Int = mostBytes) {
        let entries = entries()
        var bytes = 0
        for (i, image) in entries.filter({ $0.name.hasSuffix(".image") }).enumerated() {
            bytes += image.size
            // The newest stays, however large.
            if i > 0, i >= mostImages || bytes > mostBytes { unlink("\(path)/\(image.name)") }
        }
        for record in entries.filter({ $0.name.hasSuffix(".source") }).dropFirst(Self.mostRecords) {
            unlink("\(path)/\(record.name)")
        }
        let now = time(nil)
        for entry in entries where Self.isTemporary(entry.name) && entry.time.tv_sec < now - Self.abandoned {
            unlink("\(path)/\(entry.name)")
        }
    }

    /// As `replace` names them: a dot, a process, a dash, a number.
    private static func isTemporary(_ name: String) -> Bool {
        let parts = name.dropFirst().split(separator: "-", omittingEmptySubsequences: false)
        return name.hasPrefix(".") && parts.count == 2
            && parts.allSatisfy { !$0.isEmpty && $0.utf8.allSatisfy { $0 &- 0x30 < 10 } }
    }

    /// The user's own files in the directory, the newest first.
    private func entries() -> [Entry] {
        guard let directory = opendir(path) else { return [] }
        defer { closedir(directory) }
        var found = [Entry]()
        while let entry = readdir(directory) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                String(cString: UnsafeRawPointer($0).assumingMemoryBound(to: CChar.self))
            }
            var status = stat()
            guard lstat("\(path)/\(name)", &status) == 0, status.st_mode & S_IFMT == S_IFREG,
                status.st_uid == geteuid()
            else { continue }
            found.append(Entry(name: name, size: Int(status.st_size), time: status.st_mtim))
        }
        return found.sorted { $0.isNewer(than: $1) }
    }
}
