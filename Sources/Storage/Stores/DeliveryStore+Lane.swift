public import Domain

/// What the worker that holds a host's lane asks and records.
///
/// Three questions, one answer to what may go: the delivery's school exchanges activities with the host now, and
/// nothing earlier about the same object still waits, unless that goes in the same batch before it.
extension DeliveryStore {
    /// The due deliveries of one host for the worker that holds its lane, those to a person first, then the oldest.
    ///
    /// Left out: those whose school does not exchange activities with the host now, and those that would overtake an
    /// earlier one about the same object, which is not due yet or would come later because it names nobody in person.
    public func due(on host: Host, now: Timestamp, limit: Int) throws(StorageError) -> [Delivery] {
        // The sum keeps the engine from the index by due time: it would sort all that is due to find a few.
        try readable(
            """
            SELECT d.* FROM delivery d WHERE d.state = 'waiting' AND d.host = \(host) AND d.due_at + 0 <= \(now)
                AND \(fragment: AdmissionSQL.isAllowed(host, by: "d.school_id"))
                AND NOT EXISTS (SELECT 1 FROM delivery e WHERE e.state = 'waiting' AND e.host = d.host
                    AND e.object = d.object AND e.id < d.id AND (e.due_at > \(now) OR e.is_direct < d.is_direct))
            ORDER BY d.is_direct DESC, d.id LIMIT \(limit)
            """,
            at: now
        )
    }

    /// The one delivery that shows whether a failing host is back, due or not: the oldest of the first 500.
    ///
    /// One that the host has answered with a failure goes behind those that were tried less often, and one that got
    /// no answer two hundred times too: so no single delivery keeps a host's circuit open for ever.
    public func probe(on host: Host, now: Timestamp) throws(StorageError) -> [Delivery] {
        try readable(
            """
            SELECT d.* FROM (SELECT * FROM delivery WHERE state = 'waiting' AND host = \(host)
                ORDER BY is_direct DESC, id LIMIT 500) d
            WHERE \(fragment: AdmissionSQL.isAllowed(host, by: "d.school_id")) AND \(fragment: Self.isFirst)
            ORDER BY CASE WHEN d.status IS NULL THEN d.attempts / 200 ELSE d.attempts END, d.id LIMIT 1
            """,
            at: now
        )
    }

    /// Whether anything waits for a host, whether it may be sent or not.
    public func isAnyWaiting(for host: Host) throws(StorageError) -> Bool {
        try !db.run("SELECT 1 AS found FROM delivery WHERE state = 'waiting' AND host = \(host) LIMIT 1")
            .isEmpty
    }

    /// When a host's next delivery is due; nil when nothing waits that may be sent.
    public func nextDue(on host: Host) throws(StorageError) -> Timestamp? {
        let row = try db.run(
            """
            SELECT d.due_at AS due FROM delivery d WHERE d.state = 'waiting' AND d.host = \(host)
                AND \(fragment: AdmissionSQL.isAllowed(host, by: "d.school_id")) AND \(fragment: Self.isFirst)
            ORDER BY d.due_at LIMIT 1
            """
        ).first
        return try row?["due"]
    }

    /// Makes due now what waits because its host gave no answer; when it has shown that it is back.
    ///
    /// What the host has answered with a failure keeps its own time.
    public func makeDueUnanswered(on host: Host, at time: Timestamp) throws(StorageError) {
        try db.run(
            """
            UPDATE delivery SET due_at = \(time)
            WHERE state = 'waiting' AND host = \(host) AND due_at > \(time) AND status IS NULL
            """
        )
    }

    /// Records that an inbox took its delivery.
    public func markDelivered(_ id: Delivery.ID, status: Int, at time: Timestamp) throws(StorageError) {
        try db.run(
            """
            UPDATE delivery SET state = 'delivered', status = \(status), reason = NULL, attempts = attempts + 1,
                tried_at = \(time), finished_at = \(time)
            WHERE id = \(id) AND state = 'waiting'
            """
        )
    }

    /// Records a failed attempt that will be repeated.
    public func markWaiting(
        _ id: Delivery.ID,
        until due: Timestamp,
        status: Int?,
        reason: String,
        at time: Timestamp
    ) throws(StorageError) {
        try db.run(
            """
            UPDATE delivery SET due_at = \(due), status = \(status), reason = \(reason), attempts = attempts + 1,
                tried_at = \(time)
            WHERE id = \(id) AND state = 'waiting'
            """
        )
    }

    /// Gives a delivery up, with the reason that its author will read.
    public func markUndelivered(
        _ id: Delivery.ID,
        status: Int?,
        reason: String,
        at time: Timestamp
    ) throws(StorageError) {
        try db.run(
            """
            UPDATE delivery SET state = 'undelivered', status = \(status), reason = \(reason),
                attempts = attempts + 1, tried_at = \(time), finished_at = \(time)
            WHERE id = \(id) AND state = 'waiting'
            """
        )
    }

    /// Gives up what has waited too long for a host.
    ///
    /// `limit`: deliveries made before this are given up,
    /// `partnerLimit`: those to an approved or paused partner only when made before this.
    public func expire(
        on host: Host,
        madeBefore limit: Timestamp,
        orForPartnersBefore partnerLimit: Timestamp,
        at time: Timestamp
    ) throws(StorageError) {
        try db.run(
            """
            UPDATE delivery SET state = 'undelivered', finished_at = \(time),
                reason = COALESCE(reason, 'the server could not be reached')
            WHERE state = 'waiting' AND host = \(host) AND created_at < \(limit)
                AND (created_at < \(partnerLimit) OR NOT EXISTS (SELECT 1 FROM partner q
                    WHERE q.school_id = delivery.school_id AND q.host = delivery.host AND q.state IN ('approved', 'paused')))
            """
        )
    }

    /// Nothing earlier about the same object waits for the same host.
    private static let isFirst: SQL = """
        NOT EXISTS (SELECT 1 FROM delivery e WHERE e.state = 'waiting' AND e.host = d.host
            AND e.object = d.object AND e.id < d.id)
        """

    /// Reads rows one by one: one that is damaged is given up with its reason and holds up no other.
    private func readable(_ query: SQL, at now: Timestamp) throws(StorageError) -> [Delivery] {
        var deliveries: [Delivery] = []
        for row in try db.run(query) {
            do throws(StorageError) {
                deliveries.append(try Delivery(row: row))
            } catch {
                let id: Delivery.ID = try row["id"]
                try markUndelivered(id, status: nil, reason: "its row is damaged: \(error)", at: now)
            }
        }
        return deliveries
    }
}
