import Crypto
import Foundation
import HTTPTypes
public import Hummingbird
import NIOCore
import Synchronization

/// What a route leaves for the connection of a client that asks for a WebSocket: what to do with it.
///
/// It is made for such requests only, and lives as long as its request.
final class WebSocketOffer: Sendable {
    typealias Session = @Sendable (WebSocket) async -> Void

    private let session = Mutex<Session?>(nil)

    /// Takes up the offer.
    func accept(_ session: @escaping Session) {
        self.session.withLock { $0 = session }
    }

    /// What the route wants to do, if it accepted.
    func take() -> Session? {
        session.withLock { session in
            defer { session = nil }
            return session
        }
    }
}

extension Request {
    /// Whether the client asks for a WebSocket, rightly or not.
    public var wantsWebSocket: Bool {
        headers[.upgrade]?.lowercased() == "websocket"
    }
}

extension ServerContext {
    /// Answers a client that asks for a WebSocket, and has a closure use it once it is open; when that returns, it is
    /// closed.
    ///
    /// `subprotocol`: which one of those that the client offers.
    ///
    /// Spec: RFC 6455 section 4.2.
    ///
    /// - Throws: `Problem`: 400 for a request that is not whole, 426 for another version.
    public func acceptWebSocket(
        _ request: Request,
        subprotocol: String? = nil,
        _ session: @escaping @Sendable (WebSocket) async -> Void
    ) throws -> Response {
        guard let offer = webSocket, request.method == .get, request.wantsWebSocket else {
            throw Problem(.upgradeRequired, headers: [.upgrade: "websocket", .connection: "Upgrade"])
        }
        guard request.headers[.secWebSocketVersion] == "13" else {
            throw Problem(.upgradeRequired, headers: [.secWebSocketVersion: "13", .upgrade: "websocket"])
        }
        let options = (request.headers[.connection] ?? "").split(separator: ",")
            .map { $0.trimmingCharacters(in: .whitespaces).lowercased() }
        guard options.contains("upgrade"), let key = request.headers[.secWebSocketKey],
            Data(base64Encoded: key)?.count == 16
        else { throw Problem(.badRequest, detail: "This is no whole request for a WebSocket") }
        offer.accept(session)
        var fields: HTTPFields = [
            .upgrade: "websocket", .connection: "Upgrade", .secWebSocketAccept: Self.acceptance(of: key),
        ]
        fields[.secWebSocketProtocol] = subprotocol
        return Response(status: .switchingProtocols, headers: fields)
    }

    private static func acceptance(of key: String) -> String {
        let text = key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
        return Data(Insecure.SHA1.hash(data: Data(text.utf8))).base64EncodedString()
    }
}

extension Response {
    /// Whether it goes on until its reader leaves.
    var isLasting: Bool {
        status == .switchingProtocols || headers[.contentType] == "text/event-stream"
    }
}
