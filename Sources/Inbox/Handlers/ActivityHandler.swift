import Storage

/// Knows what one kind of activity does.
protocol ActivityHandler: Sendable {
    /// Does what needs the network or time, and returns the effect.
    ///
    /// - Throws: what made it impossible; the activity is tried again later when the error is transient.
    func prepare(_ incoming: Incoming) async throws -> Effect
}
