public import Domain

/// The `errand` table: what is to be fetched in the background, and why something could not be.
///
/// An errand is due until it is finished: one that dies with its process is due again when its lease lapses.
public struct ErrandStore {
    let db: any SQLConnection

    /// How many errands of one host may wait: a peer that names posts without end makes us no work without end.
    public static let maximumPerHost = 200

    /// How long the same errand is left alone after it was noted.
    public static func pause(of kind: Errand.Kind) -> Span {
        switch kind {
        case .parent, .replies: .minutes(10)
        case .outbox, .featured: .days(1)
        }
    }

    /// Notes an errand, unless it was noted a short while ago or its host has as many as it may.
    ///
    /// - Returns: whether it was noted.
    @discardableResult
    public func note(_ errand: Errand, at time: Timestamp) throws(StorageError) -> Bool {
        let noted = try db.run(
            """
            INSERT INTO errand (kind, uri, school_id, host, due_at, noted_at, attempts)
            SELECT \(errand.kind), \(errand.uri), \(errand.school), \(errand.uri.host), \(time), \(time), 0
            WHERE (SELECT COUNT(*) FROM errand e WHERE e.host = \(errand.uri.host) AND e.due_at IS NOT NULL)
                < \(Self.maximumPerHost)
            ON CONFLICT (kind, uri, school_id) DO UPDATE
                SET due_at = excluded.due_at, noted_at = excluded.noted_at, attempts = 0
                WHERE errand.noted_at <= \(time - Self.pause(of: errand.kind))
            RETURNING kind
            """
        )
        if !noted.isEmpty { db.wake(.errands) }
        return !noted.isEmpty
    }

    /// Those of some errands that could be noted now.
    public func unnoted(_ errands: [Errand], at time: Timestamp) throws(StorageError) -> [Errand] {
        var fresh: [Errand] = []
        for errand in errands {
            let known = try db.run(
                """
                SELECT noted_at FROM errand
                WHERE kind = \(errand.kind) AND uri = \(errand.uri) AND school_id = \(errand.school)
                    AND noted_at > \(time - Self.pause(of: errand.kind))
                """
            )
            if known.isEmpty { fresh.append(errand) }
        }
        return fresh
    }

    /// Takes one that is due, of another host than those that are asked already, and counts that.
    public func claim(now: Timestamp, lease: Timestamp, except hosts: Set<Host> = []) throws(StorageError)
        -> Errand?
    {
        let others: SQL = hosts.isEmpty ? "1 = 1" : "host NOT IN (\(list: Array(hosts)))"
        let due = try db.run(
            """
            SELECT kind, uri, school_id FROM errand WHERE due_at <= \(now) AND \(fragment: others)
            ORDER BY due_at LIMIT 1 \(fragment: db.dialect.skipLocked)
            """
        )
        guard let row = due.first else { return nil }
        let (kind, uri, school): (Errand.Kind, URI, School.ID) = (
            try row["kind"], try row["uri"], try row["school_id"]
        )
        return try db.run(
            """
            UPDATE errand SET due_at = \(lease), attempts = attempts + 1
            WHERE kind = \(kind) AND uri = \(uri) AND school_id = \(school) AND due_at <= \(now) RETURNING *
            """
        ).decoded { row throws(StorageError) in
            Errand(
                try row["kind"],
                try row["uri"],
                for: try row["school_id"],
                attempts: try row["attempts"]
            )
        }.first
    }

    /// Gives a claimed errand back, untried, until a time.
    public func release(_ errand: Errand, until time: Timestamp) throws(StorageError) {
        try db.run(
            """
            UPDATE errand SET due_at = \(time), attempts = attempts - 1
            WHERE kind = \(errand.kind) AND uri = \(errand.uri) AND school_id = \(errand.school)
                AND due_at IS NOT NULL
            """
        )
    }

    /// Writes what came of an errand, or of another that was found on its way.
    ///
    /// `reason`: why something is missing still; nil when nothing is.
    /// `again`: when it is tried again; nil when it is not.
    public func settle(
        _ errand: Errand,
        _ reason: ThreadGap.Reason?,
        again: Timestamp? = nil,
        at time: Timestamp
    ) throws(StorageError) {
        try db.run(
            """
            INSERT INTO errand (kind, uri, school_id, host, due_at, noted_at, attempts, reason)
            VALUES (\(errand.kind), \(errand.uri), \(errand.school), \(errand.uri.host), \(again), \(time),
                \(errand.attempts), \(reason))
            ON CONFLICT (kind, uri, school_id) DO UPDATE
                SET due_at = excluded.due_at, attempts = excluded.attempts, reason = excluded.reason
            """
        )
    }

    /// Why a school's errands came to nothing, or not to all, by what they were about.
    func reasons(_ kind: Errand.Kind, _ uris: [URI], for school: School.ID) throws(StorageError)
        -> [URI: ThreadGap.Reason]
    {
        let rows = try db.run(
            """
            SELECT uri, reason FROM errand
            WHERE kind = \(kind) AND uri IN (\(list: uris)) AND school_id = \(school) AND reason IS NOT NULL
            """
        )
        var reasons: [URI: ThreadGap.Reason] = [:]
        for row in rows { reasons[try row["uri"]] = try row["reason"] }
        return reasons
    }

    /// When the next one is due; nil when none waits.
    public func nextDue() throws(StorageError) -> Timestamp? {
        try db.run("SELECT due_at FROM errand WHERE due_at IS NOT NULL ORDER BY due_at LIMIT 1").first?[
            "due_at"
        ]
    }

    /// How many are still to be run, those that run now counted.
    public func countWaiting() throws(StorageError) -> Int {
        try db.run("SELECT COUNT(*) AS n FROM errand WHERE due_at IS NOT NULL").count("n")
    }

    /// Removes what was noted long ago and is not due.
    ///
    /// - Returns: how many were removed.
    @discardableResult
    public func removeOld(notedBefore time: Timestamp, limit: Int) throws(StorageError) -> Int {
        try db.run(
            """
            DELETE FROM errand WHERE due_at IS NULL AND (kind, uri, school_id) IN (
                SELECT kind, uri, school_id FROM errand WHERE noted_at < \(time) AND due_at IS NULL LIMIT \(limit))
            RETURNING kind
            """
        ).count
    }
}

extension SQLConnection {
    /// The `errand` table.
    public var errands: ErrandStore { ErrandStore(db: self) }
}
