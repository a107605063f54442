import Storage

/// Knows what one kind of activity does.
protocol ActivityHandler: Sendable {
    /// Whether preparing an activity may use the network: it has a deadline then.
    func mayFetch(_ incoming: Incoming) -> Bool

    /// Does what needs the network or time, and returns the effect.
    ///
    /// - Throws: what made it impossible; the activity is tried again later when the error is transient.
    func prepare(_ incoming: Incoming) async throws -> Effect
}

extension ActivityHandler {
    /// Most handlers need no more than the activity and the database.
    func mayFetch(_ incoming: Incoming) -> Bool { false }
}
