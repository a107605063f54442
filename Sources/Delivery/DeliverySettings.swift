public import Domain

/// The bounds within which a process delivers.
public struct DeliverySettings: Sendable {
    /// How many hosts are sent to at the same time; hosts that fail get half of them at most.
    public var activeLanes = 256
    /// How many lanes are claimed in one transaction.
    public var lanesPerClaim = 64
    /// How many deliveries a lane takes on with one lease.
    public var deliveriesPerLane = 32
    /// How many actors' deliveries run side by side on one lane; one actor's go one after the other.
    public var actorsPerLane = 4
    /// After this a lane starts nothing new with its lease.
    public var laneTime = Span.seconds(20)
    /// How long a lease lasts: longer than `laneTime` and two exchanges that time out.
    public var lease = Span.seconds(90)
    /// How often the queue is looked at when no wake-up comes.
    public var poll = Duration.seconds(1)
    /// How long what is in flight may take when the process stops; then it is cut off and sent again later.
    public var stopTime = Duration.seconds(5)
    /// When failed deliveries are tried again.
    public var schedule = RetrySchedule()
    /// How long after the start of a process nothing is given up for its age.
    public var expiryPauseAtStart = Span.hours(1)
    /// How long nothing is given up for its age when somebody has set the clock.
    public var expiryPauseAfterJump = Span.days(1)

    /// Starts from the standard bounds.
    public init() {}
}
