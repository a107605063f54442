import Foundation
import Synchronization
import Vocabulary

/// The staffroom program under measurement, on a database in a folder of its own, or on one that
/// processes share.
final class Program: Sendable {
    struct Failed: Error, CustomStringConvertible {
        let description: String
    }

    let path: String
    let folder: String
    let port: UInt16
    let host: String
    let token: String
    /// The setting `database`.
    let database: String
    /// More options of `serve`.
    let options: [String]
    private let running = Mutex<Process?>(nil)

    /// Sets a school up with one account, `ada`, who may be followed by everybody.
    init(path: String, folder: String, port: UInt16, database: String? = nil, options: [String] = []) throws {
        self.path = path
        self.folder = folder
        self.port = port
        self.database = database ?? "\(folder)/staffroom.sqlite"
        self.options = options
        host = "school.localhost:\(port)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let command = Command(path: path, database: self.database)
        _ = try command.run("init")
        _ = try command.run(
            "school",
            "add",
            "Bench School",
            "--base-url",
            "http://\(host)",
            "--federation",
            "open",
            "--danger-allow-addresses",
            "127.0.0.0/8"
        )
        _ = try command.run("account", "create", "ada")
        token = try command.run("account", "token", "ada").trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// Another process of the same instance, at a port of its own.
    init(beside first: Program, port: UInt16) {
        path = first.path
        folder = first.folder
        host = first.host
        token = first.token
        database = first.database
        options = first.options
        self.port = port
    }

    /// Runs a subcommand on the database and returns what it printed.
    func run(_ arguments: String...) throws -> String {
        try Command(path: path, database: database).run(arguments)
    }

    /// Where its log goes.
    var logPath: String { "\(folder)/server.\(port).log" }

    private var process: Process? { running.withLock { $0 } }

    /// Starts the server, with more in its environment, and returns after how many milliseconds it answered.
    @discardableResult
    func start(environment: [String: String] = [:]) throws -> Double {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: path)
        process.arguments =
            [
                "serve", "--database", database, "--listen", "127.0.0.1:\(port)",
                "--danger-allow-addresses", "127.0.0.0/8", "--no-rate-limits", "--log-level", "warning",
            ] + options
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        if !FileManager.default.fileExists(atPath: logPath) {
            _ = FileManager.default.createFile(atPath: logPath, contents: nil)
        }
        let log = FileHandle(forWritingAtPath: logPath)
        try log?.seekToEnd()
        process.standardError = log
        let began = ContinuousClock.now
        try process.run()
        running.withLock { $0 = process }
        let request = Array("GET /livez HTTP/1.1\r\nHost: \(host)\r\n\r\n".utf8)
        while process.isRunning {
            if let answer = try? BlockingConnection(port: port).exchange(request), answer.status == 200 {
                return began.duration(to: .now).milliseconds
            }
            usleep(1_000)
        }
        throw Failed(description: "the server did not start; see \(logPath)")
    }

    /// Ends the server with a signal and waits for its end.
    func end(_ signal: Int32 = SIGTERM) {
        guard let process, process.isRunning else { return waitForEnd() }
        kill(process.processIdentifier, signal)
        waitForEnd()
    }

    /// Sends the server a signal and returns at once.
    func signal(_ signal: Int32) {
        if let process { kill(process.processIdentifier, signal) }
    }

    /// Stops the server where it is, and returns when none of its threads runs any more.
    func freeze() {
        guard let process else { return }
        kill(process.processIdentifier, SIGSTOP)
        let tasks = "/proc/\(process.processIdentifier)/task"
        while process.isRunning {
            let threads = (try? FileManager.default.contentsOfDirectory(atPath: tasks)) ?? []
            let states = threads.map { thread in
                let text = (try? String(contentsOfFile: "\(tasks)/\(thread)/stat", encoding: .utf8)) ?? ""
                return text.split(separator: ")").last?.first { $0 != " " }
            }
            if states.allSatisfy({ $0 == "T" }) { return }
        }
    }

    /// Waits until the server was killed, by somebody else.
    ///
    /// - Throws: `Failed`, when it lives on or has ended in another way.
    func expectKill(seconds: Double = 30) throws {
        guard let process else { throw Failed(description: "the server does not run") }
        let end = ContinuousClock.now + .seconds(seconds)
        while process.isRunning, ContinuousClock.now < end { usleep(1_000) }
        guard !process.isRunning else { throw Failed(description: "it came never so far as to be killed") }
        waitForEnd()
        guard process.terminationReason == .uncaughtSignal, process.terminationStatus == SIGKILL else {
            throw Failed(description: "it ended before it was killed, with \(process.terminationStatus)")
        }
    }

    /// Waits until the server has ended, by whatever.
    func waitForEnd() {
        process?.waitUntilExit()
        running.withLock { $0 = nil }
    }

    /// The processor time that the server has used, in milliseconds.
    func cpuTime() -> Double {
        guard let process,
            let text = try? String(contentsOfFile: "/proc/\(process.processIdentifier)/stat", encoding: .utf8)
        else { return 0 }
        let fields = text.split(separator: ")").last?.split(separator: " ") ?? []
        guard fields.count > 12, let user = Double(fields[11]), let system = Double(fields[12]) else {
            return 0
        }
        return (user + system) * 1_000 / Double(sysconf(Int32(_SC_CLK_TCK)))
    }

    /// The server's resident memory in MiB, now or at its highest.
    func memory(highest: Bool = false) -> Double {
        guard let process,
            let text = try? String(
                contentsOfFile: "/proc/\(process.processIdentifier)/status",
                encoding: .utf8
            )
        else { return 0 }
        let key = highest ? "VmHWM:" : "VmRSS:"
        let line = text.split(separator: "\n").first { $0.hasPrefix(key) }
        return
            (line?.split(whereSeparator: { $0 == " " || $0 == "\t" }).dropFirst().first.flatMap { Double($0) }
            ?? 0) / 1_024
    }

    /// Asks the client API as ada.
    func api(_ method: String, _ path: String, form: String? = nil) throws -> JSONValue {
        let connection = BlockingConnection(port: port)
        var request = "\(method) /api\(path) HTTP/1.1\r\nHost: \(host)\r\nAuthorization: Bearer \(token)\r\n"
        if let form {
            request +=
                "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: \(form.utf8.count)\r\n"
        }
        let (status, body) = try connection.exchange(Array((request + "\r\n" + (form ?? "")).utf8))
        guard status == 200 else {
            throw Failed(
                description:
                    "\(method) \(path): \(status) \(String(decoding: body.prefix(300), as: UTF8.self))"
            )
        }
        return try JSONParser.parse(body)
    }
}

extension Duration {
    var milliseconds: Double { Double(components.seconds) * 1_000 + Double(components.attoseconds) / 1e15 }
}
