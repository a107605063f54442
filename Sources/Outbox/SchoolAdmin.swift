public import Domain
public import Storage

/// What admins change at a school; every change leaves an audit row in its own transaction.
public struct SchoolAdmin: Sendable {
    private let database: any SQLDatabase
    private let ids: IDGenerator
    private let clock: any WallClock

    /// Makes the admin's hand.
    public init(database: any SQLDatabase, ids: IDGenerator, clock: any WallClock = SystemClock()) {
        self.database = database
        self.ids = ids
        self.clock = clock
    }

    /// Changes a school's name, federation or signed reads; deliveries to hosts that it no longer exchanges activities
    /// with are given up.
    ///
    /// - Throws: `StorageError`.
    public func update(_ school: School, by admin: String) async throws {
        let entry = entry("school.set", school, school.host.description, admin)
        try await database.write { db in
            try db.schools.update(school)
            try db.deliveries.giveUpRefused(of: school.id, at: entry.at)
            try db.audit.insert(entry)
        }
    }

    /// Sets where a school's agreement with a host stands, and does what follows from it.
    ///
    /// Deliveries to a paused partner wait and go on when it is approved again; those to a host that is ended or
    /// blocked are given up, and those to hosts below a blocked one.
    ///
    /// - Throws: `StorageError`.
    public func setPartner(_ host: Host, _ state: Partner.State, at school: School, by admin: String)
        async throws
    {
        let now = clock.now()
        let partner = Partner(school: school.id, host: host, state: state, changedAt: now)
        let entry = entry("partner.\(state.rawValue)", school, host.description, admin)
        try await database.write { db in
            try db.partners.set(partner)
            try db.audit.insert(entry)
            if state == .approved { try db.lanes.reopen(host, at: now) }
            try db.deliveries.giveUpRefused(of: school.id, at: now)
        }
    }

    /// Makes waiting and undelivered deliveries due now, to one host or to all; of one school, or of all.
    ///
    /// - Returns: how many.
    /// - Throws: `StorageError`.
    public func retryDeliveries(to host: Host?, of school: School? = nil, by admin: String) async throws
        -> Int
    {
        let subject = host?.description ?? "all hosts"
        let entry =
            school.map { self.entry("queue.retry", $0, subject, admin) }
            ?? self.entry("queue.retry", subject, admin)
        return try await database.write { db in
            try db.audit.insert(entry)
            return try db.deliveries.retry(host: host, of: school?.id, at: entry.at)
        }
    }

    /// Has a post tried once more where it did not arrive: at one host, or at all.
    ///
    /// - Returns: the hosts to which something goes; empty when all of it arrived, or was tried within the last minute.
    /// - Throws: `StorageError`.
    public func retryDeliveries(of post: Post, to host: Host?, at school: School.ID?, by admin: String)
        async throws
        -> [Host]
    {
        let subject = post.uri.description
        let now = clock.now()
        let entry = AuditEntry(
            id: ids.next(),
            school: school,
            by: admin,
            action: "post.retry",
            subject: subject,
            at: now
        )
        return try await database.write { db in
            try db.audit.insert(entry)
            return try db.deliveries.retry(post: post.id, by: post.author, host: host, at: entry.at)
        }
    }

    /// Lets all received activities that were put aside be tried anew.
    ///
    /// - Returns: how many.
    /// - Throws: `StorageError`.
    public func retryQuarantined(by admin: String) async throws -> Int {
        let entry = entry("queue.retry", "quarantined", admin)
        return try await database.write { db in
            try db.audit.insert(entry)
            return try db.receivedActivities.retryQuarantined()
        }
    }

    /// Limits or suspends an account, or takes that back.
    ///
    /// - Throws: `CaseError.noSuchAccount`, `StorageError`.
    public func act(_ act: AccountAct, on account: Account, by admin: String) async throws {
        let acts = AccountActs(ids: ids, now: clock.now())
        try await database.write { try acts.act(act, on: account.id, as: .commandLine(admin), in: $0) }
    }

    /// Suspends an account: it can no longer act, is no longer shown, and its sessions and tokens end.
    ///
    /// - Throws: as `act(_:on:by:)`.
    public func suspend(_ account: Account, by admin: String) async throws {
        try await act(.suspend, on: account, by: admin)
    }

    /// Takes a suspension back.
    ///
    /// - Throws: as `act(_:on:by:)`.
    public func unsuspend(_ account: Account, by admin: String) async throws {
        try await act(.unsuspend, on: account, by: admin)
    }

    /// Sets what an account may do; one that is no member yet becomes one.
    ///
    /// - Throws: `StorageError`.
    public func setRole(_ role: Role, of account: Account, by admin: String) async throws {
        let entry = entry("account.role.\(role.rawValue)", account, admin)
        try await database.write { db in
            var member =
                try db.members.find(account.id)
                ?? Member(account: account.id, role: role, passwordHash: nil)
            member.role = role
            try db.members.set(member)
            try db.audit.insert(entry)
        }
    }

    /// Sets an account's password hash; whoever came in with the old password is out: its sessions and tokens end.
    ///
    /// - Throws: `StorageError`.
    public func setPassword(_ hash: String, of account: Account, by admin: String) async throws {
        let entry = entry("account.password", account, admin)
        try await database.write { db in
            var member =
                try db.members.find(account.id)
                ?? Member(account: account.id, role: .member, passwordHash: nil)
            member.passwordHash = hash
            try db.members.set(member)
            try db.sessions.removeAll(of: account.id)
            try db.accessTokens.removeAll(of: account.id)
            try db.audit.insert(entry)
        }
    }

    /// The entry for an act that somebody else writes together with it, such as a token's making.
    public func entry(_ action: String, of account: Account, by admin: String) -> AuditEntry {
        entry(action, account, admin)
    }

    private func entry(_ action: String, _ account: Account, _ admin: String) -> AuditEntry {
        AuditEntry(action, at: account.school, on: account.handle.description, by: admin, ids, clock)
    }

    private func entry(_ action: String, _ school: School, _ subject: String, _ admin: String) -> AuditEntry {
        AuditEntry(action, at: school.id, on: subject, by: admin, ids, clock)
    }

    /// The entry of an act that concerns the whole instance.
    private func entry(_ action: String, _ subject: String, _ admin: String) -> AuditEntry {
        AuditEntry(action, at: nil, on: subject, by: admin, ids, clock)
    }
}
