import Domain
import Storage

/// What a worker may do about cases and accounts, as the database says now.
struct CaseRights {
    /// Who it is in the audit log and in notes.
    let name: String
    /// The account; nil on the command line.
    let account: Account?
    /// What they may do; nil on the command line, where everything may be done.
    let role: Role?

    /// Looks a worker up.
    ///
    /// - Throws: `CaseError.notAllowed` for an account that is none of ours or cannot act.
    init(_ worker: CaseWorker, in db: any SQLConnection) throws {
        switch worker {
        case .commandLine(let name):
            (self.name, account, role) = (name, nil, nil)
        case .account(let id):
            guard let found = try db.accounts.find(id), found.isActive, found.isLocal else {
                throw CaseError.notAllowed
            }
            (name, account) = (found.handle.description, found)
            role = try db.members.find(id)?.role ?? .member
        }
    }

    var readsReports: Bool { role?.readsReports ?? true }
    var handlesReports: Bool { role?.handlesReports ?? true }

    /// Whether they work for all schools of the instance.
    var coversAll: Bool { role.map { $0 == .districtAdmin } ?? true }

    /// Whether a case is theirs to read: of their school, and not about them.
    func covers(_ report: Report) -> Bool {
        guard let account else { return true }
        return report.reported != account.id && (coversAll || account.school == report.school)
    }

    /// A query within what they may read; nil when it asks for another school.
    func limited(_ query: ReportStore.Query) -> ReportStore.Query? {
        guard let account else { return query }
        var query = query
        query.notAbout = account.id
        if coversAll { return query }
        guard query.school == nil || query.school == account.school else { return nil }
        query.school = account.school
        return query
    }

    /// A case that they may read, and if wanted handle.
    func report(_ id: Report.ID, changes: Bool, in db: any SQLConnection) throws -> Report {
        guard readsReports, let report = try db.reports.find(id), covers(report) else {
            throw CaseError.noSuchReport
        }
        guard !changes || handlesReports else { throw CaseError.notAllowed }
        return report
    }

    /// Checks that they may act on an account.
    ///
    /// Accounts of other servers are those of all schools of the instance; where there is but one school, they are its
    /// moderators' business.
    func check(_ other: Account, in db: any SQLConnection) throws {
        guard let role, let account else { return }
        guard role.handlesReports else { throw CaseError.notAllowed }
        guard let school = other.school else {
            guard try coversAll || db.schools.all().count == 1 else { throw CaseError.notOfThisSchool }
            return
        }
        guard coversAll || school == account.school else { throw CaseError.notOfThisSchool }
        guard role.isAbove(try db.members.find(other.id)?.role ?? .member) else { throw CaseError.ofSameRank }
    }
}

/// What is done to an account.
public enum AccountAct: String, Sendable, CaseIterable {
    /// In feeds, searches and notices only its followers see what it does.
    case limit
    /// Takes a limit back.
    case unlimit
    /// It can no longer act and is no longer shown; its sessions and tokens end.
    case suspend
    /// Takes a suspension back.
    case unsuspend
}

/// Limits and suspends accounts.
struct AccountActs {
    let ids: IDGenerator
    let now: Timestamp

    /// Does it, when the worker may, with its audit row.
    func act(_ act: AccountAct, on id: Account.ID, as worker: CaseWorker, in db: any SQLConnection) throws {
        let rights = try CaseRights(worker, in: db)
        guard let account = try db.accounts.find(id), account.goneAt == nil, account.kind != .application
        else {
            throw CaseError.noSuchAccount
        }
        try rights.check(account, in: db)
        switch act {
        case .limit: try db.accounts.setLimited(id, at: now)
        case .unlimit: try db.accounts.setLimited(id, at: nil)
        case .suspend:
            try db.accounts.setSuspended(id, at: now)
            try db.sessions.removeAll(of: id)
            try db.accessTokens.removeAll(of: id)
        case .unsuspend: try db.accounts.setSuspended(id, at: nil)
        }
        try db.audit.insert(
            AuditEntry(
                id: ids.next(),
                school: account.school,
                by: rights.name,
                action: "account.\(act.rawValue)",
                subject: account.handle.description,
                at: now
            )
        )
    }
}
