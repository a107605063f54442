import Foundation
import Glibc

/// A PostgreSQL cluster of one test's own on a Unix socket, which can be stopped and started again.
///
/// Root may not run it, so root runs it as the user `postgres`. It ends with this process at the latest.
public actor OwnCluster {
    /// Something that its programs refused.
    public struct Failure: Error, CustomStringConvertible {
        /// What they said.
        public let description: String
    }

    /// Where its socket is, for another address of it; escaped as an address wants it.
    public nonisolated let host: String
    private nonisolated let folder: String
    private nonisolated let password: String?
    private let programs: String
    private var server: ChildProcess?

    /// Makes a cluster, starts it, runs the body and removes everything.
    ///
    /// The password is that of the role `postgres`, without which nobody gets in; nil lets everybody in.
    public static func use<Value: Sendable>(
        password: String? = nil,
        _ body: @Sendable (OwnCluster) async throws -> Value
    ) async throws -> Value {
        let cluster = try OwnCluster(password)
        let result: Result<Value, any Error>
        do {
            try await cluster.initialize()
            try await cluster.start()
            result = .success(try await body(cluster))
        } catch {
            result = .failure(error)
        }
        await cluster.stop(SIGINT)
        try FileManager.default.removeItem(atPath: cluster.folder)
        return try result.get()
    }

    private init(_ password: String?) throws {
        self.password = password
        let versions = "/usr/lib/postgresql"
        let found = try FileManager.default.contentsOfDirectory(atPath: versions).compactMap { Int($0) }.max()
        guard let found else { throw Failure(description: "PostgreSQL's programs are not in \(versions)") }
        programs = "\(versions)/\(found)/bin"
        // Short: the path of a socket has room for a hundred bytes.
        folder = NSTemporaryDirectory() + "/pg-\(UUID().uuidString.prefix(8))"
        host = folder.replacing("/", with: "%2F")
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        if geteuid() == 0, let user = getpwnam("postgres")?.pointee {
            chown(folder, user.pw_uid, user.pw_gid)
        }
    }

    /// The address of a database, for the role `postgres`.
    public nonisolated func address(of name: String = "postgres") -> String {
        "postgres://postgres\(password.map { ":\($0)" } ?? "")@\(host)/\(name)"
    }

    /// Makes an empty database and gives its address.
    public nonisolated func createDatabase(_ name: String) throws -> String {
        try PostgresCluster.run("CREATE DATABASE \(name) TEMPLATE template0", on: address())
        return address(of: name)
    }

    /// Starts the server and waits until it takes connections.
    public func start() async throws {
        let output = try OutputLines()
        let settings = ["listen_addresses=", "max_connections=100", "shared_buffers=32MB"]
        let process = try await run(
            "postgres",
            ["-D", "\(folder)/data", "-k", folder] + settings.flatMap { ["-c", $0] },
            output
        )
        server = process
        var said: [String] = []
        for await line in output.lines {
            said.append(line)
            // Whatever comes later is read to the end by nobody but the stream's buffer.
            if line.contains("database system is ready to accept connections") { return }
        }
        throw Failure(description: said.joined(separator: "\n"))
    }

    /// Stops the server: SIGINT ends every connection, SIGQUIT is as if the machine had stopped.
    public func stop(_ signal: Int32) async {
        guard let server else { return }
        self.server = nil
        server.signal(signal)
        _ = await server.end()
    }

    private func initialize() async throws {
        let output = try OutputLines()
        var arguments = [
            "-D", "\(folder)/data", "-U", "postgres", "--encoding", "UTF8", "--locale", "C.UTF-8",
            "--no-sync",
        ]
        if let password {
            try Data(password.utf8).write(to: URL(filePath: "\(folder)/password"))
            arguments += ["--auth", "scram-sha-256", "--pwfile", "\(folder)/password"]
        } else {
            arguments += ["--auth", "trust"]
        }
        let process = try await run("initdb", arguments, output)
        var said: [String] = []
        for await line in output.lines { said.append(line) }
        guard await process.end().status == 0 else {
            throw Failure(description: said.joined(separator: "\n"))
        }
    }

    private func run(_ program: String, _ arguments: [String], _ output: OutputLines) async throws
        -> ChildProcess
    {
        let nothing = open("/dev/null", O_RDWR | O_CLOEXEC)
        defer {
            close(nothing)
            close(output.writer)
        }
        let isRoot = geteuid() == 0
        let user = isRoot ? ["--reuid", "postgres", "--regid", "postgres", "--init-groups"] : []
        return try await ChildProcess.start(
            URL(filePath: "/usr/bin/setpriv"),
            user + ["--pdeathsig", "INT", "--", "\(programs)/\(program)"] + arguments,
            environment: ["PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"],
            descriptors: [nothing, output.writer, output.writer]
        )
    }
}
