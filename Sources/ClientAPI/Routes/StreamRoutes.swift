import Access
import Domain
import HTTPTypes
import Hummingbird
import NIOCore
import Server
import Storage

/// Streams of what happens, as server-sent events or over a WebSocket.
///
/// Reference: Mastodon's API, method "streaming". A token may also stand in the address here, or in the name of the
/// WebSocket's subprotocol: browsers let pages set no other field.
struct StreamRoutes: Sendable {
    let desk: ClientDesk
    let hub: StreamHub

    func add(to api: RouterGroup<ServerContext>) {
        api.get("v1/streaming") { try await open($0, $1, nil) }
        api.get("v1/streaming/health") { _, _ in "OK" }
        for word in ["user", "public", "direct", "hashtag", "list"] {
            api.get("v1/streaming/\(word)") { try await open($0, $1, word) }
        }
        api.get("v1/streaming/user/notification") { try await open($0, $1, "user:notification") }
        api.get("v1/streaming/public/local") { try await open($0, $1, "public:local") }
        api.get("v1/streaming/hashtag/local") { try await open($0, $1, "hashtag:local") }
    }

    private func open(_ request: Request, _ context: ServerContext, _ path: String?) async throws -> Response
    {
        let parameters = try await Parameters(request, context)
        let subprotocol = request.wantsWebSocket ? request.headers[.secWebSocketProtocol] : nil
        let token = request.bearerToken ?? parameters.text("access_token") ?? subprotocol
        let grant = try await desk.grant(token, context)
        let caller = try ClientDesk.caller(grant, ["read:statuses", "read:notifications"])
        let guest = StreamGuest(
            hub: hub,
            database: desk.database,
            grant: grant,
            mailbox: StreamMailbox(
                caller: caller,
                tokenHash: grant.tokenHash,
                showsNotices: grant.scopes.allow("read:notifications")
            )
        )
        if let word = path ?? parameters.text("stream") {
            try await guest.subscribe(word, tag: parameters.text("tag"), list: parameters.text("list"))
        } else if !request.wantsWebSocket {
            throw Problem(.badRequest, detail: "Missing stream name parameter")
        }
        return request.wantsWebSocket
            ? try await socket(request, context, guest, subprotocol) : try await events(context, guest)
    }

    private func events(_ context: ServerContext, _ guest: StreamGuest) async throws -> Response {
        let seat = try await Seat(guest, context)
        return Response(
            status: .ok,
            headers: [
                .contentType: "text/event-stream", .cacheControl: "private, no-store",
                .accelBuffering: "no",
            ],
            body: ResponseBody { writer in
                // Something at once, so that who stands between passes the head on.
                try await writer.write(ByteBuffer(string: ":)\n"))
                while let message = await seat.mailbox.next() {
                    try await writer.write(ByteBuffer(string: message.eventText))
                }
                try await writer.finish(nil)
            }
        )
    }

    private func socket(
        _ request: Request,
        _ context: ServerContext,
        _ guest: StreamGuest,
        _ subprotocol: String?
    ) async throws -> Response {
        let seat = try await Seat(guest, context)
        return try context.acceptWebSocket(request, subprotocol: subprotocol) { socket in
            await guest.talk(over: socket)
            seat.leave()
        }
    }
}

/// A connection's place in the hub, for as long as somebody holds it: also a response that is never written gives it
/// back.
private final class Seat: Sendable {
    private let guest: StreamGuest

    init(_ guest: StreamGuest, _ context: ServerContext) async throws {
        self.guest = guest
        let (mailbox, connection) = (guest.mailbox, context.connection)
        mailbox.onEnd { end in
            // Who reads too slowly may be stuck in the midst of a message.
            if end == .tooSlow || end == .revoked { connection?.close() }
        }
        connection?.whenClosed { mailbox.end(.closed) }
        try await guest.hub.join(mailbox)
    }

    var mailbox: StreamMailbox { guest.mailbox }

    func leave() { guest.hub.leave(mailbox) }

    deinit { leave() }
}

extension HTTPField.Name {
    /// Asks nginx not to gather what is streamed.
    fileprivate static let accelBuffering = HTTPField.Name("X-Accel-Buffering") ?? .via
}
