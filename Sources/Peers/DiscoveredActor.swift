public import Domain
public import Storage
public import Vocabulary

/// An actor document of a peer, judged and ready to be stored; nothing of it is in the database yet.
public struct DiscoveredActor: Sendable {
    /// The account it describes; its id is not used when the URI is known already.
    public let account: Account
    /// Its public keys.
    public let keys: [PeerKey]

    /// Judges an actor document that came from its own origin.
    ///
    /// `actor`: the document as it was read.
    /// `handle`: the handle that WebFinger confirmed, if that is how it was found.
    /// `sanitize`: makes foreign HTML safe.
    ///
    /// - Throws: `ActorError` naming what is wrong.
    public init(
        _ actor: Actor,
        handle confirmed: Handle? = nil,
        id: Account.ID,
        now: Timestamp,
        sanitize: (String) -> String
    ) throws(ActorError) {
        guard let uri = actor.id.flatMap({ try? URI($0) }), uri.fragment == nil else { throw .noID }
        guard let kind = Account.Kind(rawValue: actor.type) else { throw .notAnActor(actor.type) }
        guard let inbox = Self.own(actor.inbox, uri) else { throw .foreignEndpoint("inbox") }
        guard let name = actor.preferredUsername,
            let handle = confirmed ?? (try? Handle(remote: name, host: uri.host))
        else { throw .badName }
        account = Account(
            id: id,
            school: nil,
            uri: uri,
            handle: handle,
            kind: kind,
            displayName: PlainName.clean(actor.name ?? ""),
            summary: sanitize(actor.summary ?? ""),
            page: actor.url.flatMap { try? URI($0) },
            endpoints: Account.Endpoints(
                inbox: inbox,
                sharedInbox: Self.own(actor.sharedInbox, uri),
                outbox: Self.own(actor.outbox, uri),
                followers: Self.own(actor.followers, uri),
                following: Self.own(actor.following, uri),
                featured: Self.own(actor.featured, uri)
            ),
            approvesFollowers: actor.manuallyApprovesFollowers,
            fetchedAt: now,
            createdAt: now
        )
        keys = Self.keys(of: actor, uri, now)
    }

    /// An endpoint on the actor's own host; anything elsewhere would let one host speak for another.
    private static func own(_ text: String?, _ actor: URI) -> URI? {
        guard let text, let uri = try? URI(text), uri.host == actor.host else { return nil }
        return uri
    }

    private static func keys(of actor: Actor, _ uri: URI, _ now: Timestamp) -> [PeerKey] {
        let rsa = actor.publicKeys.compactMap { key -> PeerKey? in
            guard key.owner == nil || key.owner == uri.description, let id = key.id.flatMap({ try? URI($0) }),
                id.origin == uri.origin
            else { return nil }
            return PeerKey(uri: id, actor: uri, material: key.pem, fetchedAt: now)
        }
        let multikeys = actor.assertionMethods.compactMap { key -> PeerKey? in
            guard key.controller == nil || key.controller == uri.description,
                let id = key.id.flatMap({ try? URI($0) }),
                id.origin == uri.origin
            else { return nil }
            return PeerKey(uri: id, actor: uri, material: key.publicKeyMultibase, fetchedAt: now)
        }
        var seen: Set<URI> = []
        return (rsa + multikeys).filter { seen.insert($0.uri).inserted }
    }

    /// Writes the account and its keys; an account that is gone stays gone.
    ///
    /// - Returns: the account as it is stored now, or nil when it is a tombstone.
    public func store(in db: any SQLConnection) throws -> Account? {
        if let known = try db.accounts.find(uri: account.uri) {
            guard known.goneAt == nil, !known.isLocal else { return nil }
            let merged = known.updated(from: account)
            try free(merged.handle, for: known.id, in: db)
            try db.accounts.update(merged)
            try db.peerKeys.replace(of: account.uri, with: keys)
            return merged
        }
        try free(account.handle, for: account.id, in: db)
        try db.accounts.insert(account)
        try db.peerKeys.replace(of: account.uri, with: keys)
        return account
    }

    /// A handle belongs to the actor whose host says so now; an earlier holder keeps its row under another name.
    private func free(_ handle: Handle, for id: Account.ID, in db: any SQLConnection) throws {
        guard let holder = try db.accounts.find(handle), holder.id != id, !holder.isLocal else { return }
        try db.accounts.releaseHandle(of: holder.id)
    }
}

/// What is wrong with an actor document.
public enum ActorError: Error, Sendable, Hashable, CustomStringConvertible {
    /// It has no id that is an http(s) URI.
    case noID
    /// Its type is none that can act.
    case notAnActor(String)
    /// An endpoint that it needs is missing or on another host.
    case foreignEndpoint(String)
    /// Its preferred user name is missing or no name.
    case badName

    /// The reason, in a sentence for the person who asked.
    public var personText: String { "The other server's answer makes no sense to us." }

    /// The reason, for operators and logs.
    public var description: String {
        switch self {
        case .noID: "the actor has no id that is an address"
        case .notAnActor(let type): "it is a \(type.prefix(64)), no actor"
        case .foreignEndpoint(let term): "the actor's \(term) is missing or on another host"
        case .badName: "the actor's user name is missing, is no name, or is not the one asked for"
        }
    }
}

extension Account {
    /// What a fresh document says, in the place of what we knew; identity and judgements stay.
    func updated(from fresh: Account) -> Account {
        var merged = self
        merged.handle = fresh.handle
        merged.kind = fresh.kind
        merged.displayName = fresh.displayName
        merged.summary = fresh.summary
        merged.page = fresh.page
        merged.endpoints = fresh.endpoints
        merged.approvesFollowers = fresh.approvesFollowers
        merged.fetchedAt = fresh.fetchedAt
        return merged
    }
}

/// Makes a display name of foreign text: one line, no controls, no bidirectional overrides, at most 100 characters.
enum PlainName {
    static func clean(_ text: String) -> String {
        let kept = text.unicodeScalars.lazy.filter { scalar in
            switch scalar.value {
            case 0..<0x20, 0x7F..<0xA0, 0x200B, 0x200E, 0x200F, 0x202A...0x202E, 0x2060...0x2069, 0xFEFF:
                false
            default: true
            }
        }
        return String(String(String.UnicodeScalarView(kept.prefix(400))).prefix(100))
    }
}
