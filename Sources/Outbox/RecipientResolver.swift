import Domain
import Storage

/// Where an activity has to go: the inboxes of peers, each once.
///
/// Local readers need no delivery.
struct RecipientResolver {
    let db: any SQLConnection
    let school: School

    /// The inboxes that an audience reaches, and those of people who are addressed by name.
    ///
    /// `earlier`: inboxes that have been sent what this is about; one at a server that is not reached otherwise gets
    /// it too.
    ///
    /// Only hosts that the school exchanges activities with, and never our own, are named: a paused partner's
    /// deliveries are made and wait.
    func inboxes(_ audience: Audience, author: Account, addressed: [Account], earlier: [URI] = []) throws
        -> [Recipient]
    {
        if audience == .school { return [] }
        var recipients: [URI: Recipient] = [:]
        let byAudience = audience == .direct ? [] : try db.follows.remoteInboxes(followersOf: author.id)
        for inbox in byAudience { recipients[inbox] = Recipient(inbox: inbox, isDirect: false) }
        for account in addressed where !account.isLocal && account.isActive {
            let shared = account.endpoints.sharedInbox.flatMap { recipients[$0] == nil ? nil : $0 }
            let inbox = shared ?? account.endpoints.inbox
            recipients[inbox] = Recipient(inbox: inbox, isDirect: true)
        }
        let reached = Set(recipients.keys.map(\.host))
        let others = Set(earlier).filter { !reached.contains($0.host) }
        return try admitted(Array(recipients.values), audience)
            + admitted(others.map { Recipient(inbox: $0, isDirect: false) }, .public)
    }

    private func admitted(_ unsorted: [Recipient], _ audience: Audience) throws -> [Recipient] {
        let recipients = unsorted.sorted { $0.inbox.description < $1.inbox.description }
        var verdicts: [Host: Bool] = [:]
        return try recipients.filter { recipient in
            let host = recipient.inbox.host
            if let known = verdicts[host] { return known }
            let verdict = try isAdmitted(host, audience)
            verdicts[host] = verdict
            return verdict
        }
    }

    private func isAdmitted(_ host: Host, _ audience: Audience) throws -> Bool {
        if try db.schools.find(host: host) != nil { return false }
        if try db.partners.admission(of: host, at: school) == .refused { return false }
        guard audience == .partners else { return true }
        return try db.partners.find(school.id, host)?.state == .approved
    }
}

/// One inbox to deliver to.
struct Recipient: Hashable {
    let inbox: URI
    /// Whether somebody there is addressed by name: such deliveries go first.
    let isDirect: Bool
}
