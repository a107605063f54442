public import Domain
public import HTTPSignatures
public import Storage
import Synchronization
import Transport
import Vocabulary

/// A peer's public key and whose it is.
public struct RingKey: Sendable {
    /// The key, parsed.
    public let key: PublicKey
    /// The text that it was parsed from.
    public let material: String
    /// Its owner, whose own document lists it.
    public let actor: URI
    /// The owner's document when it was fetched just now: stored only once a signature has been verified with it.
    public let discovery: DiscoveredActor?
}

/// The public keys of peers: from the database, else by one guarded fetch.
///
/// A document is fetched at most once in five minutes, however many keys in it are named, and within a deadline
/// (`FetchLimiter` has the other bounds). Concurrent requests for one document share the fetch. At most 64 fetches run
/// at a time, four of one host, for whose turn partners' requests wait; strangers have half of them, and those below one domain are asked slowly
/// (`NewcomerLimiter`). Nothing is stored here: a document that never verified a signature leaves no row, and is
/// forgotten after five minutes.
public final class KeyRing: Sendable {
    private static let capacity = 1_024
    private static let lifetime = Span.minutes(5)
    private static let flightsAtOnce = 64
    private static let flightsPerHost = 4
    private static let waitingPerHost = 64

    private struct Fresh {
        let actor: DiscoveredActor
        let time: Timestamp
    }

    private struct Flights {
        /// What is being fetched, by the document's address.
        var running: [URI: Task<DiscoveredActor, any Error>] = [:]
        /// How many requests wait for their host's turn.
        var waiting: [Host: Int] = [:]
    }

    private let database: any SQLDatabase
    private let directory: PeerDirectory
    private let clock: any WallClock
    private let limiter = FetchLimiter()
    private let newcomers: NewcomerLimiter?
    private let deadline: Duration
    /// Parsed keys by their material, so that each is parsed once.
    private let parsed = Mutex<[String: PublicKey]>([:])
    /// Documents that were fetched and not stored yet, by the address that was asked for.
    private let fresh = Mutex<[URI: Fresh]>([:])
    private let flights = Mutex(Flights())

    /// Makes the ring of a process.
    ///
    /// `limitsNewHosts`: off only on machines for trials. `deadline`: how long a fetch may take as a whole.
    public init(
        database: any SQLDatabase,
        directory: PeerDirectory,
        clock: any WallClock = SystemClock(),
        limitsNewHosts: Bool = true,
        deadline: Duration = .seconds(10)
    ) {
        newcomers = limitsNewHosts ? NewcomerLimiter() : nil
        self.database = database
        self.directory = directory
        self.clock = clock
        self.deadline = deadline
    }

    /// The key with an id: as stored, as fetched a moment ago, or fetched now on behalf of a school.
    ///
    /// - Throws: `FetchError`.
    public func key(_ id: URI, for school: School) async throws(FetchError) -> RingKey {
        let row: PeerKey?
        do {
            row = try await database.read { try $0.peerKeys.find(id) }
        } catch {
            throw .ours(reason: "\(error)")
        }
        return try await key(id, stored: row, for: school)
    }

    /// The same for a caller that has looked up what is stored; a key that cannot be used is as good as none.
    ///
    /// - Throws: `FetchError`.
    public func key(_ id: URI, stored row: PeerKey?, for school: School) async throws(FetchError) -> RingKey {
        if let row, let key = try? parse(row.material) {
            return RingKey(key: key, material: row.material, actor: row.actor, discovery: nil)
        }
        if let known = try known(id) { return known }
        return try await fetch(id, for: school)
    }

    /// The key as its owner's document has it now, for a signature that did not verify with the one we knew.
    ///
    /// - Throws: `FetchError`; `tooSoon` when the one we knew still stands: it was fetched within five minutes and is the
    ///   same, or cannot be fetched now.
    public func refetched(_ id: URI, insteadOf failed: RingKey, for school: School) async throws(FetchError)
        -> RingKey
    {
        do {
            return try await fetch(id, for: school)
        } catch {
            guard error.isTransient, !error.isOurs else { throw error }
            guard let known = try known(id), known.material != failed.material else { throw .tooSoon }
            return known
        }
    }

    /// Notes that a signature was verified with a key that had been fetched: that fetch was no flood.
    public func prove(_ id: URI) {
        limiter.prove(id.withoutFragment)
    }

    /// Forgets what was fetched and not stored; after it has been stored.
    public func forgetFresh(_ id: URI) {
        fresh.withLock { $0[id.withoutFragment] = nil }
    }

    private func known(_ id: URI) throws(FetchError) -> RingKey? {
        let now = clock.now()
        let entry = fresh.withLock { $0[id.withoutFragment] }
        guard let entry, now - entry.time < Self.lifetime, now >= entry.time,
            entry.actor.keys.contains(where: { $0.uri == id })
        else { return nil }
        return try ringKey(id, of: entry.actor)
    }

    private func fetch(_ id: URI, for school: School) async throws(FetchError) -> RingKey {
        let isStranger = try await isStranger(id.host, to: school)
        let end = ContinuousClock.now + deadline
        while true {
            switch try board(id, isStranger, for: school) {
            case .flight(let flight):
                do {
                    return try ringKey(id, of: try await flight.value)
                } catch let error as FetchError {
                    throw error
                } catch {
                    throw .notActivityStreams(reason: "\(error)")
                }
            case .queue(behind: let flight):
                _ = await flight.result
                flights.withLock { $0.waiting[id.host, default: 1] -= 1 }
                guard ContinuousClock.now < end else { throw .busy }
            }
        }
    }

    private enum Boarding {
        case flight(Task<DiscoveredActor, any Error>)
        case queue(behind: Task<DiscoveredActor, any Error>)
    }

    /// Joins the fetch of a document, begins it, or waits for one of its host to end.
    private func board(_ id: URI, _ isStranger: Bool, for school: School) throws(FetchError) -> Boarding {
        let (document, now) = (id.withoutFragment, clock.now())
        return try flights.withLock { flights throws(FetchError) -> Boarding in
            if let running = flights.running[document] { return .flight(running) }
            try limiter.check(document, isStranger: isStranger, now: now)
            let room = isStranger ? Self.flightsAtOnce / 2 : Self.flightsAtOnce
            guard flights.running.count < room else { throw .busy }
            let ofHost = flights.running.filter { $0.key.host == document.host }
            if ofHost.count >= Self.flightsPerHost, let other = ofHost.randomElement()?.value {
                let waiting = flights.waiting[document.host, default: 0]
                guard !isStranger, waiting < Self.waitingPerHost else { throw .busy }
                flights.waiting[document.host] = waiting + 1
                return .queue(behind: other)
            }
            if isStranger, newcomers?.admit(id.host, now: now) == false { throw .busy }
            limiter.count(document, now: now)
            let task = Task { try await self.land(id, document, for: school) }
            flights.running[document] = task
            return .flight(task)
        }
    }

    private func land(_ id: URI, _ document: URI, for school: School) async throws -> DiscoveredActor {
        let result: Result<DiscoveredActor, FetchError>
        do {
            let directory = directory
            let found = try await Deadline.run(within: deadline) {
                try await directory.actor(behindKey: id, for: school)
            }
            result = found.map { .success($0) } ?? .failure(.transfer(.timeout(reason: "no key in time")))
        } catch let error as FetchError {
            result = .failure(error)
        } catch {
            result = .failure(.notActivityStreams(reason: "\(error)"))
        }
        let now = clock.now()
        switch result {
        case .success(let actor):
            limiter.finish(document, nil)
            fresh.withLock { fresh in
                if fresh.count >= Self.capacity {
                    fresh = fresh.filter { now - $0.value.time < Self.lifetime }
                }
                if fresh.count >= Self.capacity { fresh.removeAll(keepingCapacity: true) }
                fresh[document] = Fresh(actor: actor, time: now)
            }
        case .failure(let error): limiter.finish(document, error)
        }
        flights.withLock { flights in
            flights.running[document] = nil
            flights.waiting = flights.waiting.filter { $0.value > 0 }
        }
        return try result.get()
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

    private func ringKey(_ id: URI, of actor: DiscoveredActor) throws(FetchError) -> RingKey {
        guard let listed = actor.keys.first(where: { $0.uri == id }) else {
            throw .notActivityStreams(reason: "the actor does not list the key")
        }
        do {
            let key = try parse(listed.material)
            return RingKey(key: key, material: listed.material, actor: actor.account.uri, discovery: actor)
        } catch {
            throw .notActivityStreams(reason: "\(error)")
        }
    }

    private func parse(_ material: String) throws(KeyError) -> PublicKey {
        if let known = parsed.withLock({ $0[material] }) { return known }
        let key =
            material.utf8.first == UInt8(ascii: "z")
            ? try PublicKey(multibase: material) : try PublicKey(pem: material)
        parsed.withLock { parsed in
            if parsed.count >= 4 * Self.capacity { parsed.removeAll(keepingCapacity: true) }
            parsed[material] = key
        }
        return key
    }
}
