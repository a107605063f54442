public import Domain
public import Storage
public import Vocabulary

/// An actor document of a peer, judged and ready to be stored; nothing of it is in the database yet.
public struct DiscoveredActor: Sendable {
    /// The account it describes; its id is not used when the URI is known already.
    public let account: Account
    /// Its public keys.
    public let keys: [PeerKey]
    /// What it says of where it was and where it has gone.
    public let whereabouts: Whereabouts
    /// Where its handle comes from.
    private let naming: Naming

    private enum Naming {
        /// From WebFinger: all hosts concerned say so.
        case confirmed
        /// From the document alone.
        case claimed
        /// There is no name that could be one.
        case none
    }

    /// The longest key that is read, in bytes; RSA of 4096 bits is less than 1 KiB.
    private static let longestKey = 16 << 10

    /// Judges an actor document that came from its own origin.
    ///
    /// `actor`: the document as it was read.
    /// `handle`: the handle that WebFinger confirmed, if that is how it was found.
    /// `sanitize`: makes foreign HTML safe.
    ///
    /// Services need no name of their own: they get the number of their account for one.
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
        let claimed = actor.preferredUsername.flatMap { try? Handle(remote: $0, host: uri.host) }
        let needsName = kind != .application && kind != .service
        if confirmed == nil, claimed == nil, needsName { throw .badName }
        naming = confirmed != nil ? .confirmed : claimed != nil ? .claimed : .none
        account = Account(
            id: id,
            school: nil,
            uri: uri,
            handle: confirmed ?? claimed ?? Self.number(id, uri.host),
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
        whereabouts = Whereabouts(
            aliases: actor.alsoKnownAs.compactMap { try? URI($0) },
            movedTo: actor.movedTo.flatMap { try? URI($0) }
        )
    }

    /// An endpoint on the actor's own host; anything elsewhere would let one host speak for another.
    private static func own(_ text: String?, _ actor: URI) -> URI? {
        guard let text, let uri = try? URI(text), uri.host == actor.host else { return nil }
        return uri
    }

    private static func keys(of actor: Actor, _ uri: URI, _ now: Timestamp) -> [PeerKey] {
        let rsa = actor.publicKeys.map { ($0.id, $0.owner, $0.pem) }
        let multikeys = actor.assertionMethods.map { ($0.id, $0.controller, $0.publicKeyMultibase) }
        var seen: Set<URI> = []
        return (rsa + multikeys).compactMap { id, owner, material -> PeerKey? in
            guard let id = id.flatMap({ try? URI($0) }), id.origin == uri.origin,
                owner.map({ (try? URI($0)) == uri }) ?? true, material.utf8.count <= longestKey,
                seen.insert(id).inserted
            else { return nil }
            return PeerKey(uri: id, actor: uri, material: material, fetchedAt: now)
        }
    }

    private static func number(_ id: Account.ID, _ host: Host) -> Handle {
        Handle(storedName: id.description, host: host)
    }

    /// Writes the account and its keys; an account that is gone stays gone, and what was read later stays.
    ///
    /// - Returns: the account as it is stored now, or nil when it is a tombstone.
    public func store(in db: any SQLConnection) throws -> Account? {
        guard let known = try db.accounts.find(uri: account.uri) else {
            var fresh = account
            fresh.handle = try handle(of: nil, in: db)
            try db.accounts.insert(fresh)
            try db.peerKeys.replace(of: account.uri, with: keys)
            return fresh
        }
        guard known.goneAt == nil, !known.isLocal else { return nil }
        if isOlder(than: known) { return known }
        var merged = known.updated(from: account)
        merged.handle = try handle(of: known, in: db)
        try db.accounts.update(merged)
        try db.peerKeys.replace(of: account.uri, with: keys)
        return merged
    }

    /// Whether somebody has read a later document meanwhile; what a wrong clock dated is not later.
    private func isOlder(than known: Account) -> Bool {
        guard let read = account.fetchedAt, let last = known.fetchedAt else { return false }
        return last > read && last - read < .minutes(10)
    }

    /// A handle belongs to the actor whose host says so now: an earlier holder keeps its row under another name.
    ///
    /// What only a document claims takes nothing away, neither from others nor the handle that was confirmed before.
    private func handle(of known: Account?, in db: any SQLConnection) throws -> Handle {
        let id = known?.id ?? account.id
        let holder = try db.accounts.find(account.handle).flatMap { $0.id == id ? nil : $0 }
        switch naming {
        case .confirmed:
            guard let holder else { return account.handle }
            if holder.isLocal { return known?.handle ?? Self.number(id, account.host) }
            try db.accounts.releaseHandle(of: holder.id)
            return account.handle
        case .claimed:
            if let known, ASCIIName.isSame(known.handle.name, account.handle.name) { return known.handle }
            return holder == nil ? account.handle : Self.number(id, account.host)
        case .none:
            return known?.handle ?? account.handle
        }
    }
}

/// Compares names of accounts as their homes do: without regard to ASCII case.
enum ASCIIName {
    static func isSame(_ one: String, _ other: String) -> Bool {
        one.utf8.map(lowered) == other.utf8.map(lowered)
    }

    private static func lowered(_ byte: UInt8) -> UInt8 { (0x41...0x5A).contains(byte) ? byte | 0x20 : byte }
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
    /// What a fresh document says, in the place of what we knew; identity, handle and judgements stay.
    func updated(from fresh: Account) -> Account {
        var merged = self
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
