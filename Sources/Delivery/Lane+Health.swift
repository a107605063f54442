import Domain
public import Storage

/// A host's circuit: five failures in a row open it, one success closes it.
///
/// While it is open the planner sends one probe per interval. A validly signed request from the host closes it
/// too (`LaneStore.reopen`).
extension Lane {
    static let failuresToOpen = 5

    /// Whether only probes are sent.
    public var isOpen: Bool { openedAt != nil }

    /// Notes that an inbox of this host took a delivery.
    ///
    /// - Returns: whether the host was failing before, so that what waits for it is due now.
    mutating func noteSuccess(at time: Timestamp) -> Bool {
        let wasFailing = failures > 0
        failures = 0
        firstFailureAt = nil
        openedAt = nil
        heldUntil = Timestamp(milliseconds: 0)
        lastSuccessAt = time
        return wasFailing
    }

    /// Notes a failure for the host's sake.
    mutating func noteFailure(_ reason: String, at time: Timestamp) {
        if failures == 0 { firstFailureAt = time }
        failures = min(failures + 1, 1_000)
        if failures >= Self.failuresToOpen, openedAt == nil { openedAt = time }
        lastFailureAt = time
        lastReason = reason
    }
}
