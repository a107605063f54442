import Domain
import HTTPTypes
public import Hummingbird
public import Inbox
import NIOCore
import Peers
import Storage

/// Takes activities from other servers.
///
/// Spec: ActivityPub 5.2, 7.
public struct InboxRoutes: Sendable {
    /// The longest activity in bytes.
    public static let maximumBytes = 1 << 20

    let desk: FederationDesk
    let receiver: InboxReceiver

    /// Hands requests to a receiver.
    public init(desk: FederationDesk, receiver: InboxReceiver) {
        self.desk = desk
        self.receiver = receiver
    }

    /// Adds the routes; the other methods are answered with 405.
    public func add(to router: Router<ServerContext>) {
        router.post("ap/inbox") { request, context in
            try await receive(request, context, try await desk.school(context))
        }
        router.post("ap/actor/inbox") { request, context in
            try await receive(request, context, try await desk.school(context))
        }
        router.post("ap/actors/:id/inbox") { request, context in
            let school = try await desk.school(context)
            let account = try await desk.account(context, of: school)
            if account.goneAt != nil { throw Problem(.gone) }
            return try await receive(request, context, school, for: account.id)
        }
    }

    private func receive(
        _ request: Request,
        _ context: ServerContext,
        _ school: School,
        for recipient: Account.ID? = nil
    ) async throws -> Response {
        let types = request.headers[values: .contentType]
        guard types.count < 2 else {
            throw Problem(.badRequest, detail: "There are two Content-Type fields.")
        }
        guard MediaType.isActivityStreams(types.first) else {
            throw Problem(.unsupportedMediaType, detail: "Activities are application/activity+json.")
        }
        let body = try await request.collectBody(limit: Self.maximumBytes, context)
        let receipt = await receiver.receive(
            InboundRequest(
                message: desk.message(request, school),
                body: body,
                school: school,
                recipient: recipient
            )
        )
        guard let reason = receipt.problem else { return Response(status: .accepted) }
        throw Problem(
            HTTPResponse.Status(code: receipt.status),
            reason: reason.rawValue,
            detail: reason.peerText,
            retryAfter: receipt.retryAfter
        )
    }
}

extension Receipt {
    /// Why the activity was not taken; nil when it was.
    var problem: Reason? {
        switch self {
        case .accepted, .duplicate, .ignored: nil
        case .refused(let reason), .tryAgain(let reason, _): reason
        case .tooMany: .rateLimited
        }
    }

    /// In how many seconds to try again.
    var retryAfter: Int? {
        switch self {
        case .tryAgain(_, let span), .tooMany(let span): Int(clamping: span.milliseconds / 1_000)
        case .accepted, .duplicate, .ignored, .refused: nil
        }
    }
}

extension Receipt.Reason {
    /// What the sender is told; nothing of what we know.
    var peerText: String {
        switch self {
        case .malformed: "The body is no activity with an id, a type and an actor."
        case .badRequest: "The signature's fields are malformed."
        case .badSignature: "The signature is missing, does not verify, or is too old or too new."
        case .notSignedByActor: "The signature's key is not the actor's own."
        case .foreignActivityID: "The activity's id and its actor are of different hosts."
        case .ownOrigin: "The actor is of this server."
        case .hostNotAllowed: "This server does not exchange activities with yours."
        case .hostPaused: "The exchange with your server is paused."
        case .keyUnavailable: "Your server's key could not be fetched."
        case .keyRefused: "The key could not be used."
        case .actorGone: "The actor is gone."
        case .rateLimited: "Too many activities; try again later."
        case .overloaded, .storageUnavailable: "Try again later."
        }
    }
}
