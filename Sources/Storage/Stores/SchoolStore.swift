public import Domain

/// The `school` table.
public struct SchoolStore {
    let db: any SQLConnection

    /// Adds a school.
    ///
    /// - Throws: `StorageError.constraint` when its host is taken.
    public func insert(_ school: School) throws(StorageError) {
        try db.run(
            """
            INSERT INTO school (id, host, origin, name, federation, requires_signed_reads,
                requires_descriptions, time_zone, media_key, color, rules, audiences, created_at)
            VALUES (\(school.id), \(school.host), \(school.origin.description), \(school.name),
                \(school.federation), \(school.requiresSignedReads), \(school.requiresDescriptions),
                \(school.timeZone.description), \(school.mediaKey), \(school.color?.description), \(school.rules),
                \(Self.list(school.audiences)), \(school.createdAt))
            """
        )
    }

    /// Writes what an admin may change: all but the address.
    public func update(_ school: School) throws(StorageError) {
        try db.run(
            """
            UPDATE school SET name = \(school.name), federation = \(school.federation),
                requires_signed_reads = \(school.requiresSignedReads),
                requires_descriptions = \(school.requiresDescriptions),
                time_zone = \(school.timeZone.description), color = \(school.color?.description),
                rules = \(school.rules), audiences = \(Self.list(school.audiences))
            WHERE id = \(school.id)
            """
        )
    }

    /// Audiences as the row has them: their names in the order of `Audience`, with spaces between.
    private static func list(_ audiences: Set<Audience>) -> String {
        Audience.allCases.filter(audiences.contains).map(\.rawValue).joined(separator: " ")
    }

    /// All schools, oldest first.
    public func all() throws(StorageError) -> [School] {
        try db.run("SELECT * FROM school ORDER BY id").decoded(School.init(row:))
    }

    /// The school with a host.
    public func find(host: Host) throws(StorageError) -> School? {
        try db.run("SELECT * FROM school WHERE host = \(host)").decoded(School.init(row:)).first
    }

    /// The school with an id.
    public func find(_ id: School.ID) throws(StorageError) -> School? {
        try db.run("SELECT * FROM school WHERE id = \(id)").decoded(School.init(row:)).first
    }
}

extension SQLConnection {
    /// The `school` table.
    public var schools: SchoolStore { SchoolStore(db: self) }
}

extension [SQLRow] {
    /// Decodes every row.
    func decoded<Value>(
        _ decode: (SQLRow) throws(StorageError) -> Value
    ) throws(StorageError) -> [Value] {
        var values: [Value] = []
        values.reserveCapacity(count)
        for row in self { values.append(try decode(row)) }
        return values
    }
}

extension School {
    init(row: SQLRow) throws(StorageError) {
        let uri: URI = try row["origin"]
        let (color, audiences): (String?, String) = (try row["color"], try row["audiences"])
        self.init(
            id: try row["id"],
            origin: uri.origin,
            name: try row["name"],
            federation: try row["federation"],
            requiresSignedReads: try row["requires_signed_reads"],
            requiresDescriptions: try row["requires_descriptions"],
            timeZone: ZoneName(stored: try row["time_zone"]),
            mediaKey: try row["media_key"],
            color: color.flatMap { SchoolColor($0) },
            rules: try row["rules"],
            audiences: Set(audiences.split(separator: " ").compactMap { Audience(rawValue: String($0)) }),
            createdAt: try row["created_at"]
        )
    }
}
