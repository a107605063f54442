public import Domain

/// Who works on what, in this process and in others.
///
/// Hosts take turns, and of one host at most `perHost` are in work, of one actor at most `perActor`: neither a slow
/// one nor a flood holds up the others. One actor's are in work at one process only, in the order in which they came.
extension ReceivedActivityStore {
    /// How many of one actor may be in work.
    public static let perActor = 32
    /// How many of one host may be in work.
    public static let perHost = 128
    /// After so many deaths of a process over it alone, an activity is put aside.
    public static let maximumCrashes = 3
    /// How many hosts one claim looks at.
    private static let hostsPerClaim = 64

    /// Claims kept activities that are due, the oldest of each host first, hosts in turn.
    ///
    /// Left out are actors of which something is in work or suspected. One that failed and waits for its next attempt
    /// holds nothing up. A row that cannot be read is put aside.
    ///
    /// `owner`: the process that claims; when it is gone they are suspected at once.
    /// `lease`: until when they count as in work; to be renewed.
    public func claim(
        by owner: ID<ServingProcess>? = nil,
        now: Timestamp,
        lease: Timestamp,
        limit: Int
    ) throws(StorageError) -> [ReceivedActivity] {
        // The lock on this row makes the rest one process's at a time.
        let turn = try db.run("UPDATE received_turn SET host = host WHERE id = 1 RETURNING host").first
        let last: String = try turn?["host"] ?? ""
        var chosen = try choose(after: last, now: now, limit: limit)
        if chosen.isEmpty, !last.isEmpty { chosen = try choose(after: "", now: now, limit: limit) }
        try db.run("UPDATE received_turn SET host = \(chosen.last?.host ?? "") WHERE id = 1")
        return try take(chosen.map(\.id), owner, lease)
    }

    /// Claims one that may have ended a process, the least suspicious first: to be run while nothing else is.
    public func claimSuspect(by owner: ID<ServingProcess>? = nil, lease: Timestamp) throws(StorageError)
        -> ReceivedActivity?
    {
        let suspect = try db.run(
            """
            SELECT id FROM received_activity WHERE state IN ('claimed', 'suspected') AND state = 'suspected'
            ORDER BY crashes, id LIMIT 1
            """
        ).first
        guard let id: ReceivedActivity.ID = try suspect?["id"] else { return nil }
        return try take([id], owner, lease).first
    }

    /// Whether there is one that `claimSuspect` would give.
    public func hasSuspect() throws(StorageError) -> Bool {
        try !db.run(
            """
            SELECT 1 AS found FROM received_activity WHERE state IN ('claimed', 'suspected') AND state = 'suspected'
            LIMIT 1
            """
        ).isEmpty
    }

    /// Whether something is due; what is in work may still hold it back.
    public func hasDue(now: Timestamp) throws(StorageError) -> Bool {
        try !db.run(
            "SELECT 1 AS found FROM received_activity WHERE state = 'kept' AND due_at <= \(now) LIMIT 1"
        ).isEmpty
    }

    /// Makes what was in work at a process that died suspected, or puts it aside when that was once too often.
    ///
    /// `ids`: those that are in work at the caller, whatever their leases say.
    /// - Returns: how many.
    @discardableResult
    public func suspect(lapsedAt now: Timestamp, except ids: [ReceivedActivity.ID] = []) throws(StorageError)
        -> Int
    {
        let known: SQL = ids.isEmpty ? "1 = 1" : "id NOT IN (\(list: ids))"
        return try suspect(where: "due_at <= \(now) AND \(fragment: known)")
    }

    /// Makes what is in work at a process that is gone suspected, and wakes the others for it.
    ///
    /// - Returns: how many.
    func suspectAll(of owner: ID<ServingProcess>) throws(StorageError) -> Int {
        let count = try suspect(where: "owner = \(owner)")
        if count > 0 { db.wake(.receivedActivities) }
        return count
    }

    private func suspect(where condition: SQL) throws(StorageError) -> Int {
        let reason = "the server ended while this was in work"
        return try db.run(
            """
            UPDATE received_activity SET crashes = crashes + 1, owner = NULL,
                state = CASE WHEN crashes >= \(Self.maximumCrashes) THEN 'quarantined' ELSE 'suspected' END,
                reason = CASE WHEN crashes >= \(Self.maximumCrashes) THEN \(reason) ELSE reason END
            WHERE state IN ('claimed', 'suspected') AND state = 'claimed' AND \(fragment: condition) RETURNING id
            """
        ).count
    }

    /// For the start of the only process on a database: whatever is in work was in work at one that is dead.
    public func suspectAll() throws(StorageError) {
        try suspect(lapsedAt: Timestamp(milliseconds: .max))
    }

    /// Prolongs the leases of what is in work, and lets nothing wait for a time that only a wrong clock could set.
    ///
    /// - Returns: those that are still the owner's; the others were finished, or somebody took them over.
    @discardableResult
    public func renew(
        _ ids: [ReceivedActivity.ID],
        of owner: ID<ServingProcess>?,
        lease: Timestamp,
        now: Timestamp
    ) throws(StorageError) -> [ReceivedActivity.ID] {
        try db.run(
            "UPDATE received_activity SET due_at = \(now) WHERE state = 'kept' AND due_at > \(now + .hours(2))"
        )
        guard !ids.isEmpty else { return [] }
        return try db.run(
            """
            UPDATE received_activity SET due_at = \(lease)
            WHERE id IN (\(list: ids)) AND state = 'claimed' AND \(fragment: isOwned(by: owner)) RETURNING id
            """
        ).decoded { row throws(StorageError) in try row["id"] }
    }

    /// Gives back what was claimed and not begun, or begun and not finished, by a worker that stops.
    ///
    /// What somebody else has taken over stays with them.
    public func release(_ ids: [ReceivedActivity.ID], of owner: ID<ServingProcess>?)
        throws(StorageError)
    {
        guard !ids.isEmpty else { return }
        try db.run(
            """
            UPDATE received_activity SET due_at = 0, owner = NULL,
                state = CASE WHEN crashes > 0 THEN 'suspected' ELSE 'kept' END
            WHERE id IN (\(list: ids)) AND state = 'claimed' AND \(fragment: isOwned(by: owner))
            """
        )
    }

    private func isOwned(by owner: ID<ServingProcess>?) -> SQL {
        owner.map { "owner = \($0)" } ?? "owner IS NULL"
    }

    private struct Choice {
        let id: ReceivedActivity.ID
        let actor: String
        let host: String
    }

    /// Picks what the bounds allow, as rows that are not decoded: one damaged row must not spoil the rest.
    private func choose(after host: String, now: Timestamp, limit: Int) throws(StorageError) -> [Choice] {
        var ofHost: [String: Int] = [:]
        for row in try db.run(
            """
            SELECT host, COUNT(*) AS n FROM received_activity WHERE state IN ('claimed', 'suspected') GROUP BY host
            """
        ) { ofHost[try row["host"]] = try row["n"] }
        var ofActor: [String: Int] = [:]
        var chosen: [Choice] = []
        for row in try candidates(after: host, now: now) {
            let choice = Choice(id: try row["id"], actor: try row["actor"], host: try row["host"])
            guard ofHost[choice.host, default: 0] < Self.perHost,
                ofActor[choice.actor, default: 0] < Self.perActor
            else { continue }
            ofHost[choice.host, default: 0] += 1
            ofActor[choice.actor, default: 0] += 1
            chosen.append(choice)
            if chosen.count == limit { break }
        }
        return chosen
    }

    /// The first due ones of the next hosts, found by stepping from host to host.
    private func candidates(after host: String, now: Timestamp) throws(StorageError) -> [SQLRow] {
        try db.run(
            """
            WITH RECURSIVE turn (host, n) AS (
                SELECT (SELECT MIN(k.host) FROM received_activity k WHERE k.state = 'kept' AND k.host > \(host)), 1
                UNION ALL
                SELECT (SELECT MIN(k.host) FROM received_activity k WHERE k.state = 'kept' AND k.host > t.host), t.n + 1
                FROM turn t WHERE t.host IS NOT NULL AND t.n < \(Self.hostsPerClaim))
            SELECT r.id, r.actor, r.host FROM turn t JOIN received_activity r ON r.id IN (
                SELECT x.id FROM received_activity x
                WHERE x.state = 'kept' AND x.host = t.host AND x.due_at <= \(now) AND x.actor NOT IN (
                    SELECT w.actor FROM received_activity w WHERE w.state IN ('claimed', 'suspected'))
                ORDER BY x.due_at, x.id LIMIT \(Self.perHost))
            WHERE t.host IS NOT NULL ORDER BY t.n, r.due_at, r.id
            """
        )
    }

    private func take(
        _ ids: [ReceivedActivity.ID],
        _ owner: ID<ServingProcess>?,
        _ lease: Timestamp
    ) throws(StorageError) -> [ReceivedActivity] {
        guard !ids.isEmpty else { return [] }
        let rows = try db.run(
            """
            UPDATE received_activity SET state = 'claimed', owner = \(owner), due_at = \(lease)
            WHERE id IN (\(list: ids)) AND state IN ('kept', 'suspected') RETURNING *
            """
        )
        var claimed: [ReceivedActivity] = []
        for row in rows {
            do {
                claimed.append(try ReceivedActivity(row: row))
            } catch {
                try quarantine(try row["id"], reason: error.operatorText)
            }
        }
        return claimed.sorted { $0.id < $1.id }
    }
}
