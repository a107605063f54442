public import Domain

/// When a failed delivery is tried again, and when it is given up.
public struct RetrySchedule: Sendable {
    /// The waits after the first failure, the second and so on; the last one repeats.
    public let waits: [Span]
    /// How long a delivery is kept trying.
    public let lifetime: Span
    /// How long one to an approved partner is.
    public let partnerLifetime: Span
    /// The longest wait between two probes of a host whose circuit is open: so long after it is well again what waits
    /// for it goes out at the latest.
    public let longestProbe: Span

    private let random: @Sendable (ClosedRange<Double>) -> Double

    /// Makes a schedule; the standard one is that of design section 8.
    ///
    /// `random`: the jitter; tests pass their own.
    public init(
        waits: [Span] = [
            .minutes(1), .minutes(5), .minutes(15), .hours(1), .hours(3), .hours(6), .hours(12),
        ],
        lifetime: Span = .days(7),
        partnerLifetime: Span = .days(30),
        longestProbe: Span = .minutes(10),
        random: @escaping @Sendable (ClosedRange<Double>) -> Double = { Double.random(in: $0) }
    ) {
        self.waits = waits
        self.lifetime = lifetime
        self.partnerLifetime = partnerLifetime
        self.longestProbe = longestProbe
        self.random = random
    }

    /// The wait after so many failures, at least one, with 20 % jitter either way.
    public func wait(afterFailures count: Int) -> Span {
        guard let last = waits.last else { return .hours(1) }
        let index = max(0, count - 1)
        return jittered(index < waits.count ? waits[index] : last)
    }

    /// The wait between probes of a host after so many failures in a row: never longer than `longestProbe`, and spread
    /// below it, so that hosts which failed together are not all tried at once.
    public func probeInterval(afterFailures count: Int) -> Span {
        let wait = wait(afterFailures: count)
        if wait <= longestProbe { return wait }
        return Span(milliseconds: Int64(Double(longestProbe.milliseconds) * min(random(0.8...1.2), 1)))
    }

    private func jittered(_ span: Span) -> Span {
        Span(milliseconds: Int64(Double(span.milliseconds) * random(0.8...1.2)))
    }
}
