public import Domain

/// What a sender is told of its activity.
public enum Receipt: Sendable, Hashable {
    /// It is durable and will have its effect.
    case accepted
    /// It was accepted before.
    case duplicate
    /// It is fine and has no effect here.
    case ignored(Reason)
    /// It is not taken; sending it again will not help.
    case refused(Reason)
    /// The host has sent more than its share: 429 with Retry-After.
    case tooMany(after: Span)
    /// It cannot be taken now: 503 with Retry-After, since others give up for ever on most 4xx.
    case tryAgain(Reason, after: Span)

    /// Why; the raw value goes to the log and the metrics.
    public enum Reason: String, Sendable, CaseIterable {
        case malformed = "malformed"
        case badSignature = "bad_signature"
        case badRequest = "bad_request"
        case notSignedByActor = "not_signed_by_actor"
        case foreignActivityID = "foreign_activity_id"
        case ownOrigin = "own_origin"
        case hostNotAllowed = "host_not_allowed"
        case hostPaused = "host_paused"
        case rateLimited = "rate_limited"
        case keyUnavailable = "key_unavailable"
        case keyRefused = "key_refused"
        case actorGone = "actor_gone"
        case overloaded = "overloaded"
        case storageUnavailable = "storage_unavailable"
    }

    /// What it is called in the metrics: the kind, or the reason of a refusal.
    var name: String {
        switch self {
        case .accepted: "accepted"
        case .duplicate: "duplicate"
        case .ignored: "ignored"
        case .refused(let reason), .tryAgain(let reason, _): reason.rawValue
        case .tooMany: Reason.rateLimited.rawValue
        }
    }

    /// The HTTP status that says it.
    public var status: Int {
        switch self {
        case .accepted, .duplicate, .ignored: 202
        case .refused(.malformed), .refused(.badRequest): 400
        case .refused(.badSignature), .refused(.notSignedByActor), .refused(.keyRefused),
            .refused(.keyUnavailable),
            .refused(.foreignActivityID), .refused(.ownOrigin):
            401
        case .refused: 403
        case .tooMany: 429
        case .tryAgain: 503
        }
    }
}
