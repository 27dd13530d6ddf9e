// swift-tools-version: 6.2
import PackageDescription

// Settings every Swift target shares. Each is the strict form of a language rule:
//   ExistentialAny            `any P` is spelled out, so a boxed value is never hidden
//   MemberImportVisibility    a file sees only the members of modules it imports itself
//   InternalImportsByDefault  an import does not leak into the module's interface unless it says `public`
let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
]

// How libtypecase.so is linked: the Swift runtime inside it (nothing of Swift is exported or needed), only the
// header's symbols visible, every name of the version script defined, and never unloaded, because the runtime cannot
// take back the metadata it registered. In release only: the sanitizers of debug builds need the dynamic runtime.
let sharedLibrary: [LinkerSetting] = [
    .unsafeFlags(
        [
            "-static-stdlib", "-use-ld=lld", "-no-toolchain-stdlib-rpath",
            "-Xlinker", "--version-script=\(Context.packageDirectory)/exports.map",
            "-Xlinker", "--no-undefined-version",
            "-Xlinker", "-soname=libtypecase.so.0",
            "-Xlinker", "-z", "-Xlinker", "defs",
            "-Xlinker", "-z", "-Xlinker", "nodelete",
        ],
        .when(configuration: .release))
]

// The interpreter's state belongs to one render, the client's loop to its thread. Overlapping access to it is looked for in debug builds, which
// the tests and the sanitizers run, and not paid for at every instruction of a template in release.
let confined: [SwiftSetting] = [.unsafeFlags(["-enforce-exclusivity=unchecked"], .when(configuration: .release))]

let package = Package(
    name: "typecase",
    products: [
        .library(name: "typecase", type: .dynamic, targets: ["TypecaseABI"])
    ],
    targets: [
        .systemLibrary(name: "CTypecase", path: "include"),
        .systemLibrary(name: "CLinux"),
        .systemLibrary(name: "CCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),
        .systemLibrary(name: "CJansson", pkgConfig: "jansson", providers: [.apt(["libjansson-dev"])]),
        .systemLibrary(name: "CGMP", pkgConfig: "gmp", providers: [.apt(["libgmp-dev"])]),
        .systemLibrary(name: "CNettle", pkgConfig: "nettle", providers: [.apt(["nettle-dev"])]),
        .target(name: "CScan"),
        .target(
            name: "CUnicode",
            exclude: ["generate_entities.py", "generate_python.py", "generate_tokenizer.py", "generate_traits.py"]),
        .target(name: "Bytes", dependencies: ["CScan"], swiftSettings: strict),
        .target(name: "JSON", dependencies: ["Bytes", "CJansson"], swiftSettings: strict),
        .target(
            name: "Template", dependencies: ["Bytes", "JSON", "CGMP", "CScan", "CUnicode"],
            swiftSettings: strict + confined),
        .target(
            name: "Tokenizer", dependencies: ["Bytes", "JSON", "CNettle", "CScan", "CUnicode"], swiftSettings: strict),
        .target(
            name: "Chat", dependencies: ["Bytes", "JSON", "Template", "Tokenizer"],
            resources: [.embedInCode("Format/Overrides"), .embedInCode("Format/Templates")], swiftSettings: strict),
        .target(name: "Engines", dependencies: ["Bytes", "JSON"], swiftSettings: strict),
        .target(
            name: "Client", dependencies: ["Bytes", "Engines", "CCurl", "CLinux"], swiftSettings: strict + confined),
        .target(
            name: "Generation", dependencies: ["Bytes", "JSON", "Chat", "Engines", "Client"], swiftSettings: strict),
        .target(
            name: "TypecaseABI",
            dependencies: [
                "CTypecase", "Bytes", "JSON", "Template", "Tokenizer", "Chat", "Engines", "Client", "Generation",
            ],
            swiftSettings: strict, linkerSettings: sharedLibrary),
        .testTarget(name: "BytesTests", dependencies: ["Bytes"], swiftSettings: strict),
        .testTarget(name: "JSONTests", dependencies: ["Bytes", "JSON"], swiftSettings: strict),
        .testTarget(name: "TemplateTests", dependencies: ["Bytes", "JSON", "Template"], swiftSettings: strict),
        .testTarget(name: "ChatTests", dependencies: ["JSON", "Chat", "Tokenizer", "Engines"], swiftSettings: strict),
        .testTarget(name: "ClientTests", dependencies: ["Bytes", "JSON", "Engines", "Client"], swiftSettings: strict),
        .testTarget(
            name: "TokenizerTests", dependencies: ["Bytes", "JSON", "CScan", "CUnicode", "Tokenizer"],
            swiftSettings: strict),
    ]
)

// The fuzz targets (Tests/fuzz, `make fuzz`) need every module instrumented. SwiftPM cannot link them, because libFuzzer
// brings its own main: the Makefile does. They exist only where they are asked for.
if Context.environment["TYPECASE_FUZZ"] != nil {
    for (name, room) in [
        ("FuzzTemplate", "Template"), ("FuzzTokenizer", "Tokenizer"), ("FuzzEngines", "Engines"), ("FuzzParse", "Chat"),
    ] {
        package.targets.append(
            .target(
                name: name, dependencies: ["JSON", "Tokenizer", .target(name: room)], path: "Tests/fuzz/\(name)",
                swiftSettings: strict + [.unsafeFlags(["-parse-as-library"])]))
    }
}

// What the benchmarks measure that no interface shows: `make bench` asks for it.
if Context.environment["TYPECASE_BENCH"] != nil {
    package.targets.append(
        .executableTarget(
            name: "TemplateBench", dependencies: ["Bytes", "JSON", "Template"], path: "bench/TemplateBench",
            swiftSettings: [.swiftLanguageMode(.v6)]))
}
