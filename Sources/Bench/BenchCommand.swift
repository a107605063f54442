import ArgumentParser

/// `staffroom-bench`: measures a running Staffroom from outside, and crashes it.
@main
struct BenchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "staffroom-bench",
        abstract:
            "Measure Staffroom from outside: signed activities made ahead, other servers played on loopback.",
        subcommands: [
            Ingest.self, Fanout.self, Start.self, Read.self, Home.self, Scale.self, Crash.self, Points.self,
            Takeover.self,
        ]
    )
}

/// The options of every measurement.
struct BenchOptions: ParsableArguments {
    @Option(help: "The staffroom program to measure.")
    var program: String
    @Option(help: "How many runs; medians are shown.")
    var runs = 3
    @Flag(help: "Print JSON.")
    var json = false
    @Option(help: "Write the figures as JSON to this file, too.")
    var output: String?
    @Option(
        help: "What openssl can do here: RSA signatures and verifications a second, such as \"2300 41000\"."
    )
    var openssl: String?
}
