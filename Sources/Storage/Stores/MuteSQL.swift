import Domain

/// What mutes leave out of lists, as SQL conditions.
enum MuteSQL {
    /// Whether a viewer wants to see what an account does, given as a column; strangers and servers mute nobody.
    static func isHeard(column account: StaticString, by viewer: Viewer) -> SQL {
        guard let id = viewer.account else { return "1 = 1" }
        return """
            NOT EXISTS (SELECT 1 FROM mute u WHERE u.account_id = \(id) AND u.muted_id = \(literal: account))
            """
    }

    /// The same for what somebody tells a viewer.
    static func tells(column account: StaticString, _ viewer: Account.ID) -> SQL {
        """
        NOT EXISTS (SELECT 1 FROM mute u WHERE u.account_id = \(viewer) AND u.muted_id = \(literal: account)
            AND u.hides_notices = 1)
        """
    }
}
