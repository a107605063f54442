public import Domain

/// What admins and operators cause.
extension DeliveryStore {
    /// The reason of a delivery that was given up because its school exchanges nothing with the host any more.
    public static let noPartnerReason = "no partner any more"

    /// Gives up everything that waits for hosts which a school exchanges nothing with; in the transaction that changes
    /// the school's partners or its federation, whose rules then hold for the hosts below a blocked one as well.
    public func giveUpRefused(of school: School.ID, at time: Timestamp) throws(StorageError) {
        let rows = try db.run(
            "SELECT DISTINCT host FROM delivery WHERE state = 'waiting' AND school_id = \(school)"
        )
        for host in readable(rows) { try giveUpRefused(on: host, at: time) }
    }

    /// Gives up what waits for a host on behalf of schools that exchange nothing with it.
    public func giveUpRefused(on host: Host, at time: Timestamp) throws(StorageError) {
        try db.run(
            """
            UPDATE delivery SET state = 'undelivered', reason = \(Self.noPartnerReason), finished_at = \(time)
            WHERE state = 'waiting' AND host = \(host)
                AND NOT \(fragment: AdmissionSQL.isAdmitted(host, by: "delivery.school_id"))
            """
        )
    }

    /// Makes deliveries due now: those that wait and those that were given up, of one host or of all.
    ///
    /// Left as they are: those of schools that exchange nothing with the host any more.
    /// - Returns: how many.
    public func retry(host: Host?, of school: School.ID? = nil, at time: Timestamp) throws(StorageError)
        -> Int
    {
        let which: SQL = school.map { "delivery.school_id = \($0)" } ?? "1 = 1"
        var count = 0
        let hosts = if let host { [host] } else { try unfinishedHosts() }
        for host in hosts {
            let rows = try db.run(
                """
                UPDATE delivery SET state = 'waiting', due_at = \(time), finished_at = NULL
                WHERE (id IN (SELECT id FROM delivery WHERE state = 'waiting' AND host = \(host))
                        OR id IN (SELECT id FROM delivery WHERE state = 'undelivered' AND host = \(host)))
                    AND \(fragment: which)
                    AND \(fragment: AdmissionSQL.isAdmitted(host, by: "delivery.school_id")) RETURNING id
                """
            )
            count += rows.count
            if !rows.isEmpty { try db.lanes.reopen(host, at: time) }
        }
        return count
    }

    private func unfinishedHosts() throws(StorageError) -> [Host] {
        readable(
            try db.run(
                """
                SELECT host FROM delivery WHERE state = 'waiting'
                UNION SELECT host FROM delivery WHERE state = 'undelivered'
                """
            )
        )
    }

    /// The hosts that can be read; a damaged row is set aside when its lane's turn comes.
    private func readable(_ rows: [SQLRow]) -> [Host] {
        rows.compactMap { row in try? row["host"] }
    }

    /// Makes due now what is due, or held, later than a limit: after the clock was set back.
    ///
    /// `lease`: no lease lasts longer than until then.
    public func pullIn(later limit: Timestamp, to now: Timestamp, lease: Timestamp) throws(StorageError) {
        try db.run("UPDATE delivery SET due_at = \(now) WHERE state = 'waiting' AND due_at > \(limit)")
        try db.run("UPDATE lane SET due_at = \(now) WHERE due_at > \(limit)")
        try db.run("UPDATE lane SET held_until = \(now) WHERE held_until > \(limit)")
        try db.run("UPDATE lane SET asked_until = \(now) WHERE asked_until > \(limit)")
        try db.run("UPDATE lane SET lease_until = \(lease) WHERE lease_until > \(lease)")
        db.wake(.deliveries)
    }
}
