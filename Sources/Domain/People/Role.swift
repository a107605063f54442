/// What an account may do at its school.
public enum Role: String, Sendable, CaseIterable {
    /// Reads and writes its own.
    case member
    /// Also handles reports.
    case moderator
    /// Also changes the school: accounts, partners, settings.
    case admin
}
