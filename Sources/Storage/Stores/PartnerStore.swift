public import Domain

/// The `partner` table, and the one question asked of it: whether a school exchanges activities with a host.
public struct PartnerStore {
    let db: any SQLConnection

    /// Sets where the agreement with a host stands.
    public func set(_ partner: Partner) throws(StorageError) {
        try db.run(
            """
            INSERT INTO partner (school_id, host, state, changed_at)
            VALUES (\(partner.school), \(partner.host), \(partner.state), \(partner.changedAt))
            ON CONFLICT (school_id, host) DO UPDATE SET state = excluded.state, changed_at = excluded.changed_at
            """
        )
    }

    /// How many proposals a school has at most: more are not noted until some are looked at.
    public static let mostProposals = 50

    /// Notes that a host would like to be a school's partner, unless there is an agreement with it or a block, or there are
    /// too many proposals to look at.
    ///
    /// - Returns: whether it was noted.
    @discardableResult
    public func propose(_ host: Host, at school: School.ID, at time: Timestamp) throws(StorageError) -> Bool {
        let standing = try db.run(
            "SELECT 1 AS found FROM partner WHERE school_id = \(school) AND host IN (\(list: host.selfAndParents)) LIMIT 1"
        )
        let waiting = try db.run(
            "SELECT COUNT(*) AS n FROM partner WHERE school_id = \(school) AND state = 'proposed'"
        ).count("n")
        guard standing.isEmpty, waiting < Self.mostProposals, try db.schools.find(host: host) == nil else {
            return false
        }
        let added = try db.run(
            """
            INSERT INTO partner (school_id, host, state, changed_at)
            VALUES (\(school), \(host), 'proposed', \(time)) ON CONFLICT DO NOTHING RETURNING host
            """
        )
        return !added.isEmpty
    }

    /// The agreement of a school with a host.
    public func find(_ school: School.ID, _ host: Host) throws(StorageError) -> Partner? {
        try db.run("SELECT * FROM partner WHERE school_id = \(school) AND host = \(host)")
            .decoded(Partner.init(row:)).first
    }

    /// A school's agreements by host.
    public func list(of school: School.ID) throws(StorageError) -> [Partner] {
        try db.run("SELECT * FROM partner WHERE school_id = \(school) ORDER BY host").decoded(
            Partner.init(row:)
        )
    }

    /// Whether a school exchanges activities with a host now.
    public func admission(of host: Host, at school: School) throws(StorageError) -> Admission {
        try admissions(of: host, schools: [school])[school.id] ?? .refused
    }

    /// The schools that exchange activities with a host now.
    public func schoolsAllowing(_ host: Host) throws(StorageError) -> [School.ID] {
        let schools = try db.schools.all()
        let admissions = try admissions(of: host, schools: schools)
        return schools.map(\.id).filter { admissions[$0] == .allowed }
    }

    /// Every school's admission of a host: a school always admits itself.
    public func admissions(
        of host: Host,
        schools: [School]
    ) throws(StorageError) -> [School.ID: Admission] {
        let rows = try db.run("SELECT * FROM partner WHERE host IN (\(list: host.selfAndParents))")
            .decoded(Partner.init(row:))
        let isOfInstance = try db.schools.find(host: host) != nil
        var admissions: [School.ID: Admission] = [:]
        for school in schools {
            let own = rows.filter { $0.school == school.id }
            admissions[school.id] =
                school.host == host
                ? .allowed
                : Admission(
                    federation: school.federation,
                    state: own.first { $0.host == host }?.state,
                    isBelowBlocked: own.contains { $0.state == .blocked },
                    isOfInstance: isOfInstance
                )
        }
        return admissions
    }

    /// Whether any school of the instance blocks a host, or one above it.
    public func isBlocked(_ host: Host) throws(StorageError) -> Bool {
        try !db.run(
            "SELECT 1 AS found FROM partner WHERE state = 'blocked' AND host IN (\(list: host.selfAndParents)) LIMIT 1"
        ).isEmpty
    }

    /// Whether any school of the instance has approved a host as its partner.
    public func isApproved(_ host: Host) throws(StorageError) -> Bool {
        try !db.run("SELECT 1 AS found FROM partner WHERE state = 'approved' AND host = \(host) LIMIT 1")
            .isEmpty
    }
}

extension SQLConnection {
    /// The `partner` table.
    public var partners: PartnerStore { PartnerStore(db: self) }
}

extension Host {
    /// The host and every domain above it, each with and without its port: what a block of any of them covers.
    ///
    /// The same rule as `isSameOrSubdomain(of:)`, as a list to look up.
    var selfAndParents: [String] {
        var names = [name]
        var rest = Substring(name)
        while !isAddressLiteral, let dot = rest.utf8.firstIndex(of: UInt8(ascii: ".")) {
            rest = rest[rest.index(after: dot)...]
            names.append(String(rest))
        }
        return names + (port.map { port in names.map { "\($0):\(port)" } } ?? [])
    }
}

extension Partner {
    init(row: SQLRow) throws(StorageError) {
        self.init(
            school: try row["school_id"],
            host: try row["host"],
            state: try row["state"],
            changedAt: try row["changed_at"]
        )
    }
}
