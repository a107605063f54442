public import Domain
public import Logging
import Metrics
public import Peers
public import Storage
import Synchronization

/// Takes requests to inboxes: judges each by the ordered policies, keeps what passes, and answers with a receipt.
///
/// Nothing unverified is stored, but the name of a host that asks to be a partner. `accepted` is said only after the
/// commit; what an activity does happens later, in `InboxWorker`.
public final class InboxReceiver: Sendable {

    private let database: any SQLDatabase
    private let keys: KeyRing
    private let policies: [any InboxPolicy]
    private let proposals: ProposalNote
    private let ids: IDGenerator
    private let clock: any WallClock
    private let allowance: (any HostAllowance)?
    private let logger: Logger
    private let heard = Mutex<[Host: Timestamp]>([:])

    /// Makes a receiver; without an allowance hosts may send as much as they like.
    public init(
        database: any SQLDatabase,
        keys: KeyRing,
        ids: IDGenerator,
        clock: any WallClock = SystemClock(),
        allowance: (any HostAllowance)? = nil,
        logger: Logger
    ) {
        self.database = database
        self.keys = keys
        self.ids = ids
        self.clock = clock
        self.allowance = allowance
        self.logger = logger
        proposals = ProposalNote(database: database, logger: logger)
        // The order matters: a stranger's request is read and compared before anything is looked up or fetched.
        let share = allowance.map { WithinAllowance(allowance: $0) }
        policies =
            [
                KnownShape(ids: ids), FreshSignature(), KnownSender(database: database), HonestOrigin(),
                AllowedHost(),
            ] + [share].compactMap { $0 } + [ValidSignature(keys: keys)]
    }

    /// Judges a request and keeps its activity.
    public func receive(_ request: InboundRequest) async -> Receipt {
        let receipt = await judge(request)
        Counter(label: "staffroom_received", dimensions: [("receipt", receipt.name)]).increment()
        return receipt
    }

    private func judge(_ request: InboundRequest) async -> Receipt {
        var candidate = Candidate(request: request, now: clock.now())
        for policy in policies {
            guard case .stop(let receipt) = await policy.judge(&candidate) else { continue }
            logger.debug(
                "activity not taken",
                metadata: [
                    "policy": "\(type(of: policy))", "receipt": "\(receipt)",
                    "actor": "\(candidate.envelope?.actor.description ?? "-")",
                ]
            )
            if receipt == .refused(.hostNotAllowed) { await proposals.note(candidate) }
            return receipt
        }
        guard let envelope = candidate.envelope, let key = candidate.key else {
            return .refused(.badSignature)
        }
        allowance?.count(envelope.actor.host)
        do {
            return try await keep(envelope, key, candidate)
        } catch {
            logger.error(
                "keeping an activity failed",
                metadata: ["activity": "\(envelope.id)", "error": "\(error)"]
            )
            return .tryAgain(.storageUnavailable, after: .seconds(30))
        }
    }

    private func keep(_ envelope: Envelope, _ key: RingKey, _ candidate: Candidate) async throws -> Receipt {
        let received = ReceivedActivity(
            id: ids.next(),
            uri: envelope.id,
            actor: envelope.actor,
            host: envelope.actor.host,
            recipient: candidate.request.recipient,
            body: candidate.request.body,
            receivedAt: candidate.now
        )
        let discovery = key.discovery
        let isNews = isNews(received.host, at: candidate.now)
        let followers = FollowerStatement(candidate)
        let receipt = try await database.write { db -> Receipt in
            if let discovery, try discovery.store(in: db) == nil { return .ignored(.actorGone) }
            if isNews { try Self.noteHeard(received.host, at: received.receivedAt, in: db) }
            try followers?.compare(in: db, at: received.receivedAt)
            return try db.receivedActivities.keep(received) ? .accepted : .duplicate
        }
        if let discovery { discovery.keys.forEach { keys.forgetFresh($0.uri) } }
        return receipt
    }

    /// A host that can sign may be able to receive again: a probe of what waits for it is due now.
    private static func noteHeard(_ host: Host, at time: Timestamp, in db: any SQLConnection) throws {
        try db.peers.heard(from: host, at: time)
        try db.lanes.noteHeard(from: host, at: time)
    }

    /// Whether it is worth a write that the host was heard from: at most once an interval and host.
    private func isNews(_ host: Host, at time: Timestamp) -> Bool {
        heard.withLock { heard in
            if let last = heard[host], time - last < .seconds(1), time >= last { return false }
            if heard.count >= 10_000 { heard.removeAll(keepingCapacity: true) }
            heard[host] = time
            return true
        }
    }
}
