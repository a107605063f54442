import Domain
import Storage

/// The activity's id is on its actor's host, and neither is on one of ours.
struct HonestOrigin: InboxPolicy {
    let database: any SQLDatabase

    func judge(_ candidate: inout Candidate) async -> Judgement {
        guard let envelope = candidate.envelope else { return .stop(.refused(.malformed)) }
        guard envelope.id.host == envelope.actor.host else { return .stop(.refused(.foreignActivityID)) }
        let host = envelope.actor.host
        do {
            let isOwn = try await database.read { try $0.schools.find(host: host) != nil }
            return isOwn ? .stop(.refused(.ownOrigin)) : .pass
        } catch {
            return .stop(.tryAgain(.storageUnavailable, after: .seconds(30)))
        }
    }
}
