import Foundation

/// Subcommands of the staffroom program on one database.
struct Command {
    let path: String
    let database: String

    /// Runs a subcommand that must succeed, and returns what it printed.
    func run(_ arguments: String...) throws -> String { try run(arguments) }

    func run(_ arguments: [String]) throws -> String {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: path)
        process.arguments = arguments + ["--database", database]
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        let output = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw Program.Failed(description: "staffroom \(arguments) failed")
        }
        return String(decoding: output, as: UTF8.self)
    }
}
