public import Domain
public import HTTPSignatures
public import Storage
import Synchronization
import Vocabulary

/// A peer's public key and whose it is.
public struct RingKey: Sendable {
    /// The key, parsed.
    public let key: PublicKey
    /// Its owner, whose own document lists it.
    public let actor: URI
    /// The owner's document when it was fetched just now: stored only once a signature has been verified with it.
    public let discovery: DiscoveredActor?
}

/// The public keys of peers: from the database, else by one guarded fetch.
///
/// A key is fetched at most once in five minutes, however often it is named. Concurrent requests for one key share
/// the fetch; at most 64 fetches run at a time, and strangers below one domain are asked slowly (`NewcomerLimiter`).
/// Nothing is stored here: a stranger's document that never verified a signature leaves no row.
public final class KeyRing: Sendable {
    private static let capacity = 4_096
    /// How many keys may be fetched at the same time.
    private static let concurrentFetches = 64

    private let database: any SQLDatabase
    private let directory: PeerDirectory
    private let clock: any WallClock
    private let limiter = FetchLimiter()
    private let newcomers: NewcomerLimiter?
    /// Parsed keys by their material, so that each is parsed once.
    private let parsed = Mutex<[String: PublicKey]>([:])
    /// Keys of documents that were fetched and not stored yet.
    private let fresh = Mutex<[URI: RingKey]>([:])
    private let flights = Mutex<[URI: Task<RingKey, any Error>]>([:])

    /// Makes the ring of a process; `limitsNewHosts`: off only on machines for trials.
    public init(
        database: any SQLDatabase,
        directory: PeerDirectory,
        clock: any WallClock = SystemClock(),
        limitsNewHosts: Bool = true
    ) {
        newcomers = limitsNewHosts ? NewcomerLimiter() : nil
        self.database = database
        self.directory = directory
        self.clock = clock
    }

    /// The key with an id: as stored, as fetched a moment ago, or fetched now on behalf of a school.
    ///
    /// - Throws: `FetchError`.
    public func key(_ id: URI, for school: School) async throws(FetchError) -> RingKey {
        if let stored = try await stored(id) { return stored }
        if let known = fresh.withLock({ $0[id] }) { return known }
        return try await fetch(id, for: school)
    }

    /// The key as its owner's document has it now, for a signature that did not verify with the one we knew.
    ///
    /// - Throws: `FetchError`; `tooSoon` when it was fetched within five minutes.
    public func refetched(_ id: URI, for school: School) async throws(FetchError) -> RingKey {
        try await fetch(id, for: school)
    }

    /// Forgets what was fetched and not stored; after it has been stored.
    public func forgetFresh(_ id: URI) {
        fresh.withLock { $0[id] = nil }
    }

    private func stored(_ id: URI) async throws(FetchError) -> RingKey? {
        do {
            guard let row = try await database.read({ try $0.peerKeys.find(id) }) else { return nil }
            return RingKey(key: try parse(row.material), actor: row.actor, discovery: nil)
        } catch let error as KeyError {
            throw .notActivityStreams(reason: "\(error)")
        } catch {
            throw .ours(reason: "\(error)")
        }
    }

    private func fetch(_ id: URI, for school: School) async throws(FetchError) -> RingKey {
        let now = clock.now()
        let isStranger = try await isStranger(id.host, to: school)
        let flight = try flights.withLock { flights throws(FetchError) -> Task<RingKey, any Error> in
            if let running = flights[id] { return running }
            guard flights.count < Self.concurrentFetches else { throw .busy }
            if isStranger, newcomers?.admit(id.host, now: now) == false { throw .busy }
            guard limiter.admit(id, now: now) else { throw .tooSoon }
            let task = Task { try await self.discover(id, for: school) }
            flights[id] = task
            return task
        }
        defer { flights.withLock { $0[id] = nil } }
        do {
            return try await flight.value
        } catch let error as FetchError {
            throw error
        } catch {
            throw .notActivityStreams(reason: "\(error)")
        }
    }

    /// Whether no admin has named the host as a partner: schools with open federation hear from many.
    private func isStranger(_ host: Host, to school: School) async throws(FetchError) -> Bool {
        guard school.federation == .open else { return false }
        do {
            return try await database.read { try $0.partners.find(school.id, host)?.state != .approved }
        } catch {
            throw .ours(reason: "\(error)")
        }
    }

    /// Reads the document behind a key id: an actor that lists the key, or a key whose owner's document lists it.
    private func discover(_ id: URI, for school: School) async throws -> RingKey {
        let document = try await directory.document(behindKey: id, for: school)
        let actor = try await directory.discover(document, for: school)
        guard let listed = actor.keys.first(where: { $0.uri == id }) else {
            throw FetchError.notActivityStreams(reason: "the actor does not list the key")
        }
        let found = RingKey(key: try parse(listed.material), actor: actor.account.uri, discovery: actor)
        fresh.withLock { fresh in
            if fresh.count >= Self.capacity { fresh.removeAll(keepingCapacity: true) }
            fresh[id] = found
        }
        return found
    }

    private func parse(_ material: String) throws(KeyError) -> PublicKey {
        if let known = parsed.withLock({ $0[material] }) { return known }
        let key =
            material.utf8.first == UInt8(ascii: "z")
            ? try PublicKey(multibase: material) : try PublicKey(pem: material)
        parsed.withLock { parsed in
            if parsed.count >= Self.capacity { parsed.removeAll(keepingCapacity: true) }
            parsed[material] = key
        }
        return key
    }
}
