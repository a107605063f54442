public import Domain

/// Judges which processes are gone: those that were so at every look for a while.
///
/// When the database's server starts again, all connections are lost at once, and everybody who lives needs a moment to
/// come back.
public struct ProcessWatch: Sendable {
    /// How long a process has to be gone; one that lives is back within a second.
    public static let patience = Duration.seconds(2)

    private var missing: [ID<ServingProcess>: Duration] = [:]

    /// Starts with no suspicion.
    public init() {}

    /// Takes in a look at who is gone.
    ///
    /// `uptime`: how long the machine has run.
    /// - Returns: those that have been gone for long enough.
    public mutating func look(_ gone: [ID<ServingProcess>], at uptime: Duration) -> [ID<ServingProcess>] {
        missing = Dictionary(
            gone.map { ($0, missing[$0] ?? uptime) },
            uniquingKeysWith: { first, _ in first }
        )
        return gone.filter { uptime - (missing[$0] ?? uptime) >= Self.patience }
    }

    /// Begins anew: whoever could not be seen itself has no say about others.
    public mutating func reset() { missing = [:] }
}
