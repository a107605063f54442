import Domain
public import Storage

/// A host's circuit. While it is open the planner sends one probe per interval, and one that arrives closes it.
///
/// A host that gives no answer, or asks to wait, opens it at once. Other failures (500, 401, ...) may be the fault of
/// one delivery: five of them in ten minutes open it, with nothing taken in between.
extension Lane {
    static let failuresToOpen = 5
    static let window = Span.minutes(10)

    /// Whether only probes are sent.
    public var isOpen: Bool { openedAt != nil }

    /// Notes that the host took something, or refused it for good: it is well.
    ///
    /// What it has asked for is kept to.
    mutating func noteSuccess(at time: Timestamp) {
        failures = 0
        firstFailureAt = nil
        openedAt = nil
        heldUntil = askedUntil
        lastSuccessAt = time
    }

    /// Notes a failure of the host; `opens`: at once.
    mutating func noteFailure(_ reason: String, opens: Bool, at time: Timestamp) {
        if !isOpen, let first = firstFailureAt, time - first > Self.window { failures = 0 }
        if failures == 0 { firstFailureAt = time }
        failures = min(failures + 1, 1_000)
        if opens || failures >= Self.failuresToOpen, openedAt == nil { openedAt = time }
        lastFailureAt = time
        lastReason = reason
    }

    /// Notes until when the host asks to be left alone.
    mutating func noteWish(until time: Timestamp) {
        askedUntil = max(askedUntil, time)
        heldUntil = max(heldUntil, askedUntil)
    }
}
