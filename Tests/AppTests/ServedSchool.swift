import Domain
import Foundation
import Synchronization
import TestKit
import Transport
import Vocabulary

/// A school with ada, served at its own port.
final class ServedSchool: Sendable {
    let program: StaffroomProgram
    let origin: String
    let port: UInt16
    private let token: String
    private let client: TransportClient

    /// Makes the school, in a file unless the program has another database.
    init(_ program: StaffroomProgram? = nil) async throws {
        self.program = try program ?? StaffroomProgram()
        port = try StaffroomProgram.freePort()
        origin = "http://127.0.0.1:\(port)"
        try await self.program.makeSchool(origin)
        try await self.program.done("account", "create", "ada")
        token = try await self.program.done("account", "token", "ada")
        client = try Self.client()
    }

    /// The same school in another database.
    init(_ school: ServedSchool, on program: StaffroomProgram) throws {
        self.program = program
        (port, origin, token) = (school.port, school.origin, school.token)
        client = try Self.client()
    }

    private static func client() throws -> TransportClient {
        var configuration = TransportConfiguration(userAgent: "test")
        configuration.allowedRanges = [try AddressRange("127.0.0.0/8")]
        configuration.workers = 1
        return try TransportClient(configuration: configuration)
    }

    func start() async throws -> RunningServer { try await RunningServer.start(program, port: port) }

    /// Asks the server for a path; as ada if wanted.
    func send(
        _ method: OutboundRequest.Method = .get,
        _ path: String,
        _ body: String = "",
        fields: [(name: String, value: String)] = [],
        asAda: Bool = false,
        port other: UInt16? = nil
    ) async throws -> OutboundResponse {
        try await client.send(
            OutboundRequest(
                method: method,
                uri: try URI((other.map { "http://127.0.0.1:\($0)" } ?? origin) + path),
                fields: fields + (asAda ? [(name: "Authorization", value: "Bearer \(token)")] : []),
                body: Array(body.utf8),
                excess: .fails
            )
        )
    }

    /// What the server answers to ada's post.
    func answer(to text: String) async throws -> OutboundResponse {
        try await send(
            .post,
            "/api/v1/statuses",
            "status=" + text.split(separator: " ").joined(separator: "+"),
            fields: [(name: "Content-Type", value: "application/x-www-form-urlencoded")],
            asAda: true
        )
    }

    /// Posts as ada; whether it was acknowledged.
    func post(_ text: String) async -> Bool { (try? await answer(to: text))?.status == 200 }

    /// What stands in ada's home timeline.
    func contents() async throws -> [String] {
        var contents: [String] = []
        var before = ""
        while true {
            let answer = try await send(.get, "/api/v1/timelines/home?limit=40\(before)", asAda: true)
            let page = try JSONParser.parse(answer.body).asList.compactMap(\.object)
            guard let last = page.last?["id"]?.string else { return contents }
            contents += page.compactMap { $0["content"]?.string }
            before = "&max_id=\(last)"
        }
    }
}

/// What was acknowledged.
final class Ledger: Sendable {
    private let all = Mutex<[String]>([])

    var texts: [String] { all.withLock { $0 } }
    func add(_ text: String) { all.withLock { $0.append(text) } }
}

/// Once set, set for ever.
final class Flag: Sendable {
    private let value = Atomic(false)

    var isSet: Bool { value.load(ordering: .sequentiallyConsistent) }
    func set() { value.store(true, ordering: .sequentiallyConsistent) }
}
