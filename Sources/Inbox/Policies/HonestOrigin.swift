import Domain

/// The activity's id is on its actor's host, and neither is on one of ours.
struct HonestOrigin: InboxPolicy {
    func judge(_ candidate: inout Candidate) async -> Judgement {
        guard let envelope = candidate.envelope, let sender = candidate.sender else {
            return .stop(.refused(.malformed))
        }
        guard envelope.id.host == envelope.actor.host else { return .stop(.refused(.foreignActivityID)) }
        return sender.isOwn ? .stop(.refused(.ownOrigin)) : .pass
    }
}
