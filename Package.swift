// swift-tools-version: 6.2
import PackageDescription

// `packaging/build` sets this for the static binary: it needs archives and stubs that a day-to-day debug build does not.
let isStatic = Context.environment["WARREN_STATIC"] == "1"

/// libcurl, and for the static build all that Debian's archives of libcurl and librabbitmq lean on, users before the used.
let curlLibraries =
    isStatic
    ? ["curl", "ssh2", "psl", "idn2", "unistring", "nghttp2", "ssl", "crypto", "brotlidec", "brotlicommon", "zstd", "z"]
    : ["curl"]

/// `packaging/fuzz` sets this: libFuzzer brings a main of its own, which no other build must meet.
let isFuzzing = Context.environment["WARREN_FUZZ"] != nil
/// `packaging/fuzz --seeded` makes copies in which there is a defect that has to be found.
let hasSeededDefect = Context.environment["WARREN_FUZZ"] == "seeded"

let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .enableUpcomingFeature("InferIsolatedConformances"),
    .enableUpcomingFeature("ImmutableWeakCaptures"),
    .strictMemorySafety(),
    .treatAllWarnings(as: .error),
]

/// For rooms that no message passes: they are compiled to be small, and the static binary has a bound.
let cold: [SwiftSetting] = strict + [.unsafeFlags(["-Osize"], .when(configuration: .release))]

/// For what other modules do with each message: their optimiser sees its functions.
let inlined: [SwiftSetting] = [.unsafeFlags(["-cross-module-optimization"], .when(configuration: .release))]

let deque = Target.Dependency.product(name: "DequeModule", package: "swift-collections")
let heap = Target.Dependency.product(name: "HeapModule", package: "swift-collections")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")

/// What only swift-nio uses, named for a platform that Warren never runs on: nothing more is built or linked, and SwiftPM does not warn
/// that the packages are not used.
let onlyForTheirVersions: [Target.Dependency] = [
    .product(name: "Atomics", package: "swift-atomics", condition: .when(platforms: [.windows])),
    .product(name: "SystemPackage", package: "swift-system", condition: .when(platforms: [.windows])),
]

let package = Package(
    name: "warren",
    products: [
        .executable(name: "warren", targets: ["warren"]),
        .executable(name: "arango-emulator", targets: ["arango-emulator"]),
    ],
    // Each package of the graph, also those that only other packages ask for, at one version: what is built today is built tomorrow, too, and
    // packaging/supply-chain fails if anything else is resolved. A new version is a change that somebody makes and tests.
    dependencies: [
        // Commands, help, completions.
        .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
        // Log levels and metadata that every Swift engineer knows.
        .package(url: "https://github.com/apple/swift-log", exact: "1.16.2"),
        // Deque and Heap: the queues of the pipeline pop at the front, its delays at the earliest.
        .package(url: "https://github.com/apple/swift-collections", exact: "1.6.0"),
        // The event loop of the control server, and the HTTP server of the emulator.
        .package(url: "https://github.com/apple/swift-nio", exact: "2.101.2"),
        // Used by swift-nio, for its counters. Here so that its version is fixed.
        .package(url: "https://github.com/apple/swift-atomics", exact: "1.3.0"),
        // Used by swift-nio's file system, which is not linked. Here so that its version is fixed.
        .package(url: "https://github.com/apple/swift-system", exact: "1.8.1"),
    ],
    targets: [
        .systemLibrary(name: "CRabbitMQ", path: "Sources/CRabbitMQ"),
        .target(
            name: "CCurl",
            cSettings: isStatic ? [.define("WARREN_STATIC")] : [],
            linkerSettings: curlLibraries.map { .linkedLibrary($0) }),
        // What the static binary is built from, which packaging/build writes into it.
        .target(name: "CBuild"),
        .systemLibrary(name: "CLinux", path: "Sources/CLinux"),
        .systemLibrary(name: "CZlib", path: "Sources/CZlib"),
        // OpenSSL's libcrypto, which libcurl and librabbitmq bring.
        .systemLibrary(name: "CDigest", path: "Sources/CDigest"),
        .systemLibrary(name: "CVector", path: "Sources/CVector"),

        .target(name: "Threads", dependencies: ["CLinux"], swiftSettings: strict),
        .target(name: "Formats", dependencies: ["CDigest", "CVector"], swiftSettings: strict),
        .target(name: "Settings", dependencies: ["Formats"], swiftSettings: cold),
        .target(name: "Messages", dependencies: ["Formats", "Settings"], swiftSettings: strict + inlined),
        .target(name: "Mapping", dependencies: ["CZlib", "Formats", "Messages", "Settings"], swiftSettings: strict),
        .target(name: "Pipeline", dependencies: ["Formats", "Mapping", "Messages", "Settings", deque, heap], swiftSettings: strict),
        .target(
            name: "Broker", dependencies: ["CRabbitMQ", "CLinux", "Formats", "Messages", "Settings", "Threads"], exclude: ["RabbitMQ.md"],
            swiftSettings: strict),
        .target(
            name: "Store", dependencies: ["CCurl", "Formats", "Messages", "Settings", "Threads"], exclude: ["ArangoDB.md"],
            swiftSettings: strict),
        .target(name: "ControlMessages", dependencies: ["Formats"], swiftSettings: cold),
        .target(
            name: "ControlServer",
            dependencies: [
                "CLinux", "ControlMessages", "Formats", "Threads",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ] + onlyForTheirVersions,
            swiftSettings: cold),
        .target(
            name: "Service",
            dependencies: [
                "Broker", "CBuild", "CLinux", "ControlMessages", "ControlServer", "Formats", "Mapping", "Messages", "Pipeline", "Settings",
                "Store", "Threads", deque, logging,
            ],
            swiftSettings: strict),
        .target(
            name: "Commands",
            dependencies: [
                "Broker", "CLinux", "ControlMessages", "ControlServer", "Formats", "Messages", "Service", "Settings", "Store", "Threads",
                logging, .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: cold),
        .executableTarget(name: "warren", dependencies: ["Commands"], swiftSettings: cold),

        .target(
            name: "ArangoEmulator",
            dependencies: [
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
            ],
            exclude: ["Command"],
            swiftSettings: strict),
        .executableTarget(
            name: "arango-emulator",
            dependencies: [
                "ArangoEmulator",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            path: "Sources/ArangoEmulator/Command",
            swiftSettings: strict),

        // Random numbers and agendas that a seed determines, for the simulator and for tests.
        .target(name: "Schedules", dependencies: [heap], path: "Sources/Simulator/Schedules", swiftSettings: strict + inlined),
        // Many instances under a virtual clock, for `packaging/simulate`; never in the .deb.
        .target(
            name: "Simulator", dependencies: ["Mapping", "Messages", "Pipeline", "Schedules", "Settings", deque, heap],
            path: "Sources/Simulator/Model", swiftSettings: strict),
        .executableTarget(
            name: "simulate",
            dependencies: ["Formats", "Schedules", "Simulator", .product(name: "ArgumentParser", package: "swift-argument-parser")],
            path: "Sources/Simulator/Command", swiftSettings: strict),
        .testTarget(name: "SimulatorTests", dependencies: ["Schedules", "Simulator"], swiftSettings: strict),

        // Waits for a condition, with a deadline.
        .target(name: "Waiting", path: "Tests/Support/Waiting", swiftSettings: strict),
        // Processes that tests start, and RabbitMQ nodes of their own.
        .target(name: "Nodes", dependencies: ["CLinux", "Settings", "Waiting"], path: "Tests/Support/Nodes", swiftSettings: strict),
        // Stands between the tests and a server, and misbehaves on request.
        .target(name: "FaultProxy", dependencies: ["CLinux", "Threads"], path: "Tests/Support/FaultProxy", swiftSettings: strict),
        .testTarget(name: "FaultProxyTests", dependencies: ["FaultProxy", "Threads"], swiftSettings: strict),

        // A server that speaks AMQP wrongly on request, plain and over TLS.
        .systemLibrary(name: "COpenSSL", path: "Tests/Support/COpenSSL"),
        .target(name: "HostileBroker", dependencies: ["COpenSSL", "Threads"], path: "Tests/Support/HostileBroker", swiftSettings: strict),

        // A database of a test's own, on whichever server, with a proxy that injects faults.
        .target(name: "TestDatabase", dependencies: ["ArangoEmulator"], path: "Tests/Support/TestDatabase", swiftSettings: strict),

        // JSON read in another way than the product's, to compare with.
        .target(name: "JSONOracle", dependencies: ["Formats"], path: "Tests/Support/JSONOracle", swiftSettings: strict),
        .testTarget(name: "FormatsTests", dependencies: ["Formats", "JSONOracle"], swiftSettings: strict),
        .testTarget(name: "SettingsTests", dependencies: ["Schedules", "Settings"], swiftSettings: strict),
        .testTarget(
            name: "MappingTests",
            dependencies: ["CZlib", "Formats", "JSONOracle", "Mapping", "Messages", "Schedules", "Settings", "ArangoEmulator"],
            swiftSettings: strict),
        .testTarget(
            name: "PipelineTests", dependencies: ["Formats", "Pipeline", "Mapping", "Messages", "Schedules", "Settings"],
            swiftSettings: strict),
        .testTarget(
            name: "StoreTests",
            dependencies: ["CZlib", "Formats", "Store", "Messages", "Settings", "Threads", "Waiting", "ArangoEmulator", "TestDatabase"],
            swiftSettings: strict),
        // Publishes what no client library would.
        .target(name: "RawClient", path: "Tests/Support/RawClient", swiftSettings: strict),
        .testTarget(
            name: "BrokerTests",
            dependencies: [
                "Broker", "CRabbitMQ", "FaultProxy", "HostileBroker", "Messages", "Nodes", "RawClient", "Schedules", "Settings", "Threads",
                "Waiting",
            ],
            swiftSettings: strict),
        // libsystemd, to compare with; Warren itself does without.
        .systemLibrary(name: "CSystemd", path: "Tests/Support/CSystemd"),
        // In the place of systemd and journald.
        .target(
            name: "SystemdReceiver", dependencies: ["CSystemd", "Threads"], path: "Tests/Support/SystemdReceiver", swiftSettings: strict),
        .testTarget(
            name: "ServiceTests",
            dependencies: [
                "Broker", "CLinux", "Commands", "ControlMessages", "ControlServer", "CSystemd", "Mapping", "Messages", "Pipeline",
                "Schedules",
                "Service", "Settings", "Store", "SystemdReceiver", "Threads", "Waiting", logging,
            ],
            swiftSettings: strict),
        // Ask at the control socket, well and badly, and suspend meanwhile.
        .target(
            name: "ControlClients", dependencies: ["Commands", "ControlMessages", "Formats", "Threads"],
            path: "Tests/Support/ControlClients", swiftSettings: strict),
        .testTarget(
            name: "ControlTests",
            dependencies: [
                "CLinux", "Commands", "ControlClients", "ControlMessages", "ControlServer", "Formats", "Threads", "Waiting",
                .product(name: "NIOCore", package: "swift-nio"),
            ],
            swiftSettings: strict),
        .testTarget(
            name: "CommandsTests", dependencies: ["Commands", "ControlMessages", "Service", "Settings", "Store"], swiftSettings: strict),
        .testTarget(
            name: "ArangoEmulatorTests",
            dependencies: [
                "ArangoEmulator",
                "arango-emulator",
                "Threads",
                "Waiting",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
            ],
            // Read through the path of the test's own source: a resource bundle would bring Foundation.
            exclude: ["Transcripts"],
            swiftSettings: strict),
        .testTarget(
            name: "Integration",
            dependencies: [
                "ArangoEmulator", "Broker", "CLinux", "Commands", "ControlClients", "ControlMessages", "ControlServer", "FaultProxy",
                "Formats",
                "Messages", "Nodes", "Pipeline", "RawClient", "Schedules", "Service", "Settings", "Store", "SystemdReceiver",
                "TestDatabase",
                "Threads", "Waiting", logging,
            ],
            swiftSettings: strict),
    ] + (isFuzzing ? fuzzTargets : [])
)

/// What comes from outside, under libFuzzer: a folder of Tests/Fuzz each, a program `fuzz-…` each.
var fuzzTargets: [Target] {
    func target(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
        .executableTarget(
            name: "fuzz-\(name.lowercased())", dependencies: dependencies, path: "Tests/Fuzz/\(name)", exclude: ["Corpus", "dictionary"],
            swiftSettings: strict + [.unsafeFlags(["-parse-as-library"])])
    }
    // Plain readers that those of the product are compared with.
    let twins = Target.target(name: "Twins", path: "Tests/Fuzz/Twins", swiftSettings: strict)
    let seeded: [Target] = [
        .target(
            name: "SeededBroker", dependencies: ["CRabbitMQ", "CLinux", "Formats", "Messages", "Settings", "Threads"],
            path: ".build/fuzz-seeded/SeededBroker", exclude: ["RabbitMQ.md"], swiftSettings: strict),
        .executableTarget(
            name: "fuzz-seeded", dependencies: ["SeededBroker", "Messages", "Twins"], path: ".build/fuzz-seeded/SeededFrames",
            exclude: ["Corpus", "dictionary"], swiftSettings: strict + [.unsafeFlags(["-parse-as-library"])]),
    ]
    return (hasSeededDefect ? seeded : []) + [
        twins,
        // The control socket's request parser, its routes and everything that takes their bodies apart.
        target(
            "Control",
            [
                "Commands", "ControlMessages", "ControlServer", "Service", "Settings",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOEmbedded", package: "swift-nio"),
            ]),
        // What a database answers, and what stands in the collections that instances share.
        target("Answers", ["Messages", "Settings", "Store", "Twins"]),
        target("Records", ["ControlMessages", "Messages", "Service", "Store", "Twins"]),
        // The configuration, from all its sources.
        target("Settings", ["Settings"]),
        // What a broker delivers.
        target("Properties", ["Broker", "Messages", "Twins"]),
        target("Frames", ["Broker", "Messages", "Twins"]),
    ]
}
