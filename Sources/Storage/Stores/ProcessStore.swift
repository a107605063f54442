public import Domain

/// A process that serves the instance, as long as it says so.
public struct ServingProcess: Sendable, Hashable {
    /// Its own number.
    public let id: ID<ServingProcess>
    /// The program's version.
    public let version: String
    /// The newest migration that it knows.
    public let schemaVersion: Int
    /// The settings on which all processes of an instance must agree, a line each: `name=value`.
    public let settings: String
    /// When it began.
    public let startedAt: Timestamp

    /// Describes a process.
    public init(
        id: ID<ServingProcess>,
        version: String,
        schemaVersion: Int,
        settings: String,
        startedAt: Timestamp
    ) {
        self.id = id
        self.version = version
        self.schemaVersion = schemaVersion
        self.settings = settings
        self.startedAt = startedAt
    }
}

/// The `process` table: who serves an instance now.
///
/// A process that is not heard of for a while counts no more; one that is gone for certain, as the database knows, has
/// its work taken over. See decision 14.
public struct ProcessStore {
    let db: any SQLConnection

    /// After so long without a word a process is taken for dead; it renews three times as often.
    public static let silence = Span.seconds(30)

    /// Adds a process unless another one that lives contradicts it.
    ///
    /// Two that begin at once take turns: the `instance` row is locked first.
    /// - Returns: those that live, when there is none among them with other settings or another schema; otherwise
    ///   nothing is added.
    public func join(
        _ process: ServingProcess,
        now: Timestamp,
        contradicts: (ServingProcess) -> Bool
    ) throws(StorageError) -> [ServingProcess] {
        try db.run("UPDATE instance SET last_joined_at = \(now) WHERE id = 1")
        let others = try living(now: now)
        guard !others.contains(where: contradicts) else { return others }
        try db.run(
            """
            INSERT INTO process (id, version, schema_version, settings, started_at, seen_at)
            VALUES (\(process.id), \(process.version), \(process.schemaVersion), \(process.settings),
                \(process.startedAt), \(now))
            """
        )
        return others
    }

    /// Those that have been heard of lately, the oldest first.
    public func living(now: Timestamp) throws(StorageError) -> [ServingProcess] {
        try db.run("SELECT * FROM process WHERE seen_at >= \(now - Self.silence) ORDER BY started_at, id")
            .decoded(ServingProcess.init(row:))
    }

    /// Says that a process lives; it is there again when others have taken it for dead.
    public func renew(_ process: ServingProcess, now: Timestamp) throws(StorageError) {
        try db.run(
            """
            INSERT INTO process (id, version, schema_version, settings, started_at, seen_at)
            VALUES (\(process.id), \(process.version), \(process.schemaVersion), \(process.settings),
                \(process.startedAt), \(now))
            ON CONFLICT (id) DO UPDATE SET seen_at = excluded.seen_at
            """
        )
    }

    /// Whether a process is listed; not one that others have taken for dead.
    public func isListed(_ id: ID<ServingProcess>) throws(StorageError) -> Bool {
        try !db.run("SELECT id FROM process WHERE id = \(id)").isEmpty
    }

    /// Those that are gone, except the one that asks.
    public func gone(except own: ID<ServingProcess>) throws(StorageError) -> [ID<ServingProcess>] {
        var gone: [ID<ServingProcess>] = []
        for row in try db.run("SELECT id FROM process WHERE id <> \(own) ORDER BY id") {
            let id: ID<ServingProcess> = try row["id"]
            if try db.isGone(id.rawValue) { gone.append(id) }
        }
        return gone
    }

    /// Frees all that a process has in work, and forgets it, if it is gone.
    ///
    /// It cannot show itself alive again before this transaction ends; then it finds that it is not listed and that its
    /// claims are void.
    /// - Returns: nil, with nothing changed, when it is not gone, or not there any more.
    public func takeOver(from id: ID<ServingProcess>) throws(StorageError) -> Inheritance? {
        guard try db.isGone(id.rawValue), try isListed(id) else { return nil }
        let inheritance = Inheritance(
            lanes: try db.lanes.releaseAll(of: id),
            receivedActivities: try db.receivedActivities.suspectAll(of: id)
        )
        try leave(id)
        return inheritance
    }

    /// What a process that is gone had in work.
    public struct Inheritance: Sendable, Hashable {
        /// How many hosts' lanes.
        public let lanes: Int
        /// How many received activities.
        public let receivedActivities: Int
    }

    /// Removes a process that ends.
    public func leave(_ id: ID<ServingProcess>) throws(StorageError) {
        try db.run("DELETE FROM process WHERE id = \(id)")
    }
}

extension SQLConnection {
    /// The `process` table.
    public var processes: ProcessStore { ProcessStore(db: self) }
}

extension ServingProcess {
    init(row: SQLRow) throws(StorageError) {
        self.init(
            id: try row["id"],
            version: try row["version"],
            schemaVersion: try row["schema_version"],
            settings: try row["settings"],
            startedAt: try row["started_at"]
        )
    }
}
