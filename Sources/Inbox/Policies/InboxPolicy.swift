import Domain
import HTTPSignatures
import Peers
import Vocabulary

/// One rule that a request must pass before its activity is kept.
///
/// The rules run in the order of `InboxReceiver`: what costs nothing first, the network last, so that a stranger
/// cannot make us do more than read.
protocol InboxPolicy: Sendable {
    /// Judges a request; a rule may add what it found out to the candidate.
    func judge(_ candidate: inout Candidate) async -> Judgement
}

/// What a rule says.
enum Judgement: Hashable {
    case pass
    case stop(Receipt)
}

/// A request on its way through the rules, with what they have found out.
struct Candidate: Sendable {
    let request: InboundRequest
    let now: Timestamp
    /// The activity's envelope; set by `KnownShape`.
    var envelope: Envelope?
    /// What the signature header claims; set by `FreshSignature`.
    var claim: SignatureClaim?
    /// What is known of the sender; set by `KnownSender`.
    var sender: SenderFacts?
    /// The key that verified it; set by `ValidSignature`.
    var key: RingKey?
}

/// The part of an activity that the rules look at.
///
/// The rest of the parsed tree is let go at once: it takes many times the room of its text, and the request may wait
/// long for a key.
struct Envelope: Sendable {
    let id: URI
    let actor: URI
    let type: ActivityType
    /// What it is about, as far as it is named.
    let object: URI?
}
