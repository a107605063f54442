import Domain

/// The school exchanges activities with the sender's host.
struct AllowedHost: InboxPolicy {
    func judge(_ candidate: inout Candidate) async -> Judgement {
        switch candidate.sender?.admission {
        case .allowed: .pass
        case .paused: .stop(.tryAgain(.hostPaused, after: .hours(1)))
        case .refused: .stop(.refused(.hostNotAllowed))
        case nil: .stop(.refused(.malformed))
        }
    }
}
