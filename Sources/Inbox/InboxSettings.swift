public import Domain

/// The bounds within which a process applies what it received.
public struct InboxSettings: Sendable {
    /// How many activities are claimed in one transaction.
    public var batch = 256
    /// How many claimed activities may be in work at the same time.
    public var inWork = 512
    /// How long a claim lasts; it is renewed four times as often.
    public var lease = Span.minutes(2)
    /// How often the table is looked at when no wake-up comes.
    public var poll = Duration.seconds(1)
    /// How long after a claim the next one waits while something is in work.
    public var pause = Duration.milliseconds(5)
    /// How long an activity may take before its effect: fetching what it refers to.
    public var preparation = Duration.seconds(30)
    /// The same while others wait for it.
    public var preparationAlone = Duration.seconds(5)
    /// After so many failures an activity is put aside.
    public var maximumAttempts = 10
    /// The wait after the first failure; doubled for each further one, at most an hour.
    public var firstWait = Span.seconds(15)

    /// Starts from the standard bounds.
    public init() {}
}
