import Foundation

/// Subcommands of the staffroom program on one database.
struct Command {
    let path: String
    let database: String

    /// Runs a subcommand that must succeed, and returns what it printed.
    func run(_ arguments: String...) throws -> String { try run(arguments) }

    func run(_ arguments: [String]) throws -> String {
        let (output, status, isKilled) = try attempt(arguments)
        guard status == 0, !isKilled else {
            throw Program.Failed(description: "staffroom \(arguments) failed")
        }
        return output
    }

    /// Runs a subcommand to its end, with more in its environment.
    ///
    /// - Returns: what it printed, and its status, or the signal that killed it.
    func attempt(_ arguments: [String], environment: [String: String] = [:]) throws -> (
        output: String, status: Int32, isKilled: Bool
    ) {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: path)
        process.arguments = arguments + ["--database", database]
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        let output = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return (
            String(decoding: output, as: UTF8.self), process.terminationStatus,
            process.terminationReason == .uncaughtSignal
        )
    }
}
