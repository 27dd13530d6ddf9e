import Testing

@testable import Tokenizer

/// One tokenizer and one directory of images, many threads: what ThreadSanitizer looks at.
@Suite struct SharingTests {
    @Test func eightThreadsEncodeWithOneTokenizer() async throws {
        let tokenizer = try SampleFile().tokenizer()
        let texts = (0..<40).map { i in
            Array(String(repeating: "the hello \(i) 字é it's\n\n  \(i * 7919) ", count: 1 + i % 5).utf8)
        }
        let expected = try texts.map { try SampleFile().tokenizer().encode($0, options: .init(offsets: true)) }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for thread in 0..<8 {
                group.addTask {
                    for i in 0..<400 {
                        let index = (i * (thread + 1)) % texts.count
                        let found = try tokenizer.encode(texts[index], options: .init(offsets: true))
                        #expect(found == expected[index])
                        let plain = try tokenizer.encode(texts[index])
                        #expect(plain.ids == found.ids)
                    }
                }
            }
            try await group.waitForAll()
        }
    }

    /// All make the image, and the last one stays.
    @Test func eightThreadsOpenOneFile() async throws {
        let folder = ImageTests.Folder()
        try ImageTests.write(SampleFile(), to: folder)
        let (file, cache) = (folder.file, folder.cache)
        let ids = try SampleFile().tokenizer().ids(ImageTests.texts[0])
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    for _ in 0..<10 {
                        let found = try Tokenizer(path: file, cache: cache).ids(ImageTests.texts[0])
                        #expect(found == ids)
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(folder.names.count { $0.hasSuffix(".image") } == 1)
    }

    /// What is kept between calls stays within its bounds, whatever comes, and results do not depend on it.
    @Test func cachesAreBoundedAndChangeNothing() throws {
        let used = try SampleFile().tokenizer()
        let fresh = try SampleFile().tokenizer()
        var random = SplitMix(state: 11)
        for round in 0..<400 {
            let length = 1 + random.next(round % 10 == 0 ? 20_000 : 3000)
            let letters = (0..<length).map { _ in UInt8(0x61 + random.next(26)) }
            _ = try used.encode(letters)
        }
        for text in ImageTests.texts { #expect(try used.ids(text) == fresh.ids(text)) }
    }
}
