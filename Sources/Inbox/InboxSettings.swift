public import Domain

/// The bounds within which a process applies what it received.
public struct InboxSettings: Sendable {
    /// How many activities are claimed in one transaction.
    public var batch = 64
    /// How many claimed activities may be in work at the same time.
    public var inWork = 256
    /// How long a claim lasts.
    public var lease = Span.minutes(2)
    /// How often the table is looked at when no wake-up comes.
    public var poll = Duration.seconds(1)
    /// After so many crashes or failures an activity is put aside.
    public var maximumAttempts = 10
    /// The wait after the first failure; doubled for each further one, at most an hour.
    public var firstWait = Span.seconds(15)

    /// Starts from the standard bounds.
    public init() {}
}
