import Domain
import HTTPSignatures
import Peers
import Vocabulary

/// The signature verifies with the key that it names, and that key is the actor's own.
///
/// A key on another host than the actor's is never fetched. When the key we know does not verify, its owner is asked
/// for it once more (at most once in five minutes), since keys are rotated.
struct ValidSignature: InboxPolicy {
    let keys: KeyRing

    func judge(_ candidate: inout Candidate) async -> Judgement {
        guard let envelope = candidate.envelope, let claim = candidate.claim else {
            return .stop(.refused(.badSignature))
        }
        guard let keyID = try? URI(claim.keyID), keyID.origin == envelope.actor.origin else {
            return .stop(.refused(.notSignedByActor))
        }
        let school = candidate.request.school
        do {
            let known = try await keys.key(keyID, stored: candidate.sender?.key, for: school)
            if verifies(claim, known, envelope) { return pass(&candidate, known, keyID) }
            guard known.actor == envelope.actor else { return .stop(.refused(.notSignedByActor)) }
            let fresh = try await keys.refetched(keyID, insteadOf: known, for: school)
            guard verifies(claim, fresh, envelope) else { return .stop(.refused(.badSignature)) }
            return pass(&candidate, fresh, keyID)
        } catch {
            return .stop(receipt(for: error, envelope))
        }
    }

    private func pass(_ candidate: inout Candidate, _ key: RingKey, _ id: URI) -> Judgement {
        if key.discovery != nil { keys.prove(id) }
        candidate.key = key
        return .pass
    }

    private func verifies(_ claim: SignatureClaim, _ key: RingKey, _ envelope: Envelope) -> Bool {
        guard key.actor == envelope.actor else { return false }
        return (try? claim.verify(with: key.key)) != nil
    }

    private func receipt(for error: FetchError, _ envelope: Envelope) -> Receipt {
        switch error {
        case .gone:
            // Nobody can sign for a deleted actor any more: its Delete is taken note of and needs no effect.
            envelope.type == .delete ? .ignored(.actorGone) : .refused(.keyRefused)
        case .tooSoon: .refused(.badSignature)
        case .busy: .tryAgain(.overloaded, after: .minutes(1))
        case .ours: .tryAgain(.storageUnavailable, after: .seconds(30))
        default: error.isTransient ? .tryAgain(.keyUnavailable, after: .minutes(5)) : .refused(.keyRefused)
        }
    }
}
