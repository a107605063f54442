import ClientAPI
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import NIOEmbedded
import Server
import ServiceLifecycle
import Vocabulary

extension Visitor {
    /// What a stream showed.
    struct Shown: Equatable {
        let event: String
        let data: String

        var json: JSONObject? { (try? JSONParser.parse(Array(data.utf8)))?.object }
        var id: String? { json?["id"]?.string }
    }

    /// Runs the hub while the closure does.
    func streaming(_ body: () async throws -> Void) async throws {
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            let hub = streams
            tasks.addTask { try await hub.run() }
            defer { tasks.cancelAll() }
            try await body()
        }
    }

    /// Opens a stream of server-sent events, and reads what comes; nil when it is refused.
    func listen(
        _ path: String,
        token: String?,
        _ body: (Listener) async throws -> Void
    ) async throws {
        var fields: HTTPFields = [:]
        if let token { fields[.authorization] = "Bearer \(token)" }
        let head = HTTPRequest(
            method: .get,
            scheme: "https",
            authority: "school.test",
            path: "/api/v1/streaming/\(path)",
            headerFields: fields
        )
        let response = await door.respond(
            to: Request(head: head, body: RequestBody(buffer: ByteBuffer())),
            context: ServerContext(
                source: ApplicationRequestContextSource(
                    channel: EmbeddedChannel(),
                    logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
                )
            )
        )
        guard response.status == .ok else { throw Refused(status: response.status.code) }
        let (shown, incoming) = AsyncStream.makeStream(of: Shown.self)
        let content = response.body
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask {
                defer { incoming.finish() }
                try await content.write(EventReader(incoming: incoming))
            }
            try await body(Listener(shown))
            tasks.cancelAll()
        }
    }

    /// Reads what a stream shows.
    final class Listener {
        private var iterator: AsyncStream<Shown>.AsyncIterator

        init(_ shown: AsyncStream<Shown>) {
            iterator = shown.makeAsyncIterator()
        }

        /// The next thing; nil at the end.
        func next() async -> Shown? { await iterator.next() }
    }

    /// A stream that was refused.
    struct Refused: Error {
        let status: Int
    }

    /// Runs a server with this school's routes on a port of its own.
    func serving(_ body: (Int) async throws -> Void) async throws {
        var settings = HTTPServerSettings(addresses: [try ListeningAddress("127.0.0.1:0")])
        settings.threads = 1
        let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let servers = try HTTPServers(
            settings: settings,
            door: door,
            metrics: PrometheusMetrics(),
            logger: quiet
        )
        let group = ServiceGroup(
            configuration: .init(
                services: [.init(service: servers), .init(service: streams)],
                logger: quiet
            )
        )
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            let ports = await servers.ports() ?? []
            try await body(ports.first.map(Int.init) ?? 0)
            await group.triggerGracefulShutdown()
            try await tasks.next()
        }
    }
}

/// Reads events out of what a response writes; each is written at once.
private struct EventReader: ResponseBodyWriter {
    let incoming: AsyncStream<Visitor.Shown>.Continuation

    mutating func write(_ buffer: ByteBuffer) async throws {
        let lines = String(buffer: buffer).split(separator: "\n", omittingEmptySubsequences: false)
        guard lines.count == 4, lines[0].hasPrefix("event: "), lines[1].hasPrefix("data: ") else { return }
        incoming.yield(.init(event: String(lines[0].dropFirst(7)), data: String(lines[1].dropFirst(6))))
    }

    consuming func finish(_ trailingHeaders: HTTPFields?) async throws {}
}
