import Bytes
import Glibc

/// Where compiled tokenizers are kept.
public enum TokenizerCache: Sendable, Equatable {
    /// `$TYPECASE_CACHE`, or nowhere where that is empty or "off"; else `$XDG_CACHE_HOME/typecase`, else
    /// `~/.cache/typecase`.
    case standard
    case off
    case directory(String)

    var path: String? {
        func variable(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }
        switch self {
        case .off: return nil
        case .directory(let path): return path
        case .standard:
            if let path = variable("TYPECASE_CACHE") { return path.isEmpty || path == "off" ? nil : path }
            // A relative path there is to be ignored (XDG Base Directory Specification).
            if let path = variable("XDG_CACHE_HOME"), path.hasPrefix("/") { return path + "/typecase" }
            if let path = variable("HOME"), path.hasPrefix("/") { return path + "/.cache/typecase" }
            return nil
        }
    }
}

extension Tokenizer {
    /// A file smaller than this is read about as fast as an image of it.
    private static let smallest = 1 << 18

    /// From a `tokenizer.json`, or from what was made of it when it was opened before. Where nothing can be kept (a full
    /// disk, a directory that others may write to) the file is read each time.
    ///
    /// Throws `File.ReadError` or `TokenizerError`.
    public convenience init(path: String, cache: TokenizerCache = .standard) throws {
        guard let directory = cache.path.flatMap({ ImageDirectory($0) }), let before = FileStatus(path: path),
            before.size >= Self.smallest
        else {
            try self.init(json: File.read(path))
            return
        }
        let opened = FileStatus.now
        if let file = directory.image(ofUnchanged: before).flatMap({ TokenizerJSON($0) }) {
            try self.init(file)
            return
        }
        let bytes = try File.read(path)
        let source = bytes.withUnsafeBytes { ContentHash($0) }
        let isUnchanged = FileStatus(path: path) == before
        if let (image, status) = directory.image(of: source), image.isSound, let file = TokenizerJSON(image) {
            try self.init(file)
            if isUnchanged { directory.remember(before, source, status, at: opened) }
            return
        }
        let file = try TokenizerJSON(bytes: bytes)
        try self.init(file)
        if let rest = file.rest, let image = image(rest, source) { directory.store(image, source) }
    }

    /// What `init(path:)` keeps of a file, and nil where it keeps nothing; with the next, what the fuzzer changes images with.
    package static func image(ofJSON bytes: [UInt8]) throws(TokenizerError) -> [UInt8]? {
        let file = try TokenizerJSON(bytes: bytes)
        let source = bytes.withUnsafeBytes { ContentHash($0) }
        return file.rest.flatMap { rest in (try? Tokenizer(file))?.image(rest, source) }
    }

    /// Nil where the image is not to be trusted.
    package convenience init?(image: [UInt8]) {
        guard let mapping = ImageReader.Mapping(copying: image), let reader = ImageReader(mapping), reader.isSound,
            let file = TokenizerJSON(reader)
        else { return nil }
        do { try self.init(file) } catch { return nil }
    }

    /// Nil where two added tokens share an id, which an image does not tell.
    func image(_ rest: [UInt8], _ source: ContentHash) -> [UInt8]? {
        guard added.contents.count == added.tokens.count else { return nil }
        var image = ImageWriter()
        image.add(bytes: rest)
        vocabulary.write(to: &image)
        model.write(to: &image)
        AddedToken.write(added.tokens, to: &image)
        decodeTable?.write(to: &image)
        return image.bytes(source: source)
    }
}
