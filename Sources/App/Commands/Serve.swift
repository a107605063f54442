import ArgumentParser

/// The command `staffroom serve`.
struct Serve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Run the server.",
        discussion: """
            Every option can also be set in the environment (STAFFROOM_LISTEN, STAFFROOM_TLS_KEY, ...) or in the \
            JSON file that --config names. SIGTERM and SIGINT stop it gracefully; SIGHUP reads the certificate again.
            """
    )

    @OptionGroup var global: GlobalOptions
    @OptionGroup var outbound: OutboundOptions
    @Option(
        help: ArgumentHelp(
            "Where to listen (default: 127.0.0.1:8080); repeatable.",
            valueName: "address:port"
        )
    )
    var listen: [String] = []
    @Option(
        help: ArgumentHelp(
            "Where to answer /livez, /readyz and /metrics besides, in plain http.",
            valueName: "address:port"
        )
    )
    var adminListen: [String] = []
    @Option(help: ArgumentHelp("The TLS certificate with its chain, in PEM.", valueName: "file"))
    var tlsCertificate: String?
    @Option(help: ArgumentHelp("Its private key, in PEM.", valueName: "file"))
    var tlsKey: String?
    @Option(
        name: [.long, .customLong("trusted-proxies")],
        help: ArgumentHelp("A reverse proxy whose X-Forwarded-For counts; repeatable.", valueName: "cidr")
    )
    var trustedProxy: [String] = []
    @Flag(help: "For trials, with --danger-allow-addresses: do not limit how often clients may ask.")
    var noRateLimits = false
    @Flag(help: "Do not ask the pages that posts link to for a title and a summary.")
    var noLinkPreviews = false
    @Option(
        help: ArgumentHelp(
            "How many MiB of other servers' pictures, films and recordings to keep (default: 1024).",
            valueName: "MiB"
        )
    )
    var remoteMediaSize: String?
    @Option(
        help: ArgumentHelp(
            "After how many days those are fetched anew (default: 14).",
            valueName: "days"
        )
    )
    var remoteMediaDays: String?
    @Option(help: ArgumentHelp("From which level on to log (default: info).", valueName: "level"))
    var logLevel: String?
    @Option(
        help: ArgumentHelp("How many connections to a PostgreSQL server (default: 8).", valueName: "number")
    )
    var databaseConnections: String?
    @Option(
        help: ArgumentHelp(
            "To how many hosts to deliver at the same time (default: 256).",
            valueName: "number"
        )
    )
    var deliveryLanes: String?
    @Option(
        help: ArgumentHelp(
            "Where uploaded files are kept (default: beside the database's file, with -media for .sqlite; "
                + "staffroom-media on PostgreSQL). All processes of an instance must share it.",
            valueName: "folder"
        )
    )
    var mediaFolder: String?

    func run() async throws {
        var options = outbound.values
        options[.listen] = listen
        options[.adminListen] = adminListen
        options[.tlsCertificate] = tlsCertificate.map { [$0] }
        options[.tlsKey] = tlsKey.map { [$0] }
        options[.trustedProxies] = trustedProxy
        options[.noRateLimits] = noRateLimits ? ["true"] : []
        options[.noLinkPreviews] = noLinkPreviews ? ["true"] : []
        options[.databaseConnections] = databaseConnections.map { [$0] }
        options[.deliveryLanes] = deliveryLanes.map { [$0] }
        options[.remoteMediaSize] = remoteMediaSize.map { [$0] }
        options[.remoteMediaDays] = remoteMediaDays.map { [$0] }
        options[.mediaFolder] = mediaFolder.map { [$0] }
        options[.logLevel] = logLevel.map { [$0] }
        try await StaffroomServer.run(try global.settings(options))
    }
}
