import Glibc

/// Reading whole files.
public enum File {
    /// Why a file could not be read: the system's error number and its words.
    public struct ReadError: Error, Sendable, Equatable {
        public var code: Int32
        public var isMissing: Bool { code == ENOENT || code == ENOTDIR }
        public var reason: String { String(cString: strerror(code)) }
    }

    /// The content of a regular file (or of what a link to one leads to); anything else is EINVAL, and a pipe without a
    /// writer does not block. `path` must not hold a NUL.
    public static func read(_ path: String) throws(ReadError) -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        if descriptor < 0 { throw ReadError(code: errno) }
        defer { close(descriptor) }
        var status = stat()
        if fstat(descriptor, &status) != 0 { throw ReadError(code: errno) }
        if status.st_mode & S_IFMT == S_IFDIR { throw ReadError(code: EISDIR) }
        if status.st_mode & S_IFMT != S_IFREG { throw ReadError(code: EINVAL) }
        let expected = max(Int(status.st_size), 0)
        var failure: Int32 = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: expected) { buffer, count in
            count = 0
            while count < expected, let base = buffer.baseAddress {
                let got = Glibc.read(descriptor, base + count, expected - count)
                if got < 0 && errno == EINTR { continue }
                if got < 0 { failure = errno }
                if got <= 0 { return }
                count += got
            }
        }
        if failure != 0 { throw ReadError(code: failure) }
        return bytes
    }

    /// The names in a directory, sorted by bytes; nil where there is no such directory.
    public static func names(inDirectory path: String) -> [String]? {
        guard let directory = opendir(path) else { return nil }
        defer { closedir(directory) }
        var names = [String]()
        while let entry = readdir(directory) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != "." && name != ".." { names.append(name) }
        }
        return names.sorted { Array($0.utf8).lexicographicallyPrecedes(Array($1.utf8)) }
    }
}
