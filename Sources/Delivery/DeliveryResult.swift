import Domain
import Storage

/// A delivery, what came of its attempt, and what that showed of the host.
struct DeliveryResult: Sendable {
    let delivery: Delivery
    let outcome: DeliveryOutcome
    /// The signature scheme that the host has just been seen to take, if that is news.
    var learned: SignatureScheme?
}
