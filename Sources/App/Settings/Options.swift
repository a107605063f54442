import ArgumentParser

/// The options that every command has.
struct GlobalOptions: ParsableArguments {
    @Option(help: ArgumentHelp("A JSON file with settings.", valueName: "file"))
    var config: String?

    @Option(
        help: ArgumentHelp(
            "The database: a file (default: staffroom.sqlite), or postgres://user@host/name. Keep a password out of "
                + "the command line, in ~/.pgpass or the file of --config.",
            valueName: "file-or-address"
        )
    )
    var database: String?

    func settings(_ more: [SettingKey: [String]] = [:]) throws -> Settings {
        var options = more
        options[.database] = database.map { [$0] }
        return try Settings(SettingSources(options: options, file: config))
    }
}

/// The option of commands that print data.
struct OutputOptions: ParsableArguments {
    @Flag(help: "Print JSON.")
    var json = false
}

/// The option that makes trials on one machine possible.
struct TrialOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "For trials on one machine: also reach these addresses, and allow plain http to them.",
            valueName: "cidr,..."
        )
    )
    var dangerAllowAddresses: [String] = []

    var values: [SettingKey: [String]] { [.dangerAllowAddresses: dangerAllowAddresses] }
}

/// The options of commands that reach other servers.
struct OutboundOptions: ParsableArguments {
    @OptionGroup var trial: TrialOptions

    @Option(
        help: ArgumentHelp(
            "A PEM file with certificate authorities to trust besides the system's.",
            valueName: "file"
        )
    )
    var outboundCA: String?

    var values: [SettingKey: [String]] {
        trial.values.merging([.outboundCA: outboundCA.map { [$0] } ?? []]) { $1 }
    }
}
