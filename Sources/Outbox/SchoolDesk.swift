public import Domain
public import Storage

/// How a school is run, by its own people: what each may see and change is asked of their role here, and nowhere else.
///
/// Auditors and admins read, admins change; moderators look after accounts. District admins do so at every school. Each
/// change leaves an audit row in its own transaction.
public struct SchoolDesk: Sendable {
    let database: any SQLDatabase
    let ids: IDGenerator
    let clock: any WallClock

    /// Makes the desk.
    public init(database: any SQLDatabase, ids: IDGenerator, clock: any WallClock = SystemClock()) {
        self.database = database
        self.ids = ids
        self.clock = clock
    }

    var admin: SchoolAdmin { SchoolAdmin(database: database, ids: ids, clock: clock) }

    /// The schools that somebody looks after: their own, or for a district admin all, their own first.
    ///
    /// - Throws: `CaseError.notAllowed`, `StorageError`.
    public func schools(of person: Account.ID) async throws -> [School] {
        try await database.read { db in try SchoolRights(person, in: db).schools(in: db) }
    }

    /// The school with a host, or with nil their own, for somebody who reads how it is run.
    ///
    /// - Throws: `CaseError.notAllowed` where it is none of theirs or they may not; `StorageError`.
    public func school(_ host: Host?, readBy person: Account.ID) async throws -> School {
        try await database.read { db in
            let rights = try SchoolRights(person, in: db)
            guard rights.role.readsSchool else { throw CaseError.notAllowed }
            return try rights.school(host, in: db)
        }
    }

    /// Accounts of the schools that somebody looks after; those of other servers where they may act on them.
    ///
    /// `query`: its schools are narrowed to theirs, or filled with these when it names none.
    ///
    /// - Throws: `CaseError.notAllowed`, `StorageError`.
    public func accounts(_ query: RosterView.Query, as person: Account.ID) async throws
        -> [RosterView.Line]
    {
        try await database.read { db in
            let rights = try SchoolRights(person, in: db)
            let own = try rights.schools(in: db).map(\.id)
            var query = query
            query.schools = query.schools.isEmpty ? own : query.schools.filter(own.contains)
            if query.includesRemote { query.includesRemote = try rights.seesRemote(in: db) }
            return try db.roster.page(query)
        }
    }

    /// Whether somebody sees accounts of other servers in their lists.
    ///
    /// - Throws: `CaseError.notAllowed`, `StorageError`.
    public func seesRemote(_ person: Account.ID) async throws -> Bool {
        try await database.read { db in try SchoolRights(person, in: db).seesRemote(in: db) }
    }

    /// One account of those that `accounts` lists.
    ///
    /// - Throws: `CaseError.noSuchAccount`, `CaseError.notAllowed`, `StorageError`.
    public func account(_ id: Account.ID, as person: Account.ID) async throws -> RosterView.Line {
        try await database.read { db in try SchoolRights(person, in: db).line(id, in: db) }
    }

    /// Gives an account of a lower rank another role, at most one's own.
    ///
    /// - Throws: `CaseError`, `StorageError`.
    public func setRole(_ role: Role, of id: Account.ID, as person: Account.ID) async throws {
        let (ids, now) = (ids, clock.now())
        try await database.write { db in
            let rights = try SchoolRights(person, in: db)
            let line = try rights.line(id, in: db)
            guard let old = line.role else { throw CaseError.noSuchAccount }
            guard rights.role.mayGive(role) else { throw CaseError.notAllowed }
            guard rights.role.isAbove(old) else { throw CaseError.ofSameRank }
            var member =
                try db.members.find(id) ?? Member(account: id, role: role, passwordHash: nil)
            member.role = role
            try db.members.set(member)
            try db.audit.insert(
                AuditEntry(
                    id: ids.next(),
                    school: line.account.school,
                    by: rights.name,
                    action: "account.role.\(role.rawValue)",
                    subject: line.account.handle.description,
                    at: now
                )
            )
        }
    }

    /// Makes somebody an account at one's own school, with a first password that they change.
    ///
    /// - Throws: `NameError`, `RegistrarError`, `CaseError`, `StorageError`.
    public func invite(
        _ name: String,
        displayName: String,
        role: Role,
        passwordHash: String,
        as person: Account.ID
    ) async throws -> Account {
        let (rights, school) = try await database.read { db in
            let rights = try SchoolRights(person, in: db)
            return (rights, try rights.school(nil, in: db))
        }
        guard rights.role.mayGive(role) else { throw CaseError.notAllowed }
        return try await Registrar(database: database, ids: ids, clock: clock).addAccount(
            named: name,
            at: school,
            displayName: displayName,
            role: role,
            passwordHash: passwordHash,
            by: rights.name
        )
    }

    /// What a school has agreed with other hosts.
    ///
    /// - Throws: as `school`.
    public func partners(of host: Host?, as person: Account.ID) async throws -> [Partner] {
        let school = try await school(host, readBy: person)
        return try await database.read { try $0.partners.list(of: school.id) }
    }

    /// Sets where a school's agreement with a host stands.
    ///
    /// - Throws: `CaseError.notAllowed`, `OutboxError.pointless` for the school itself; `StorageError`.
    public func setPartner(_ host: Host, _ state: Partner.State, at own: Host?, as person: Account.ID)
        async throws
    {
        let (name, school) = try await changer(person, own)
        guard host != school.host else {
            throw OutboxError.pointless(reason: "a school is no partner of itself")
        }
        try await admin.setPartner(host, state, at: school, by: name)
    }

    /// Changes a school: its name, colour, clocks, rules, audiences, descriptions, federation and signed reads.
    ///
    /// `change`: makes the new school out of the present one.
    ///
    /// - Throws: `CaseError.notAllowed`, `SchoolProblem`, `StorageError`.
    public func update(at own: Host?, as person: Account.ID, _ change: @Sendable (inout School) -> Void)
        async throws
    {
        let (name, present) = try await changer(person, own)
        var school = present
        change(&school)
        if let problem = SchoolProblem.all(of: school).first { throw problem }
        try await admin.update(school, by: name)
    }

    /// Makes deliveries of a school due now, to one host or to all.
    ///
    /// - Returns: how many.
    /// - Throws: `CaseError.notAllowed`, `StorageError`.
    public func retry(to host: Host?, at own: Host?, as person: Account.ID) async throws -> Int {
        let (name, school) = try await changer(person, own)
        return try await admin.retryDeliveries(to: host, of: school, by: name)
    }

    private func changer(_ person: Account.ID, _ own: Host?) async throws -> (name: String, School) {
        try await database.read { db in
            let rights = try SchoolRights(person, in: db)
            guard rights.role.changesSchool else { throw CaseError.notAllowed }
            return (rights.name, try rights.school(own, in: db))
        }
    }
}

/// What somebody may do at which schools, as the database says now.
private struct SchoolRights {
    let name: String
    let account: Account
    let role: Role

    /// - Throws: `CaseError.notAllowed` for members, and accounts that are none of ours or cannot act.
    init(_ id: Account.ID, in db: any SQLConnection) throws {
        guard let account = try db.accounts.find(id), account.isActive, account.isLocal,
            let role = try db.members.find(id)?.role, role.readsReports
        else { throw CaseError.notAllowed }
        (self.account, self.role, name) = (account, role, account.handle.description)
    }

    func schools(in db: any SQLConnection) throws -> [School] {
        let all = try db.schools.all()
        let own = all.filter { $0.id == account.school }
        return role == .districtAdmin ? own + all.filter { $0.id != account.school } : own
    }

    func school(_ host: Host?, in db: any SQLConnection) throws -> School {
        guard let school = try schools(in: db).first(where: { host == nil || $0.host == host }) else {
            throw CaseError.notAllowed
        }
        return school
    }

    /// Accounts of other servers are those of all schools: where there is but one, they are its business.
    func seesRemote(in db: any SQLConnection) throws -> Bool {
        try role == .districtAdmin || db.schools.all().count == 1
    }

    func line(_ id: Account.ID, in db: any SQLConnection) throws -> RosterView.Line {
        guard let line = try db.roster.find(id) else { throw CaseError.noSuchAccount }
        let isTheirs =
            try line.account.school.map { school in try schools(in: db).contains { $0.id == school } }
            ?? seesRemote(in: db)
        guard isTheirs else { throw CaseError.noSuchAccount }
        return line
    }
}

extension Publisher {
    /// How a school is run, with this publisher's database, ids and clock.
    public var school: SchoolDesk { SchoolDesk(database: database, ids: ids, clock: clock) }
}
