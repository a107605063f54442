import Domain
import HTTPSignatures

/// There is exactly one signature, it covers what it must, its digest is that of the body, and it is fresh.
struct FreshSignature: InboxPolicy {
    func judge(_ candidate: inout Candidate) async -> Judgement {
        do {
            candidate.claim = try SignatureClaim.read(
                candidate.request.message,
                body: candidate.request.body,
                now: candidate.now.milliseconds
            )
            return .pass
        } catch {
            return .stop(.refused(error.isBadRequest ? .badRequest : .badSignature))
        }
    }
}
