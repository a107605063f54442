/// What a school has agreed with another host.
public struct Partner: Sendable, Hashable {
    /// Where the agreement stands.
    ///
    /// Only an admin moves it.
    public enum State: String, Sendable, CaseIterable {
        /// Named, not yet approved; nothing is exchanged.
        case proposed
        /// Activities flow both ways.
        case approved
        /// Nothing is taken from it (it is told to try again later) and deliveries to it wait.
        case paused
        /// Was a partner; nothing is exchanged, waiting deliveries are given up.
        case ended
        /// Refused, whatever the school's federation setting says, with all hosts below it.
        case blocked
    }

    /// Whose agreement.
    public let school: School.ID
    /// With whom.
    public let host: Host
    /// Where it stands.
    public var state: State
    /// Since when it stands there.
    public var changedAt: Timestamp

    /// Puts a partner together.
    public init(school: School.ID, host: Host, state: State, changedAt: Timestamp) {
        self.school = school
        self.host = host
        self.state = state
        self.changedAt = changedAt
    }
}

/// Whether a school exchanges activities with a host.
public enum Admission: Sendable, Hashable {
    /// It does.
    case allowed
    /// It will, but not now: the partner is paused.
    case paused
    /// It does not, and says only so.
    case refused

    /// Judges a host from the school's setting and the partner rows that match it.
    ///
    /// `state`: the state of the host's own row, if there is one.
    /// `isBelowBlocked`: whether the host or a domain above it is blocked.
    /// `isOfInstance`: whether the host is a school of this instance: those are partners of each other unless a row says otherwise.
    public init(
        federation: School.Federation,
        state: Partner.State?,
        isBelowBlocked: Bool,
        isOfInstance: Bool = false
    ) {
        if isBelowBlocked {
            self = .refused
            return
        }
        switch state {
        case .approved: self = .allowed
        case .paused: self = .paused
        case .ended, .blocked: self = .refused
        case .proposed, nil:
            self = federation == .open || (state == nil && isOfInstance) ? .allowed : .refused
        }
    }
}
