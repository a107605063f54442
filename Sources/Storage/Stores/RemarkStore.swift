public import Domain

/// The tables `account_note` and `endorsement`: what an account notes about others, and whom it recommends.
public struct RemarkStore {
    let db: any SQLConnection

    /// Notes something about an account, for the writer's eyes alone; an empty text takes the note away.
    public func note(_ text: String, about other: Account.ID, by account: Account.ID) throws(StorageError) {
        guard !text.isEmpty else {
            try db.run("DELETE FROM account_note WHERE account_id = \(account) AND about_id = \(other)")
            return
        }
        try db.run(
            """
            INSERT INTO account_note (account_id, about_id, text) VALUES (\(account), \(other), \(text))
            ON CONFLICT (account_id, about_id) DO UPDATE SET text = excluded.text
            """
        )
    }

    /// What an account noted about another; empty for nothing.
    public func note(about other: Account.ID, by account: Account.ID) throws(StorageError) -> String {
        try db.run("SELECT text FROM account_note WHERE account_id = \(account) AND about_id = \(other)")
            .first?["text"] ?? ""
    }

    /// Recommends an account on one's page; twice changes nothing.
    public func endorse(_ endorsement: Endorsement) throws(StorageError) {
        try db.run(
            """
            INSERT INTO endorsement (id, account_id, endorsed_id)
            VALUES (\(endorsement.id), \(endorsement.account), \(endorsement.endorsed)) ON CONFLICT DO NOTHING
            """
        )
    }

    /// Takes a recommendation back.
    public func removeEndorsement(of other: Account.ID, by account: Account.ID) throws(StorageError) {
        try db.run("DELETE FROM endorsement WHERE account_id = \(account) AND endorsed_id = \(other)")
    }

    /// Whether an account recommends another.
    public func isEndorsed(_ other: Account.ID, by account: Account.ID) throws(StorageError) -> Bool {
        try !db.run(
            "SELECT 1 AS found FROM endorsement WHERE account_id = \(account) AND endorsed_id = \(other)"
        ).isEmpty
    }

    /// How many an account recommends.
    public func countEndorsements(by account: Account.ID) throws(StorageError) -> Int {
        try db.run("SELECT COUNT(*) AS n FROM endorsement WHERE account_id = \(account)").count("n")
    }

    /// A page of whom an account recommends, the last first.
    public func endorsements(by account: Account.ID, before: Endorsement.ID? = nil, limit: Int)
        throws(StorageError) -> [Endorsement]
    {
        let end = before ?? Endorsement.ID(rawValue: .max)
        return try db.run(
            """
            SELECT * FROM endorsement WHERE account_id = \(account) AND id < \(end)
            ORDER BY id DESC LIMIT \(limit)
            """
        ).decoded { row throws(StorageError) in
            Endorsement(id: try row["id"], account: try row["account_id"], endorsed: try row["endorsed_id"])
        }
    }
}

extension SQLConnection {
    /// Notes about accounts, and recommendations.
    public var remarks: RemarkStore { RemarkStore(db: self) }
}
