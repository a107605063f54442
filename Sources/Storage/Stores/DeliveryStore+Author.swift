public import Domain

/// What an author causes: a post goes once more to servers where it did not arrive.
extension DeliveryStore {
    /// How long after an attempt its author may have it repeated, so that nobody hammers a server by hand.
    public static let shortestRetry = Span.minutes(1)

    /// Makes due now what of a post, and of its edits, did not arrive; at one host, or at all.
    ///
    /// An edit that arrived goes again behind a post that did not, else the server would be left with the older text.
    /// Left as they are: what was tried less than `shortestRetry` ago, and what is for hosts that the school exchanges
    /// nothing with any more. A host that does not answer gets one probe, at most once in five minutes; its circuit stays as
    /// it is, since others' deliveries wait behind it.
    ///
    /// - Returns: the hosts to which something goes.
    public func retry(
        post: Post.ID,
        by author: Account.ID,
        host: Host? = nil,
        at time: Timestamp
    ) throws(StorageError) -> [Host] {
        let atHost: SQL = host.map { "d.host = \($0)" } ?? "1 = 1"
        let hosts: [Host] = try db.run(
            """
            SELECT DISTINCT d.host AS host FROM outbox_activity o JOIN delivery d ON d.activity_id = o.id
            WHERE \(fragment: Self.isOf(post, author)) AND d.state <> 'delivered' AND \(fragment: atHost)
            ORDER BY d.host
            """
        ).decoded { row throws(StorageError) in try row["host"] }
        var tried: [Host] = []
        for host in hosts {
            let rows = try db.run(
                """
                UPDATE delivery SET state = 'waiting', due_at = \(time), finished_at = NULL
                WHERE id IN (SELECT d.id FROM outbox_activity o JOIN delivery d ON d.activity_id = o.id
                    WHERE \(fragment: Self.isOf(post, author)) AND d.host = \(host)
                        AND ((d.state <> 'delivered' AND \(fragment: Self.isRipe("d", at: time)))
                            OR EXISTS (SELECT 1 FROM delivery e WHERE e.state = 'undelivered' AND e.host = \(host)
                                AND e.inbox = d.inbox AND e.object = d.object AND e.id < d.id
                                AND \(fragment: Self.isRipe("e", at: time)))))
                    AND \(fragment: AdmissionSQL.isAdmitted(host, by: "delivery.school_id")) RETURNING id
                """
            )
            guard !rows.isEmpty else { continue }
            tried.append(host)
            try db.lanes.makeDue(host, at: time)
            try db.lanes.noteHeard(from: host, at: time)
        }
        if !tried.isEmpty { db.wake(.deliveries) }
        return tried
    }

    private static func isOf(_ post: Post.ID, _ author: Account.ID) -> SQL {
        "o.post_id = \(post) AND o.account_id = \(author) AND o.type IN ('Create', 'Update')"
    }

    /// Whether the last attempt is long enough ago; one in the future was before the clock was set back.
    private static func isRipe(_ name: SQL, at time: Timestamp) -> SQL {
        """
        (\(fragment: name).tried_at IS NULL OR \(fragment: name).tried_at <= \(time - shortestRetry)
            OR \(fragment: name).tried_at > \(time))
        """
    }
}
