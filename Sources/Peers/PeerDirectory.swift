import Content
public import Domain
public import Storage
public import Vocabulary

/// Finds accounts, ours and peers', by URI or handle; fetches what is not known or has become stale.
public struct PeerDirectory: Sendable {
    /// How long a peer's document is good without being asked for again.
    private static let freshness = Span.days(1)

    private let database: any SQLDatabase
    private let fetcher: DocumentFetcher
    private let webFinger: WebFingerClient
    private let ids: IDGenerator
    private let clock: any WallClock

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
            if known.isLocal || clock.now() - (known.fetchedAt ?? known.createdAt) < Self.freshness {
                return known
            }
        }
        do {
            return try await store(try await discover(try await fetcher.fetch(uri, for: school), for: school))
        } catch let error as FetchError where known != nil && error.isTransient {
            guard let known else { throw error }
            return known
        }
    }

    /// The account with a handle, found by WebFinger when it is not known.
    ///
    /// The handle's host must confirm the actor, and the actor the handle.
    ///
    /// - Throws: `FetchError`, `ActorError`, `StorageError`.
    public func account(_ handle: Handle, for school: School) async throws -> Account {
        let (known, isOwn) = try await database.read { db in
            (try db.accounts.find(handle), try db.schools.find(host: handle.host) != nil)
        }
        if let known, known.isLocal || clock.now() - (known.fetchedAt ?? known.createdAt) < Self.freshness {
            return known
        }
        if isOwn { throw FetchError.gone(status: 404) }
        let (uri, confirmed) = try await webFinger.resolve(handle, for: school)
        let actor = try read(try await fetcher.fetch(uri, for: school))
        guard actor.preferredUsername.map({ $0.lowercased() }) == confirmed.name.lowercased() else {
            throw ActorError.badName
        }
        return try await store(try judge(actor, handle: confirmed))
    }

    /// Fetches an actor again, for an Update; stored.
    ///
    /// - Throws: as `account(_:for:)`.
    public func refreshed(_ uri: URI, for school: School) async throws -> DiscoveredActor {
        try judge(try read(try await fetcher.fetch(uri, for: school)))
    }

    /// Fetches any object from its own origin.
    ///
    /// - Throws: `FetchError`.
    public func object(_ uri: URI, for school: School) async throws(FetchError) -> JSONObject {
        try await fetcher.fetch(uri, for: school)
    }

    /// Reads and judges an actor document that came from its own origin; stores nothing.
    func discover(_ document: JSONObject, for school: School) async throws -> DiscoveredActor {
        try judge(try read(document))
    }

    /// The document behind a key id: the actor itself, or its owner's when the key has a document of its own.
    func document(behindKey id: URI, for school: School) async throws(FetchError) -> JSONObject {
        let (document, address) = try await fetcher.fetchAnywhere(id, for: school)
        if let found = document["id"]?.string.flatMap({ try? URI($0) }), found == address,
            document["publicKey"] != nil || document["assertionMethod"] != nil
        {
            return document
        }
        guard let owner = document["owner"]?.string.flatMap({ try? URI($0) }), owner.origin == id.origin
        else {
            throw .foreignID(document["owner"]?.string ?? document["id"]?.string ?? "")
        }
        return try await fetcher.fetch(owner, for: school)
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
            HTMLSanitizer.sanitize(html).html
        }
    }

    private func store(_ actor: DiscoveredActor) async throws -> Account {
        guard let account = try await database.write({ try actor.store(in: $0) }) else {
            throw FetchError.gone(status: 410)
        }
        return account
    }
}
