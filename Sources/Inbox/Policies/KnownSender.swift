import Domain
import HTTPSignatures
import Storage

/// What the database knows of the sender is at hand: one read for all the rules that follow.
struct KnownSender: InboxPolicy {
    let database: any SQLDatabase

    func judge(_ candidate: inout Candidate) async -> Judgement {
        guard let host = candidate.envelope?.actor.host, let claim = candidate.claim else {
            return .stop(.refused(.malformed))
        }
        let (school, keyID) = (candidate.request.school, try? URI(claim.keyID))
        do {
            candidate.sender = try await database.read { db in
                SenderFacts(
                    isOwn: try db.schools.find(host: host) != nil,
                    admission: try db.partners.admission(of: host, at: school),
                    key: try keyID.flatMap { try db.peerKeys.find($0) }
                )
            }
            return .pass
        } catch {
            return .stop(.tryAgain(.storageUnavailable, after: .seconds(30)))
        }
    }
}

/// What the database knows of a sender.
struct SenderFacts: Sendable {
    /// Whether the actor would be one of ours.
    let isOwn: Bool
    /// Whether the school exchanges activities with its host.
    let admission: Admission
    /// The key that the signature names, as it is stored.
    let key: PeerKey?
}
