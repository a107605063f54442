/// One act of an admin, kept for ever.
public struct AuditEntry: Sendable, Hashable {
    /// The type of an entry's id.
    public typealias ID = Domain.ID<AuditEntry>

    /// The row's id.
    public let id: ID
    /// The school it concerns; nil for the whole instance.
    public let school: School.ID?
    /// Who did it: a handle, or `command line`.
    public let by: String
    /// What was done, such as `partner.approve`.
    public let action: String
    /// To what: a host, a handle.
    public let subject: String
    /// When.
    public let at: Timestamp

    /// Puts an entry together.
    public init(
        id: ID,
        school: School.ID?,
        by: String,
        action: String,
        subject: String,
        at: Timestamp
    ) {
        self.id = id
        self.school = school
        self.by = by
        self.action = action
        self.subject = subject
        self.at = at
    }
}
