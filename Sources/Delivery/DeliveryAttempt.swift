public import Domain
import HTTPSignatures
public import Logging
public import Peers
public import Storage
public import Transport

/// Sends one delivery: loads the activity and the key by id, signs now, posts.
public struct DeliveryAttempt: Sendable {
    private let bodies: ActivityBodies
    private let signers: SignerRing
    private let client: TransportClient
    private let clock: any WallClock
    private let logger: Logger

    /// Makes the sender of a process.
    public init(
        database: any SQLDatabase,
        signers: SignerRing,
        client: TransportClient,
        clock: any WallClock = SystemClock(),
        logger: Logger
    ) {
        bodies = ActivityBodies(database: database)
        self.signers = signers
        self.client = client
        self.clock = clock
        self.logger = logger
    }

    /// Sends a delivery, and once more with the other signature when the host does not take the first (400, 401).
    ///
    /// `scheme`: what the host is known to understand; draft-cavage is tried first where nothing is known.
    func send(_ delivery: Delivery, scheme: SignatureScheme?) async -> DeliveryResult {
        let first = scheme ?? .cavage
        do {
            let activity = try await bodies.activity(delivery.activity)
            let followers = try await bodies.statement(activity, of: delivery.actor, to: delivery.inbox)
            let key = try await signers.key(of: delivery.actor)
            let exchange = { (scheme: SignatureScheme) async throws -> OutboundResponse in
                try await post(activity.body, to: delivery.inbox, key: key, scheme: scheme, followers)
            }
            let response = try await exchange(first)
            guard response.status == 400 || response.status == 401 else {
                return result(delivery, response)
            }
            let second: SignatureScheme = first == .cavage ? .rfc9421 : .cavage
            let again = try await exchange(second)
            let took = (200...299).contains(again.status)
            return result(delivery, took ? again : response, learned: took ? second : nil)
        } catch let error as TransferError {
            return DeliveryResult(delivery: delivery, outcome: .classify(error))
        } catch let error as StorageError where error.isTransient {
            // The database is away: that says nothing of the delivery.
            logger.error(
                "a delivery was not prepared",
                metadata: ["delivery": "\(delivery.id)", "error": "\(error)"]
            )
            return DeliveryResult(delivery: delivery, outcome: .cutOff)
        } catch {
            logger.error(
                "preparing a delivery failed",
                metadata: ["delivery": "\(delivery.id)", "error": "\(error)"]
            )
            return DeliveryResult(
                delivery: delivery,
                outcome: .postponed(reason: "this server could not prepare it")
            )
        }
    }

    private func result(
        _ delivery: Delivery,
        _ response: OutboundResponse,
        learned: SignatureScheme? = nil
    ) -> DeliveryResult {
        DeliveryResult(delivery: delivery, outcome: .classify(response, now: clock.now()), learned: learned)
    }

    private func post(
        _ body: ActivityBody,
        to inbox: URI,
        key: SigningKey,
        scheme: SignatureScheme,
        _ followers: SynchronizationField?
    ) async throws -> OutboundResponse {
        let request = try SignedRequest.post(
            body,
            to: inbox,
            key: key,
            scheme: scheme,
            synchronizing: followers,
            at: clock.now()
        )
        return try await client.send(request)
    }
}
