public import Domain

/// What the queue's pictures are drawn from: what waits by age, what was finished by hour, and the slowest hosts.
///
/// Each looks at the newest `most` deliveries at most, so that a page costs the same however much is sent.
public struct QueueChartsView {
    /// How many deliveries a question looks at.
    public static let most = 100_000

    let db: any SQLConnection

    /// Which deliveries are asked for.
    public struct Scope: Sendable {
        /// Those of one school.
        public var school: School.ID
        /// Those to one host; nil: to all.
        public var host: Host?

        /// Asks for a school's deliveries.
        public init(school: School.ID, host: Host? = nil) {
            self.school = school
            self.host = host
        }
    }

    /// What was finished in an hour.
    public struct Hour: Sendable, Hashable {
        /// Deliveries that arrived.
        public var delivered: Int
        /// Deliveries that were given up.
        public var undelivered: Int

        /// Counts what was finished in an hour.
        public init(delivered: Int = 0, undelivered: Int = 0) {
            self.delivered = delivered
            self.undelivered = undelivered
        }
    }

    /// How long deliveries to a host took.
    public struct Pace: Sendable, Hashable {
        /// The host.
        public let host: Host
        /// How many arrived.
        public let delivered: Int
        /// From being owed to arriving, on the average.
        public let average: Span
        /// The longest of them.
        public let longest: Span
    }

    /// How many deliveries wait, by age: as many numbers as limits, and one more for all that are older.
    ///
    /// `limits`: ages, rising; a number counts what is younger than its limit and not younger than the one before.
    public func waiting(_ scope: Scope, by limits: [Span], now: Timestamp) throws(StorageError) -> [Int] {
        var bucket: SQL = "\(limits.count)"
        for (number, limit) in limits.enumerated().reversed() {
            bucket = "CASE WHEN created_at > \(now - limit) THEN \(number) ELSE \(fragment: bucket) END"
        }
        let rows = try db.run(
            """
            SELECT bucket, COUNT(*) AS n FROM (SELECT \(fragment: bucket) AS bucket FROM (
                SELECT created_at FROM delivery WHERE state = 'waiting' AND \(fragment: Self.condition(scope))
                LIMIT \(Self.most)) w) b
            GROUP BY bucket
            """
        )
        var counts = Array(repeating: 0, count: limits.count + 1)
        for row in rows {
            let number: Int = try row["bucket"]
            if counts.indices.contains(number) { counts[number] = try row["n"] }
        }
        return counts
    }

    /// What was finished in each of the last hours, the oldest first; the last one is the hour that is not over.
    ///
    /// `count`: how many hours, at most 720.
    public func hours(_ scope: Scope, last count: Int, now: Timestamp) throws(StorageError) -> [Hour] {
        var sum = Array(repeating: Hour(), count: min(max(count, 1), 720))
        for hours in try hoursByHost(scope, last: count, now: now).values {
            for (slot, hour) in zip(sum.indices, hours) {
                sum[slot].delivered += hour.delivered
                sum[slot].undelivered += hour.undelivered
            }
        }
        return sum
    }

    /// The same for each host that had anything.
    public func hoursByHost(_ scope: Scope, last count: Int, now: Timestamp) throws(StorageError)
        -> [Host: [Hour]]
    {
        let count = min(max(count, 1), 720)
        let hour = Span.hours(1).milliseconds
        let current = now.milliseconds - now.milliseconds % hour
        let start = Timestamp(milliseconds: current) - Span(milliseconds: hour * Int64(count - 1))
        let rows = try db.run(
            """
            SELECT host, slot, state, COUNT(*) AS n FROM (
                SELECT host, (finished_at - \(start)) / \(hour) AS slot, state FROM delivery
                WHERE finished_at >= \(start) AND finished_at <= \(now) AND \(fragment: Self.condition(scope))
                ORDER BY finished_at DESC LIMIT \(Self.most)) f
            GROUP BY host, slot, state
            """
        )
        var hosts: [Host: [Hour]] = [:]
        for row in rows {
            let (host, slot, state): (Host, Int, Delivery.State) = (
                try row["host"], try row["slot"], try row["state"]
            )
            var hours = hosts[host] ?? Array(repeating: Hour(), count: count)
            guard hours.indices.contains(slot) else { continue }
            if state == .delivered { hours[slot].delivered = try row["n"] }
            if state == .undelivered { hours[slot].undelivered = try row["n"] }
            hosts[host] = hours
        }
        return hosts
    }

    /// The hosts to which deliveries took longest since a time, on the average, the slowest first.
    public func slowest(_ school: School.ID, since start: Timestamp, limit: Int) throws(StorageError)
        -> [Pace]
    {
        try db.run(
            """
            SELECT host, COUNT(*) AS n, CAST(SUM(took) / COUNT(*) AS BIGINT) AS average, MAX(took) AS longest FROM (
                SELECT host, finished_at - created_at AS took FROM delivery
                WHERE finished_at >= \(start) AND state = 'delivered' AND school_id = \(school)
                ORDER BY finished_at DESC LIMIT \(Self.most)) f
            GROUP BY host ORDER BY average DESC, host LIMIT \(min(max(limit, 1), 100))
            """
        ).decoded { row throws(StorageError) in
            let (average, longest): (Int64, Int64) = (try row["average"], try row["longest"])
            return Pace(
                host: try row["host"],
                delivered: try row["n"],
                average: Span(milliseconds: max(average, 0)),
                longest: Span(milliseconds: max(longest, 0))
            )
        }
    }

    private static func condition(_ scope: Scope) -> SQL {
        let ofSchool: SQL = "school_id = \(scope.school)"
        return scope.host.map { ofSchool + " AND host = \($0)" } ?? ofSchool
    }
}

extension SQLConnection {
    /// What the queue's pictures are drawn from.
    public var queueCharts: QueueChartsView { QueueChartsView(db: self) }
}
