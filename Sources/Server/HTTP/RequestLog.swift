import Dispatch
import HTTPTypes
import Hummingbird
import Logging
import Metrics
import Synchronization

/// Keeps the access log and the request metrics: one line and one count for each finished response.
///
/// A line has the method, the path without its query, the status, the bytes, the time and the client. Header fields
/// and queries, which may carry tokens, are never written. Metrics go by the route's pattern, never by the path.
final class RequestLog: Sendable {
    private struct Key: Hashable {
        let route: String
        let method: String
        let status: Int
    }

    private struct Handles {
        let count: Counter
        let time: Timer
    }

    private let metrics: any MetricsFactory
    private let handles = Mutex<[Key: Handles]>([:])
    private let level: Logger.Level

    init(metrics: any MetricsFactory, level: Logger.Level) {
        self.metrics = metrics
        self.level = level
    }

    /// Notes a response that has been written or, when it could not be, was lost.
    ///
    /// `nanoseconds`: nil for one that lasts as long as its reader wants.
    func finished(
        _ request: Request,
        _ context: ServerContext,
        status: HTTPResponse.Status,
        bytes: Int?,
        nanoseconds: UInt64?,
        isLost: Bool
    ) {
        let time = nanoseconds.map { Int64(clamping: $0) }
        let handles = handles(route: context.endpointPath, method: request.method, status: status)
        handles.count.increment()
        if let time { handles.time.recordNanoseconds(time) }
        guard context.logger.logLevel <= level else { return }
        var metadata: Logger.Metadata = [
            "method": .string(Self.name(of: request.method)),
            "path": .string(Self.printable(request.uri.path)),
            "status": .stringConvertible(status.code),
        ]
        if let time { metadata["ms"] = .stringConvertible(Double(time / 10_000) / 100) }
        if let bytes { metadata["bytes"] = .stringConvertible(bytes) }
        if let client = context.client.address { metadata["client"] = .stringConvertible(client) }
        if isLost { metadata["lost"] = "true" }
        context.logger.log(level: level, "request", metadata: metadata)
    }

    private func handles(route: String?, method: HTTPRequest.Method, status: HTTPResponse.Status) -> Handles {
        let key = Key(route: route ?? "none", method: Self.name(of: method), status: status.code)
        return handles.withLock { handles in
            if let known = handles[key] { return known }
            let labels = [("route", key.route), ("method", key.method)]
            let made = Handles(
                count: Counter(
                    label: "http_server_requests",
                    dimensions: labels + [("status", String(key.status))],
                    factory: metrics
                ),
                time: Timer(label: "http_server_request", dimensions: labels, factory: metrics)
            )
            handles[key] = made
            return made
        }
    }

    /// The method, or a common name for those that clients make up.
    private static func name(of method: HTTPRequest.Method) -> String {
        switch method {
        case .get, .head, .post, .put, .delete, .patch, .options, .trace, .connect: method.rawValue
        default: "OTHER"
        }
    }

    /// At most 512 bytes, and nothing that could forge a line; the guard lets only printable ASCII in.
    private static func printable(_ path: String) -> String {
        guard path.utf8.count > 512 else { return path }
        return String(decoding: path.utf8.prefix(512), as: UTF8.self) + "..."
    }
}
