public import Domain

/// How many activities each host may still send.
public protocol HostAllowance: Sendable {
    /// In how many seconds the host may send again; nil when it may now.
    func wait(for host: Host) -> Int?
    /// Counts one activity of the host; its signature has been verified.
    func count(_ host: Host)
}

/// The sender's host has not used up its share.
///
/// It runs before the signature is verified, so that a flood costs little; what it counts was verified, so that
/// nobody can use up a host's share in its name.
struct WithinAllowance: InboxPolicy {
    let allowance: any HostAllowance

    func judge(_ candidate: inout Candidate) async -> Judgement {
        guard let host = candidate.envelope?.actor.host, let seconds = allowance.wait(for: host) else {
            return .pass
        }
        return .stop(.tooMany(after: .seconds(Int64(clamping: seconds))))
    }
}
