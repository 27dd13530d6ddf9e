import Glibc
import JSON
import Testing

@testable import Tokenizer

/// Compiled tokenizers in files: the same as the source, or not used.
@Suite struct ImageTests {
    /// A directory that goes away at the end.
    final class Folder {
        let path: String

        init() {
            var template = Array("/tmp/typecase-test-XXXXXX".utf8CString)
            path = mkdtemp(&template).map { String(cString: $0) } ?? ""
        }

        deinit {
            for name in names { unlink("\(path)/cache/\(name)") }
            rmdir("\(path)/cache")
            unlink("\(path)/tokenizer.json")
            rmdir(path)
        }

        var cache: TokenizerCache { .directory("\(path)/cache") }
        var file: String { "\(path)/tokenizer.json" }

        var names: [String] {
            guard let directory = opendir("\(path)/cache") else { return [] }
            defer { closedir(directory) }
            var names = [String]()
            while let entry = readdir(directory) {
                let name = withUnsafePointer(to: &entry.pointee.d_name) {
                    $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
                }
                if name != ".", name != ".." { names.append(name) }
            }
            return names.sorted()
        }

        func read(_ path: String) -> [UInt8] {
            guard let file = fopen(path, "rb") else { return [] }
            defer { fclose(file) }
            var bytes = [UInt8]()
            var buffer = [UInt8](repeating: 0, count: 1 << 16)
            while case let count = fread(&buffer, 1, buffer.count, file), count > 0 { bytes += buffer[..<count] }
            return bytes
        }

        func write(_ bytes: [UInt8], to path: String) {
            guard let file = fopen(path, "wb") else { return }
            fwrite(bytes, 1, bytes.count, file)
            fclose(file)
        }
    }

    static let texts = [
        "Hello, the hello!\n\n  the 字é <|end|> it's 12345", "", " ", "tokenizing", "\u{301}e\u{301} 字字字  the<|end|>",
    ]

    /// A file large enough to be compiled.
    static func write(_ sample: SampleFile, to folder: Folder) throws {
        let bytes = Dumps.compact.bytes(.object(sample.object))
        folder.write(bytes + [UInt8](repeating: 0x20, count: 1 << 18), to: folder.file)
    }

    static func check(_ tokenizer: Tokenizer, like expected: Tokenizer) throws {
        #expect(tokenizer.info == expected.info)
        #expect(tokenizer.idLimit == expected.idLimit)
        for text in texts {
            for offsets in [false, true] {
                let options = Tokenizer.EncodeOptions(offsets: offsets)
                let encoding = try tokenizer.encode(Array(text.utf8), options: options)
                #expect(try encoding == expected.encode(Array(text.utf8), options: options))
                #expect(try tokenizer.text(encoding.ids) == expected.text(encoding.ids))
            }
        }
        for id in 0..<UInt32(expected.idLimit) { #expect(tokenizer.token(id) == expected.token(id)) }
    }

    static let samples: [SampleFile] = {
        var ignoring = SampleFile()
        ignoring.ignoresMerges = true
        var other = SampleFile()
        other.decoder = .null
        other.normalizer = .object(["type": .string("NFC")])
        return [SampleFile(), ignoring, other]
    }()

    @Test(arguments: samples.indices)
    func imageEqualsTheSource(_ index: Int) throws {
        let folder = Folder()
        try Self.write(Self.samples[index], to: folder)
        let expected = try Self.samples[index].tokenizer()
        for _ in 0..<3 { try Self.check(Tokenizer(path: folder.file, cache: folder.cache), like: expected) }
        #expect(folder.names.count { $0.hasSuffix(".image") } == 1)
        #expect(folder.names.allSatisfy { !$0.hasPrefix(".") })
    }

    /// Once both files are older than the clock's ticks the record is enough; a new state of the source makes it void.
    @Test func recordsAreTrustedWhenSettled() throws {
        let folder = Folder()
        try Self.write(SampleFile(), to: folder)
        _ = try Tokenizer(path: folder.file, cache: folder.cache)
        guard let directory = ImageDirectory("\(folder.path)/cache"), let status = FileStatus(path: folder.file) else {
            Issue.record("no directory")
            return
        }
        _ = try Tokenizer(path: folder.file, cache: folder.cache)
        #expect(directory.image(ofUnchanged: status) == nil)
        usleep(2_200_000)
        _ = try Tokenizer(path: folder.file, cache: folder.cache)
        #expect(directory.image(ofUnchanged: status) != nil)
        try Self.check(Tokenizer(path: folder.file, cache: folder.cache), like: SampleFile().tokenizer())
        var other = SampleFile()
        other.words.append("other")
        try Self.write(other, to: folder)
        try Self.check(Tokenizer(path: folder.file, cache: folder.cache), like: other.tokenizer())
    }

    @Test func brokenImagesAreMadeAnew() throws {
        let folder = Folder()
        try Self.write(SampleFile(), to: folder)
        let expected = try SampleFile().tokenizer()
        _ = try Tokenizer(path: folder.file, cache: folder.cache)
        let name = "\(folder.path)/cache/" + (folder.names.first { $0.hasSuffix(".image") } ?? "")
        let sound = folder.read(name)
        var random = SplitMix(state: 3)
        for round in 0..<200 {
            var bytes = sound
            switch round % 4 {
            case 0: bytes.removeLast(1 + random.next(bytes.count - 1))
            case 1: bytes[random.next(400)] ^= UInt8(1 + random.next(255))
            case 2: bytes[random.next(bytes.count)] ^= UInt8(1 << random.next(8))
            default: bytes += [UInt8](repeating: 0, count: 64 * (1 + random.next(4)))
            }
            folder.write(bytes, to: name)
            let tokenizer = try Tokenizer(path: folder.file, cache: folder.cache)
            #expect(try tokenizer.ids(Self.texts[0]) == expected.ids(Self.texts[0]))
            #expect(folder.read(name).count == sound.count)
        }
    }

    /// A record or an image that says something else than the files.
    @Test func foreignFilesAreNotBelieved() throws {
        let folder = Folder()
        let other = Folder()
        try Self.write(SampleFile(), to: folder)
        var sample = SampleFile()
        sample.words = ["foreign"]
        try Self.write(sample, to: other)
        _ = try Tokenizer(path: folder.file, cache: folder.cache)
        _ = try Tokenizer(path: other.file, cache: other.cache)
        let name = "\(folder.path)/cache/" + (folder.names.first ?? "")
        folder.write(folder.read("\(other.path)/cache/" + (other.names.first ?? "")), to: name)
        try Self.check(Tokenizer(path: folder.file, cache: folder.cache), like: SampleFile().tokenizer())
    }

    @Test func directoriesThatOthersMayWriteToAreLeftAlone() throws {
        let folder = Folder()
        try Self.write(SampleFile(), to: folder)
        mkdir("\(folder.path)/cache", 0o777)
        chmod("\(folder.path)/cache", 0o777)
        try Self.check(Tokenizer(path: folder.file, cache: folder.cache), like: SampleFile().tokenizer())
        #expect(folder.names.isEmpty)
        try Self.check(Tokenizer(path: folder.file, cache: .off), like: SampleFile().tokenizer())
        try Self.check(Tokenizer(path: folder.file, cache: .directory("/dev/null/x")), like: SampleFile().tokenizer())
        #expect(throws: (any Error).self) { try Tokenizer(path: folder.file + "x", cache: folder.cache) }
    }

    /// The newest images stay, and nothing of what is not ours is touched.
    @Test func oldImagesAreRemoved() throws {
        let folder = Folder()
        for word in ["one", "two", "three", "four", "five"] {
            var sample = SampleFile()
            sample.words.append(word)
            try Self.write(sample, to: folder)
            _ = try Tokenizer(path: folder.file, cache: folder.cache)
            usleep(20_000)
        }
        let directory = try #require(ImageDirectory("\(folder.path)/cache"))
        folder.write([1], to: "\(folder.path)/cache/.12-34")
        folder.write([1], to: "\(folder.path)/cache/.56-78")
        folder.write([1], to: "\(folder.path)/cache/.other-1")
        var old = [timeval(tv_sec: 1, tv_usec: 0), timeval(tv_sec: 1, tv_usec: 0)]
        utimes("\(folder.path)/cache/.12-34", &old)
        utimes("\(folder.path)/cache/.other-1", &old)
        func images() -> Set<String> { Set(folder.names.filter { $0.hasSuffix(".image") }) }
        let all = images()
        #expect(all.count == 5)
        directory.prune()
        #expect(images() == all)
        #expect(folder.names.filter { $0.hasPrefix(".") } == [".56-78", ".other-1"])
        directory.prune(mostImages: 2)
        let two = images()
        #expect(two.count == 2 && two.isSubset(of: all))
        directory.prune(mostBytes: 1)
        #expect(images().count == 1 && images().isSubset(of: two))
        // What was removed is made anew.
        for _ in 0..<2 {
            var sample = SampleFile()
            sample.words.append("one")
            try Self.write(sample, to: folder)
            try Self.check(Tokenizer(path: folder.file, cache: folder.cache), like: sample.tokenizer())
        }
        #expect(images().count == 2)
    }

    @Test func hashIsSHA256() {
        let known = Array("abc".utf8).withUnsafeBytes { ContentHash($0).hexadecimal }
        #expect(known == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
        let long = (0..<1000).map { UInt8(truncatingIfNeeded: $0) }.withUnsafeBytes { ContentHash($0).hexadecimal }
        #expect(long == "a8af099bf2e878609558dbf69d8f88f4a31040a8cf84b549a0cfa912f12ffc3f")
    }
}
