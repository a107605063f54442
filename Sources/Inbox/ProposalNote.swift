import Domain
import HTTPSignatures
import Logging
import Storage
import Vocabulary

/// Notes that a server which is no partner would like to be one: somebody there asked to follow one of ours.
///
/// The request is refused all the same, before its signature is looked at: checking it would mean asking a stranger's
/// server. So what is noted is unproven, and no more than a host's name that an admin may look into; each host once,
/// and `PartnerStore.mostProposals` at most at a school.
struct ProposalNote: Sendable {
    let database: any SQLDatabase
    let logger: Logger

    /// Looks at a request that was refused for its host.
    func note(_ candidate: Candidate) async {
        guard let envelope = candidate.envelope, envelope.type == .follow, let followed = envelope.object,
            let claim = candidate.claim, let key = try? URI(claim.keyID),
            key.host == envelope.actor.host, candidate.sender?.isOwn == false
        else { return }
        let (host, school, now) = (envelope.actor.host, candidate.request.school, candidate.now)
        do {
            // Most requests come from hosts that are noted: those cost no write.
            let isNew = try await database.read { db in
                let account = try db.accounts.find(uri: followed)
                guard let account, account.isActive, account.school == school.id, account.kind != .application
                else { return false }
                return try db.partners.find(school.id, host) == nil
            }
            guard isNew else { return }
            let isNoted = try await database.write { try $0.partners.propose(host, at: school.id, at: now) }
            if isNoted { logger.info("a host asks to be a partner", metadata: ["host": "\(host)"]) }
        } catch {
            logger.warning("noting a proposal failed", metadata: ["host": "\(host)", "error": "\(error)"])
        }
    }
}
