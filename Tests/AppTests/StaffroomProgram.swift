import Foundation
import TestKit
import Testing
import Vocabulary

/// The built `staffroom`, run as people run it, on a database in a folder of its own.
final class StaffroomProgram: Sendable {
    /// What a command said, and how it ended.
    struct Answer: Sendable {
        let status: Int32
        let output: String
        let errors: String

        /// What was printed, as JSON.
        var json: JSONValue { get throws { try JSONParser.parse(Array(output.utf8)) } }
    }

    struct NotBuilt: Error {}

    let folder: String
    /// What the setting `database` is: a file in the folder unless an address was given.
    let database: String

    init(database: String? = nil) throws {
        folder =
            FileManager.default.temporaryDirectory.appendingPathComponent("staffroom-\(UUID().uuidString)")
            .path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        self.database = database ?? folder + "/school.sqlite"
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    /// The program beside the bundle of the tests.
    static func executable() throws -> URL {
        let start = Bundle.main.executableURL ?? Bundle.main.bundleURL
        var place = start.deletingLastPathComponent()
        while place.path != "/" {
            let candidate = place.appendingPathComponent("staffroom")
            if FileManager.default.isExecutableFile(atPath: candidate.path), !candidate.hasDirectoryPath {
                return candidate
            }
            place.deleteLastPathComponent()
        }
        throw NotBuilt()
    }

    /// Runs a command to its end.
    func run(
        _ arguments: [String],
        environment: [String: String] = [:],
        input: String = "",
        namesDatabase: Bool = true
    ) async throws -> Answer {
        let place = folder + "/" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
        for (name, text) in [("in", input), ("out", ""), ("err", "")] {
            try Data(text.utf8).write(to: URL(fileURLWithPath: "\(place)/\(name)"))
        }
        let files = try ["in", "out", "err"].map {
            try FileHandle(forUpdating: URL(fileURLWithPath: "\(place)/\($0)"))
        }
        let process = try await start(
            arguments + (namesDatabase ? ["--database", database] : []),
            environment,
            descriptors: files.map(\.fileDescriptor)
        )
        let status = await process.end().status
        for file in files { try file.close() }
        return Answer(
            status: status,
            output: try String(contentsOfFile: "\(place)/out", encoding: .utf8),
            errors: try String(contentsOfFile: "\(place)/err", encoding: .utf8)
        )
    }

    /// Runs a command that must succeed, and returns what it printed.
    @discardableResult
    func done(_ arguments: String..., input: String = "") async throws -> String {
        let answer = try await run(arguments, input: input)
        try #require(answer.status == 0, "staffroom \(arguments): \(answer.errors)")
        return answer.output.trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// Makes the database with one school, at plain http, that lets everybody in.
    func makeSchool(_ origin: String = "http://school.localhost:1234") async throws {
        try await done("init")
        try await done(
            "school",
            "add",
            "North High",
            "--base-url",
            origin,
            "--federation",
            "open",
            "--danger-allow-addresses",
            "127.0.0.0/8"
        )
    }

    /// Starts the program without the settings that the tests' own environment may have.
    func start(
        _ arguments: [String],
        _ environment: [String: String] = [:],
        descriptors: [Int32]
    ) async throws -> ChildProcess {
        let own = ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("STAFFROOM_") }
        return try await ChildProcess.start(
            try Self.executable(),
            arguments,
            environment: own.merging(environment) { $1 },
            descriptors: descriptors
        )
    }
}
