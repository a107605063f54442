public import Domain
public import Storage

/// Who works on cases: an operator on the command line, who may do everything, or one of our people by their role.
public enum CaseWorker: Sendable, Hashable {
    /// On the command line, under this name.
    case commandLine(String)
    /// One of our people.
    case account(Account.ID)
}

/// What moderators do about reports and accounts; each act leaves an audit row in its own transaction.
///
/// Moderators and admins work for their own school, district admins for all of the instance. Nobody works on what is
/// about themselves: to them such a case is not there.
public struct CaseDesk: Sendable {
    let database: any SQLDatabase
    let ids: IDGenerator
    let clock: any WallClock

    /// Makes the desk.
    public init(database: any SQLDatabase, ids: IDGenerator, clock: any WallClock = SystemClock()) {
        self.database = database
        self.ids = ids
        self.clock = clock
    }

    /// A page of the cases that somebody may read, newest first; a query for another school than theirs finds none.
    ///
    /// - Throws: `CaseError.notAllowed`, `StorageError`.
    public func page(_ query: ReportStore.Query, as worker: CaseWorker) async throws -> [CaseFile] {
        try await database.read { db in
            let desk = try CaseRights(worker, in: db)
            guard desk.readsReports else { throw CaseError.notAllowed }
            guard let limited = desk.limited(query) else { return [] }
            return try db.reports.page(limited).map { try CaseFile($0, in: db) }
        }
    }

    /// A case.
    ///
    /// - Throws: `CaseError`, `StorageError`.
    public func find(_ id: Report.ID, as worker: CaseWorker) async throws -> CaseFile {
        try await database.read { db in
            let rights = try CaseRights(worker, in: db)
            return try CaseFile(try rights.report(id, changes: false, in: db), in: db)
        }
    }

    /// Gives a case to somebody who handles reports at its school, or takes it from whoever has it, with nil.
    ///
    /// - Throws: `CaseError`, `StorageError`.
    public func assign(_ id: Report.ID, to assignee: Account.ID?, as worker: CaseWorker) async throws
        -> CaseFile
    {
        try await change(id, assignee == nil ? "report.unassign" : "report.assign", as: worker) {
            db,
            report in
            guard report.state != .resolved else { throw CaseError.isResolved }
            if let assignee {
                let theirs = try CaseRights(.account(assignee), in: db)
                guard theirs.handlesReports, theirs.covers(report) else { throw CaseError.notAModerator }
            }
            report.assignee = assignee
            report.state = assignee == nil ? .open : .assigned
        }
    }

    /// Writes a note into a case.
    ///
    /// `text`: at most `Report.longestNote` characters.
    ///
    /// - Throws: `CaseError`, `StorageError`.
    public func note(_ id: Report.ID, _ text: String, as worker: CaseWorker) async throws -> CaseFile {
        let text = try Self.checked(text)
        let (ids, now) = (ids, clock.now())
        return try await change(id, "report.note", as: worker) { db, report in
            let by = try CaseRights(worker, in: db).name
            try db.reports.insert(
                Report.Note(id: ids.next(), report: report.id, by: by, text: text, createdAt: now)
            )
        }
    }

    /// Closes a case, and does to the account what its outcome says: limits it, or suspends it.
    ///
    /// - Throws: `CaseError`, `StorageError`.
    public func resolve(_ id: Report.ID, _ outcome: Report.Outcome, as worker: CaseWorker) async throws
        -> CaseFile
    {
        let accounts = AccountActs(ids: ids, now: clock.now())
        return try await change(id, "report.resolve", as: worker) { db, report in
            guard report.state != .resolved else { throw CaseError.isResolved }
            switch outcome {
            case .dismissed, .warned: break
            case .limited: try accounts.act(.limit, on: report.reported, as: worker, in: db)
            case .suspended: try accounts.act(.suspend, on: report.reported, as: worker, in: db)
            }
            if case .account(let id) = worker { report.assignee = id }
            report.state = .resolved
            report.outcome = outcome
        }
    }

    /// Opens a resolved case again; what was done to the account stays.
    ///
    /// - Throws: `CaseError`, `StorageError`.
    public func reopen(_ id: Report.ID, as worker: CaseWorker) async throws -> CaseFile {
        try await change(id, "report.reopen", as: worker) { _, report in
            guard report.state == .resolved else { throw CaseError.isNotResolved }
            report.state = report.assignee == nil ? .open : .assigned
            report.outcome = nil
        }
    }

    /// Limits or suspends an account, or lifts that.
    ///
    /// - Throws: `CaseError`, `StorageError`.
    public func act(_ act: AccountAct, on account: Account.ID, as worker: CaseWorker) async throws {
        let accounts = AccountActs(ids: ids, now: clock.now())
        try await database.write { db in try accounts.act(act, on: account, as: worker, in: db) }
    }

    private func change(
        _ id: Report.ID,
        _ action: String,
        as worker: CaseWorker,
        _ body: @escaping @Sendable (any SQLConnection, inout Report) throws -> Void
    ) async throws -> CaseFile {
        let (ids, now) = (ids, clock.now())
        return try await database.write { db in
            let rights = try CaseRights(worker, in: db)
            var report = try rights.report(id, changes: true, in: db)
            try body(db, &report)
            report.changedAt = now
            try db.reports.update(report)
            try db.audit.insert(
                AuditEntry(
                    id: ids.next(),
                    school: report.school,
                    by: rights.name,
                    action: action,
                    subject: report.id.description,
                    at: now
                )
            )
            return try CaseFile(report, in: db)
        }
    }

    private static func checked(_ text: String) throws(CaseError) -> String {
        guard text.contains(where: { !$0.isWhitespace }) else { throw .badNote("the note is empty") }
        guard text.count <= Report.longestNote else {
            throw .badNote("the note is longer than \(Report.longestNote) characters")
        }
        return text
    }
}
