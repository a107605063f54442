import Content
public import Domain
public import Storage
public import Vocabulary

/// Finds accounts, ours and peers', by URI or handle; fetches what is not known or has become stale.
public struct PeerDirectory: Sendable {
    /// How long a peer's document is good without being asked for again.
    private static let freshness = Span.days(1)
    /// How much of a biography is read, in characters.
    private static let longestSummary = 10_000

    let database: any SQLDatabase
    let fetcher: DocumentFetcher
    private let webFinger: WebFingerClient
    let ids: IDGenerator
    let clock: any WallClock

    /// Makes a directory.
    public init(
        database: any SQLDatabase,
        fetcher: DocumentFetcher,
        webFinger: WebFingerClient,
        ids: IDGenerator,
        clock: any WallClock = SystemClock()
    ) {
        self.database = database
        self.fetcher = fetcher
        self.webFinger = webFinger
        self.ids = ids
        self.clock = clock
    }

    /// The account whose actor has a URI; a peer's is fetched when unknown or stale.
    ///
    /// A stale one that cannot be fetched is returned as it is known.
    ///
    /// - Throws: `FetchError`, `ActorError`, `StorageError`.
    public func account(_ uri: URI, for school: School) async throws -> Account {
        let known = try await database.read { try $0.accounts.find(uri: uri) }
        if let known {
            if known.goneAt != nil { throw FetchError.gone(status: 410) }
            if isFresh(known) { return known }
        }
        do {
            return try await store(try await refreshed(uri, for: school))
        } catch let error as FetchError where known != nil && error.isTransient {
            guard let known else { throw error }
            return known
        }
    }

    /// The account with a handle, found by WebFinger when it is not known or stale.
    ///
    /// The handle's host must confirm the actor, the actor the handle, and the actor's host too when that is another.
    /// A stale one whose host cannot be asked is returned as it is known.
    ///
    /// - Throws: `FetchError`, `ActorError`, `StorageError`.
    public func account(_ handle: Handle, for school: School) async throws -> Account {
        let start = clock.now() - Handle.keptAfterRename
        let (known, isOwn) = try await database.read { db in
            (
                try db.accounts.find(handle) ?? db.formerHandles.account(handle, since: start),
                try db.schools.find(host: handle.host) != nil
            )
        }
        if let known, isFresh(known) { return known }
        if isOwn { throw FetchError.gone(status: 404) }
        do {
            return try await found(handle, for: school)
        } catch let error as FetchError where known != nil && error.isTransient {
            guard let known else { throw error }
            return known
        }
    }

    private func found(_ handle: Handle, for school: School) async throws -> Account {
        let (uri, confirmed) = try await webFinger.resolve(handle, for: school)
        let actor = try read(try await fetcher.fetch(uri, for: school))
        let name = actor.preferredUsername ?? confirmed.name
        guard ASCIIName.isSame(name, confirmed.name) else { throw ActorError.badName }
        try await webFinger.confirm(confirmed, of: uri, called: name, for: school)
        return try await store(try expect(uri, try judge(actor, handle: confirmed)))
    }

    /// Fetches an actor again; nothing is stored.
    ///
    /// - Throws: as `account(_:for:)`.
    public func refreshed(_ uri: URI, for school: School) async throws -> DiscoveredActor {
        try expect(uri, try judge(try read(try await fetcher.fetch(uri, for: school))))
    }

    /// Fetches a known actor again, and where its name has changed asks the host of its handle for the new one; nothing
    /// is stored.
    ///
    /// A new name that the host does not confirm is what the document alone claims.
    ///
    /// - Throws: as `account(_:for:)`.
    public func refreshed(_ known: Account, for school: School) async throws -> DiscoveredActor {
        let actor = try read(try await fetcher.fetch(known.uri, for: school))
        let fresh = try expect(known.uri, try judge(actor))
        guard let name = actor.preferredUsername, !ASCIIName.isSame(name, known.handle.name),
            let handle = try? Handle(remote: name, host: known.handle.host)
        else { return fresh }
        do {
            let (uri, confirmed) = try await webFinger.resolve(handle, for: school)
            guard uri == known.uri, ASCIIName.isSame(name, confirmed.name) else { return fresh }
            try await webFinger.confirm(confirmed, of: uri, called: name, for: school)
            return try judge(actor, handle: confirmed)
        } catch is FetchError {
            return fresh
        }
    }

    /// Fetches any object from its own origin; after a redirect its id is not the URI that was asked for.
    ///
    /// - Throws: `FetchError`.
    public func object(_ uri: URI, for school: School) async throws(FetchError) -> JSONObject {
        try await fetcher.fetch(uri, for: school)
    }

    /// Fetches the actor that a key belongs to; nothing is stored.
    ///
    /// A key's id leads to the actor's document, or to one of the key's own that names its owner in one of two ways;
    /// whether the owner lists the key is for the caller to see.
    func actor(behindKey id: URI, for school: School) async throws -> DiscoveredActor {
        let (document, address) = try await fetcher.fetchAnywhere(id, for: school)
        let actor = try read(document)
        let itself = actor.id.flatMap { try? URI($0) }
        let entry = actor.publicKeys.first { $0.id.flatMap { try? URI($0) } == id }
        let text = document["owner"]?.id ?? entry?.owner ?? actor.id
        if itself == address, actor.inbox != nil { return try judge(actor) }
        guard let owner = text.flatMap({ try? URI($0) }), owner.origin == id.origin, owner != address else {
            throw FetchError.foreignID(text ?? "")
        }
        return try await refreshed(owner, for: school)
    }

    /// A redirect must not change who is meant.
    private func expect(_ uri: URI, _ actor: DiscoveredActor) throws(FetchError) -> DiscoveredActor {
        guard actor.account.uri == uri else { throw .foreignID(actor.account.uri.description) }
        return actor
    }

    private func isFresh(_ known: Account) -> Bool {
        let age = clock.now() - (known.fetchedAt ?? known.createdAt)
        return known.isLocal
            || (age < Self.freshness && age > Span(milliseconds: -Self.freshness.milliseconds))
    }

    private func read(_ document: JSONObject) throws -> Actor {
        do {
            return try Actor(document)
        } catch {
            throw FetchError.notActivityStreams(reason: "\(error)")
        }
    }

    private func judge(_ actor: Actor, handle: Handle? = nil) throws -> DiscoveredActor {
        try DiscoveredActor(actor, handle: handle, id: ids.next(), now: clock.now()) { html in
            HTMLSanitizer.sanitize(String(html.prefix(Self.longestSummary))).html
        }
    }

    private func store(_ actor: DiscoveredActor) async throws -> Account {
        guard let account = try await database.write({ try actor.store(in: $0) }) else {
            throw FetchError.gone(status: 410)
        }
        return account
    }
}
