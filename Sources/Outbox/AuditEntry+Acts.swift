import Domain

extension AuditEntry {
    /// An act as it is noted now.
    init(
        _ action: String,
        at school: School.ID?,
        on subject: String,
        by admin: String,
        _ ids: IDGenerator,
        _ clock: any WallClock
    ) {
        self.init(
            id: ids.next(),
            school: school,
            by: admin,
            action: action,
            subject: subject,
            at: clock.now()
        )
    }
}
