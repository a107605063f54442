public import Domain

/// The `follower_check` table: peers' accounts whose followers among ours differ from what their server says.
public struct FollowerCheckStore {
    let db: any SQLConnection

    /// How long the same account and school are left alone after a difference was noted.
    private static let pause = Span.minutes(10)

    /// A peer's account and where its server lists those who follow it at a school.
    public struct Check: Sendable, Hashable {
        /// Who is followed.
        public let account: Account.ID
        /// Whose accounts are compared.
        public let school: School.ID
        /// The address of the list.
        public let partial: URI

        /// Puts a check together.
        public init(account: Account.ID, school: School.ID, partial: URI) {
            self.account = account
            self.school = school
            self.partial = partial
        }
    }

    /// Notes a difference; within ten minutes of the last one nothing, so that nobody makes us fetch without end.
    ///
    /// - Returns: whether it was noted.
    @discardableResult
    public func note(_ check: Check, at time: Timestamp) throws(StorageError) -> Bool {
        let noted = try db.run(
            """
            INSERT INTO follower_check (account_id, school_id, partial, due_at, noted_at)
            VALUES (\(check.account), \(check.school), \(check.partial), \(time), \(time))
            ON CONFLICT (account_id, school_id) DO UPDATE
                SET partial = excluded.partial, due_at = excluded.due_at, noted_at = excluded.noted_at
                WHERE follower_check.noted_at <= \(time - Self.pause)
            RETURNING account_id
            """
        )
        if !noted.isEmpty { db.wake(.followerChecks) }
        return !noted.isEmpty
    }

    /// Takes one that is due; when the process dies over it, it is due again at `lease`.
    public func claim(now: Timestamp, lease: Timestamp) throws(StorageError) -> Check? {
        let due = try db.run(
            """
            SELECT account_id, school_id FROM follower_check WHERE due_at <= \(now)
            ORDER BY due_at, account_id, school_id LIMIT 1 \(fragment: db.dialect.skipLocked)
            """
        )
        guard let row = due.first else { return nil }
        let (account, school): (Account.ID, School.ID) = (try row["account_id"], try row["school_id"])
        return try db.run(
            """
            UPDATE follower_check SET due_at = \(lease)
            WHERE account_id = \(account) AND school_id = \(school) AND due_at <= \(now) RETURNING *
            """
        ).decoded { row throws(StorageError) in
            Check(account: try row["account_id"], school: try row["school_id"], partial: try row["partial"])
        }.first
    }

    /// Notes that there is nothing more to do until the next difference.
    public func finish(_ check: Check) throws(StorageError) {
        try db.run(
            """
            UPDATE follower_check SET due_at = NULL
            WHERE account_id = \(check.account) AND school_id = \(check.school)
            """
        )
    }
}

extension SQLConnection {
    /// The `follower_check` table.
    public var followerChecks: FollowerCheckStore { FollowerCheckStore(db: self) }
}
