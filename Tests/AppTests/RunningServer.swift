import Foundation
import Glibc
import Synchronization
import TestKit
import Testing

/// A `staffroom serve` that runs beside the test.
final class RunningServer: Sendable {
    struct EndedEarly: Error, CustomStringConvertible {
        let description: String
    }

    let port: UInt16
    private let process: ChildProcess
    private let lines: AsyncStream<String>
    private let seen: Mutex<[String]>

    /// Starts the server on loopback and returns when it listens.
    static func start(
        _ program: StaffroomProgram,
        port: UInt16 = 0,
        options: [String] = ["--danger-allow-addresses", "127.0.0.0/8", "--no-rate-limits"]
    ) async throws -> RunningServer {
        let arguments = ["serve", "--database", program.database, "--listen", "127.0.0.1:\(port)"] + options
        let output = try OutputLines()
        let nothing = open("/dev/null", O_RDWR | O_CLOEXEC)
        let process = try await program.start(arguments, descriptors: [nothing, nothing, output.writer])
        close(output.writer)
        close(nothing)
        return try await RunningServer(process, output.lines)
    }

    private init(_ process: ChildProcess, _ lines: AsyncStream<String>) async throws {
        self.process = process
        self.lines = lines
        var all: [String] = []
        for await line in lines {
            all.append(line)
            guard let found = line.firstRange(of: "listening on 127.0.0.1:"),
                let port = UInt16(line[found.upperBound...].prefix { $0.isNumber })
            else { continue }
            self.port = port
            seen = Mutex(all)
            return
        }
        throw EndedEarly(description: all.joined(separator: "\n"))
    }

    /// Waits for a line of the log.
    func line(containing text: String) async throws -> String {
        for await line in lines {
            seen.withLock { $0.append(line) }
            if line.contains(text) { return line }
        }
        throw EndedEarly(description: seen.withLock { $0.joined(separator: "\n") })
    }

    func signal(_ signal: Int32) { process.signal(signal) }

    /// Waits for the end of the process; once.
    func end() async -> ChildProcess.End { await process.end() }

    /// Stops the server and waits for its end.
    @discardableResult
    func stop(_ signal: Int32 = SIGTERM) async -> ChildProcess.End {
        self.signal(signal)
        return await end()
    }
}

extension StaffroomProgram {
    /// Runs a body beside a server, which is stopped afterwards, whatever happens.
    func serving(
        port: UInt16 = 0,
        options: [String] = ["--danger-allow-addresses", "127.0.0.0/8", "--no-rate-limits"],
        _ body: (RunningServer) async throws -> Void
    ) async throws {
        let server = try await RunningServer.start(self, port: port, options: options)
        do {
            try await body(server)
        } catch {
            await server.stop(SIGKILL)
            throw error
        }
        await server.stop()
    }

    /// A port that is free at the moment, for a school whose base URL has one.
    static func freePort() throws -> UInt16 {
        let socket = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(socket) }
        var name = sockaddr_in()
        name.sin_family = sa_family_t(AF_INET)
        name.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &name) { name in
            name.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(socket, $0, size) == 0 && getsockname(socket, $0, &size) == 0
            }
        }
        try #require(isBound)
        return UInt16(bigEndian: name.sin_port)
    }
}
