public import Domain
import Storage

/// Whom a post would reach if it were sent now: the exact servers, and how many people at each.
///
/// A post for everybody can be read by more than it is sent to: by whoever comes to its page.
public struct Reach: Sendable, Hashable {
    /// Another server that it would be sent to.
    public struct Server: Sendable, Hashable {
        /// Its host.
        public let host: Host
        /// How many accounts there follow the author or are addressed by name.
        public let people: Int
        /// Its partner is paused: the post waits until an admin lets it go on.
        public let isWaiting: Bool
    }

    /// Other servers, by host.
    public let servers: [Server]
    /// How many accounts of this instance get it, its author not counted.
    public let localPeople: Int
    /// Who is addressed by name and gets nothing: their server is no partner.
    public let unreached: [Handle]
    /// Names in the text that belong to nobody who could be found.
    public let unknown: [String]

    /// How many people get it in all.
    public var people: Int { servers.reduce(localPeople) { $0 + $1.people } }
}

extension Action {
    /// The reach of a draft with these people addressed.
    func reach(of draft: PostDraft, addressed: [Account], unknown: [String]) throws -> Reach {
        let parent = try draft.inReplyTo.map { try visiblePost($0) }
        if let parent { try refuse(.reply, on: parent.0) }
        // Publishing leaves them out, and refuses a direct message to them.
        let named = try withoutParted(addressed)
        if draft.audience == .direct, named.count < addressed.count { throw OutboxError.blocked }
        let addressed = named
        let isLocalOnly = draft.isLocalOnly || parent?.0.isLocalOnly ?? false
        let also = draft.audience.isForEverybody ? [parent?.1].compactMap { $0 } : []
        let inboxes: Set<URI> =
            isLocalOnly
            ? []
            : Set(
                try resolver.inboxes(draft.audience, author: actor, addressed: addressed + also).map(\.inbox)
            )
        return Reach(
            servers: try servers(inboxes, draft.audience, named: addressed + also),
            localPeople: try localPeople(draft.audience, addressed),
            unreached: addressed.filter { account in
                !account.isLocal && !inboxes.contains { $0.host == account.endpoints.inbox.host }
            }.map(\.handle),
            unknown: unknown
        )
    }

    private func servers(_ inboxes: Set<URI>, _ audience: Audience, named: [Account]) throws -> [Reach.Server]
    {
        var people: [Host: Int] = [:]
        if audience != .direct {
            for (inbox, count) in try db.follows.countRemote(followersOf: actor.id)
            where inboxes.contains(inbox) {
                people[inbox.host, default: 0] += count
            }
        }
        for account in Set(named) where !account.isLocal {
            let follow = try db.follows.find(follower: account.id, followed: actor.id)
            let isCounted = audience != .direct && follow?.state == .accepted
            if !isCounted { people[account.endpoints.inbox.host, default: 0] += 1 }
        }
        return try Set(inboxes.map(\.host)).sorted { $0.description < $1.description }.map { host in
            Reach.Server(
                host: host,
                people: people[host] ?? 0,
                isWaiting: try db.partners.admission(of: host, at: school) == .paused
            )
        }
    }

    private func localPeople(_ audience: Audience, _ addressed: [Account]) throws -> Int {
        let schools = audience == .school ? [school.id] : try localSchools()
        let named = Set(
            addressed.filter { account in account.school.map(schools.contains) ?? false }.map(\.id)
        )
        .subtracting([actor.id])
        if audience == .direct { return named.count }
        let followers = try db.follows.countLocal(followersOf: actor.id, in: schools)
        let others = try named.filter { id in
            try db.follows.find(follower: id, followed: actor.id)?.state != .accepted
        }
        return followers + others.count
    }
}
