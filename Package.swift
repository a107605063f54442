// swift-tools-version: 6.2
import PackageDescription

/// Every Swift target is compiled in Swift 6 mode with warnings as errors.
///
/// C targets have no such settings.
let strict: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .treatAllWarnings(as: .error),
]

let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let configuration = Target.Dependency.product(name: "Configuration", package: "swift-configuration")
let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let cryptoExtras = Target.Dependency.product(name: "CryptoExtras", package: "swift-crypto")
let deque = Target.Dependency.product(name: "DequeModule", package: "swift-collections")
let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let grdbSQLite = Target.Dependency.product(name: "GRDBSQLite", package: "GRDB.swift")
let httpTypes = Target.Dependency.product(name: "HTTPTypes", package: "swift-http-types")
let hummingbird = Target.Dependency.product(name: "Hummingbird", package: "hummingbird")
let hummingbirdCore = Target.Dependency.product(name: "HummingbirdCore", package: "hummingbird")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let metrics = Target.Dependency.product(name: "Metrics", package: "swift-metrics")
let coreMetrics = Target.Dependency.product(name: "CoreMetrics", package: "swift-metrics")
let nioCore = Target.Dependency.product(name: "NIOCore", package: "swift-nio")
let nioEmbedded = Target.Dependency.product(name: "NIOEmbedded", package: "swift-nio")
let nioHTTP1 = Target.Dependency.product(name: "NIOHTTP1", package: "swift-nio")
let nioPosix = Target.Dependency.product(name: "NIOPosix", package: "swift-nio")
let nioWebSocket = Target.Dependency.product(name: "NIOWebSocket", package: "swift-nio")
let nioSSL = Target.Dependency.product(name: "NIOSSL", package: "swift-nio-ssl")
let lifecycle = Target.Dependency.product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let unixSignals = Target.Dependency.product(name: "UnixSignals", package: "swift-service-lifecycle")

func module(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: strict)
}

func tests(of name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .testTarget(
        name: "\(name)Tests",
        dependencies: [.target(name: name)] + dependencies,
        swiftSettings: strict
    )
}

let package = Package(
    name: "staffroom",
    products: [
        .executable(name: "staffroom", targets: ["App"]),
        .executable(name: "staffroom-bench", targets: ["Bench"]),
        .library(name: "CrashPoint", type: .dynamic, targets: ["CCrashPoint"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-configuration", from: "1.4.0"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.0"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.0"),
        .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.0"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.0"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    ],
    targets: [
        .target(name: "CArchive", linkerSettings: [.linkedLibrary("archive")]),
        .target(name: "CClock"),
        .target(name: "CCrashPoint"),
        .target(name: "CMemory"),
        .target(name: "COpenAPI"),
        .target(name: "CCurl", linkerSettings: [.linkedLibrary("curl")]),
        .target(name: "CGumbo", linkerSettings: [.linkedLibrary("gumbo")]),
        .target(
            name: "CMarkdown",
            linkerSettings: [.linkedLibrary("cmark-gfm-extensions"), .linkedLibrary("cmark-gfm")]
        ),
        .target(name: "CSQLite", linkerSettings: [.linkedLibrary("sqlite3")]),
        .systemLibrary(name: "CLibPQ", providers: [.apt(["libpq-dev"])]),
        .target(name: "COpenSSL", linkerSettings: [.linkedLibrary("crypto")]),

        module("Vocabulary"),
        module("HTTPSignatures", ["COpenSSL", crypto]),
        module("Domain"),
        module("Content", ["CGumbo", "CMarkdown"]),
        module("Storage", ["Domain"]),
        module("StorageSQLite", ["CSQLite", "Storage", grdb, grdbSQLite, deque]),
        module("StoragePostgres", ["CLibPQ", "Storage", deque]),
        module("Transport", ["CCurl", "Domain"]),
        module(
            "Peers",
            [
                "Transport", "HTTPSignatures", "Storage", "Vocabulary", "Domain", "Content", logging,
                lifecycle,
            ]
        ),
        module("Outbox", ["Peers", "Content", "Storage", "Vocabulary", "Domain", "HTTPSignatures"]),
        module(
            "Inbox",
            [
                "Peers", "Outbox", "Content", "Storage", "HTTPSignatures", "Vocabulary", "Domain", logging,
                metrics, lifecycle,
            ]
        ),
        module(
            "Delivery",
            ["Peers", "Transport", "HTTPSignatures", "Storage", "Domain", logging, metrics, lifecycle]
        ),
        module("Media", ["Transport", "Storage", "Domain", crypto, nioPosix]),
        module("Access", ["Storage", "Domain", crypto, cryptoExtras]),
        module(
            "Archives",
            ["CArchive", "Outbox", "Peers", "Content", "Storage", "Vocabulary", "Domain", "Media"]
        ),
        module(
            "Server",
            [
                "Inbox", "Outbox", "Peers", "Storage", "Vocabulary", "Domain", "Access", "HTTPSignatures",
                "Media",
                hummingbird,
                hummingbirdCore, httpTypes, nioCore, nioPosix, nioHTTP1, nioSSL, nioWebSocket, crypto,
                logging, metrics,
                coreMetrics,
                lifecycle, unixSignals,
            ]
        ),
        module(
            "ClientAPI",
            [
                "COpenAPI", "Server", "Outbox", "Peers", "Storage", "Access", "Content", "Vocabulary",
                "Domain", "Media",
                hummingbird, hummingbirdCore,
                httpTypes, nioCore, logging, deque, lifecycle,
            ]
        ),
        module(
            "Website",
            [
                "Server", "Outbox", "Peers", "Storage", "Access", "Content", "Vocabulary", "Domain", "Media",
                "Archives",
                hummingbird,
                httpTypes, nioCore,
            ]
        ),
        .executableTarget(
            name: "App",
            dependencies: [
                "CClock", "CMemory", "Website", "ClientAPI", "Server", "Delivery", "Inbox", "Outbox", "Peers",
                "Access", "Archives",
                "Media", "Transport",
                "Storage",
                "StorageSQLite", "StoragePostgres",
                "HTTPSignatures", "Vocabulary", "Domain", argumentParser, configuration, hummingbird, logging,
                metrics, nioCore,
                lifecycle, unixSignals,
            ],
            swiftSettings: strict
        ),
        .executableTarget(
            name: "Bench",
            dependencies: [
                "HTTPSignatures", "Vocabulary", "Domain", "Storage", "StorageSQLite", argumentParser, nioCore,
                nioPosix, nioHTTP1,
            ],
            swiftSettings: strict
        ),

        .target(
            name: "TestKit",
            dependencies: [
                "Domain", "HTTPSignatures", "Outbox", "Peers", "Storage", "StorageSQLite", "StoragePostgres",
                "Transport", "Vocabulary", "CLibPQ", nioCore, nioPosix,
            ],
            path: "Tests/TestKit",
            swiftSettings: strict
        ),
        tests(of: "Access", ["TestKit", "Outbox", "Storage", "Domain"]),
        tests(
            of: "Archives",
            ["TestKit", "Media", "Outbox", "Peers", "Storage", "Vocabulary", "Domain"]
        ),
        tests(of: "Content"),
        tests(of: "Domain"),
        tests(of: "HTTPSignatures"),
        tests(of: "Media", ["TestKit", "Outbox", "Storage", "Domain"]),
        tests(of: "Vocabulary"),
        tests(
            of: "Website",
            [
                "Archives", "ClientAPI", "Server", "TestKit", "Access", "Outbox", "Peers", "Domain",
                "Vocabulary",
                "Media",
                hummingbird,
                hummingbirdCore, httpTypes, logging, nioCore, nioEmbedded, lifecycle,
            ]
        ),
        tests(
            of: "Inbox",
            [
                "TestKit", "HTTPSignatures", "Peers", "Outbox", "Storage", "Vocabulary", "Domain", "Website",
                "ClientAPI", logging,
            ]
        ),
        tests(
            of: "Peers",
            ["TestKit", "HTTPSignatures", "Outbox", "Storage", "Transport", "Vocabulary", "Domain"]
        ),
        tests(
            of: "App",
            [
                "TestKit", "HTTPSignatures", "StorageSQLite", "StoragePostgres", "Storage", "Transport",
                "Domain",
                "Vocabulary",
            ]
        ),
        tests(of: "Outbox", ["TestKit", "Peers", "Storage", "Vocabulary", "Domain"]),
        tests(of: "Transport", ["TestKit", "Domain"]),
        tests(
            of: "Delivery",
            [
                "TestKit", "HTTPSignatures", "Outbox", "Peers", "Storage", "StorageSQLite", "Transport",
                "Domain", logging,
            ]
        ),
        tests(of: "Storage", ["Domain", "TestKit"]),
        tests(of: "StoragePostgres", ["Storage", "TestKit"]),
        tests(of: "StorageSQLite", ["Storage", grdb, grdbSQLite]),
        tests(
            of: "Server",
            [
                "TestKit", "Inbox", "Outbox", "Peers", "Storage", "HTTPSignatures", "Vocabulary",
                "Domain", hummingbird, logging, metrics, coreMetrics, httpTypes, nioCore, nioPosix, nioSSL,
                lifecycle,
            ]
        ),
    ]
)
