import Glibc

/// A directory of images, named by the hash of what they were made of, and of records that say which source in which state
/// has which image. Only files of the user's own in a directory that nobody else may write to are believed.
///
/// An image is believed where its checksum is right. Reading all of it for that takes milliseconds, and so does hashing the
/// source; so a record keeps the state of both files as they were when all was right, and while neither has changed since,
/// by what the system says, they are not read again.
struct ImageDirectory {
    let path: String

    /// Nil where there is no such directory and none can be made, or others may write to it.
    init?(_ path: String) {
        self.path = path
        if !Self.isOwn(path) {
            Self.make(path)
            if !Self.isOwn(path) { return nil }
        }
    }

    private static func isOwn(_ path: String) -> Bool {
        var status = stat()
        return lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR && status.st_uid == geteuid()
            && status.st_mode & 0o022 == 0
    }

    private static func make(_ path: String) {
        var end = path.startIndex
        while end < path.endIndex {
            end = path[path.index(after: end)...].firstIndex(of: "/") ?? path.endIndex
            mkdir(String(path[..<end]), 0o700)
        }
    }

    private func imageName(_ source: ContentHash) -> String {
        "\(path)/\(source.hexadecimal).v\(ImageHeader.version).image"
    }

    private func recordName(_ source: FileStatus) -> String { "\(path)/\(source.device)-\(source.inode).source" }

    /// Opens a file that is the user's own, and nobody else's to write.
    private static func open(_ name: String) -> (descriptor: Int32, status: FileStatus)? {
        let descriptor = Glibc.open(name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
        if descriptor < 0 { return nil }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG, status.st_uid == geteuid(),
            status.st_mode & 0o022 == 0
        else {
            close(descriptor)
            return nil
        }
        return (descriptor, FileStatus(status))
    }

    /// The image of this source, with the state of its file. Whether it is sound is not known.
    func image(of source: ContentHash) -> (image: ImageReader, status: FileStatus)? {
        guard let (descriptor, status) = Self.open(imageName(source)) else { return nil }
        defer { close(descriptor) }
        guard let mapping = ImageReader.Mapping(descriptor, size: status.size), let image = ImageReader(mapping),
            image.header.isOf(source)
        else { return nil }
        return (image, status)
    }

    /// The image of a source that is in the state in which it was hashed, where the image is as it was when it was sound.
    func image(ofUnchanged source: FileStatus) -> ImageReader? {
        guard let (descriptor, _) = Self.open(recordName(source)) else { return nil }
        defer { close(descriptor) }
        var words = [UInt64](repeating: 0, count: ImageRecord.count)
        guard read(descriptor, &words, 8 * words.count) == 8 * words.count, let record = ImageRecord(words),
            record.source == source, source.isSettled(at: record.checked),
            let (image, status) = image(of: record.hash), status == record.image, status.isSettled(at: record.checked)
        else { return nil }
        return image
    }

    /// Keeps that this image belongs to this source, both as they were at a time.
    func remember(_ source: FileStatus, _ hash: ContentHash, _ image: FileStatus, at time: Int) {
        guard source.isSettled(at: time), image.isSettled(at: time) else { return }
        let words = ImageRecord(source: source, image: image, hash: hash, checked: time).words
        words.withUnsafeBytes { replace(recordName(source), with: $0) }
    }

    func store(_ image: [UInt8], _ source: ContentHash) {
        image.withUnsafeBytes { replace(imageName(source), with: $0) }
        prune()
    }

    /// Writes a file beside the old one and then puts it in its place, so that nobody ever sees half of it. Where that
    /// fails there is no file, or the old one.
    private func replace(_ name: String, with bytes: UnsafeRawBufferPointer) {
        var limit = rlimit()
        // A write beyond this limit would end the process.
        if getrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit) != 0 || limit.rlim_cur < bytes.count { return }
        let temporary = "\(path)/.\(getpid())-\(UInt64.random(in: 0 ... .max))"
        let descriptor = Glibc.open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        if descriptor < 0 { return }
        var written = 0
        while written < bytes.count, let base = bytes.baseAddress {
            let count = write(descriptor, base + written, bytes.count - written)
            if count < 0, errno == EINTR { continue }
            if count <= 0 { break }
            written += count
        }
        let isWhole = written == bytes.count && fsync(descriptor) == 0
        if close(descriptor) != 0 || !isWhole || rename(temporary, name) != 0 { unlink(temporary) }
    }
}

/// What is kept of a source whose image was found sound.
struct ImageRecord {
    let source: FileStatus
    let image: FileStatus
    let hash: ContentHash
    /// When both were in these states.
    let checked: Int

    static let count = 20

    init(source: FileStatus, image: FileStatus, hash: ContentHash, checked: Int) {
        self.source = source
        self.image = image
        self.hash = hash
        self.checked = checked
    }

    private var content: [UInt64] {
        [ImageHeader.version] + source.words + image.words + hash.words + [UInt64(truncatingIfNeeded: checked)]
    }

    /// The content and its checksum.
    var words: [UInt64] {
        content + Checksum.of(UnsafeRawBufferPointer(start: nil, count: 0), after: content)
    }

    init?(_ words: [UInt64]) {
        guard words.count == Self.count else { return nil }
        source = FileStatus(words: words[1..<6])
        image = FileStatus(words: words[6..<11])
        hash = ContentHash(words: Array(words[11..<15]))
        checked = Int(truncatingIfNeeded: words[15])
        if self.words != words { return nil }
    }
}
