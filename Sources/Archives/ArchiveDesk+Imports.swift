public import Domain
import Foundation
import Media
import Outbox
import Storage

/// Bringing along: orders, and rows that are done one by one.
extension ArchiveDesk {
    /// How long other servers are left alone between two rows of one import.
    static let pace = Span.seconds(1)

    /// Receives a file to be imported: the body writes it and says what it is.
    ///
    /// - Throws: `ArchiveError.underWay` while another import is not finished, `tooLarge`, `diskFull`;
    ///   `OutboxError.notAbleToAct`, `StorageError`, and what the body throws.
    public func receive(
        for account: Account.ID,
        isolation: isolated (any Actor)? = #isolation,
        _ body: (ArchiveUpload) async throws -> AccountImport.Kind
    ) async throws -> AccountImport {
        _ = try await person(account)
        try await refuseUnderWay(account)
        let folder = try await store.makeWorkFolder()
        let result: Result<AccountImport, any Error>
        do {
            let upload = ArchiveUpload("\(folder)/received", limit: limits.uploadBytes) {
                try await refuseWithoutRoom()
            }
            let kind = try await body(upload)
            try upload.finish()
            guard upload.count > 0 else { throw ArchiveError.unreadable }
            result = .success(try await add(kind, try await store.keep("\(folder)/received"), account))
        } catch {
            result = .failure(error)
        }
        await store.removeWorkFolder(folder)
        return try result.get()
    }

    private func refuseUnderWay(_ account: Account.ID) async throws {
        let latest = try await database.read { try $0.imports.latest(of: account) }
        guard latest.allSatisfy(\.isOver) else { throw ArchiveError.underWay }
    }

    private func add(_ kind: AccountImport.Kind, _ file: String, _ account: Account.ID) async throws
        -> AccountImport
    {
        let now = clock.now()
        let new = AccountImport(
            id: ids.next(),
            account: account,
            kind: kind,
            file: file,
            createdAt: now,
            until: now
        )
        try await database.write { db in
            guard try db.accounts.lock(account) else { throw OutboxError.notAbleToAct }
            guard try db.imports.latest(of: account).allSatisfy(\.isOver) else { throw ArchiveError.underWay }
            try db.imports.insert(new)
        }
        return new
    }

    /// An account's latest imports, the newest first, with what was refused of each and how many rows wait.
    ///
    /// - Throws: `StorageError`.
    public func imports(of account: Account.ID, refusals: Int = 100) async throws -> [ImportReport] {
        try await database.read { db in
            try db.imports.latest(of: account).map { found in
                ImportReport(
                    order: found,
                    waiting: try db.imports.countRows(of: found.id),
                    refusals: try db.imports.refusals(of: found.id, limit: refusals)
                )
            }
        }
    }

    /// Does the next row that is due.
    ///
    /// - Returns: false when none is.
    /// - Throws: `StorageError`; the row is tried again.
    public func doNextRow() async throws -> Bool {
        let now = clock.now()
        let found = try await database.write { db -> (ImportRow, AccountImport)? in
            guard let row = try db.imports.claimRow(now: now, until: now + Self.held),
                let order = try db.imports.find(row.import)
            else { return nil }
            return (row, order)
        }
        guard let (row, order) = found else { return false }
        let outcome: RowImporter.Outcome
        do {
            let (account, school) = try await person(order.account)
            outcome = try await RowImporter(
                database: database,
                publisher: publisher,
                directory: directory,
                account: account,
                school: school
            ).perform(row)
        } catch let error as OutboxError {
            outcome = .refused(reason: error.description)
        }
        try await record(outcome, of: row)
        return true
    }

    private func record(_ outcome: RowImporter.Outcome, of row: ImportRow) async throws {
        let (now, most) = (clock.now(), limits.refusals)
        let refusal: ImportRefusal? =
            if case .refused(let reason) = outcome {
                ImportRefusal(
                    id: ids.next(),
                    import: row.import,
                    item: row.kind == .lists ? "\(row.subject) (\(row.detail))" : row.subject,
                    reason: reason
                )
            } else { nil }
        try await database.write { db in
            if case .later(let wait) = outcome {
                return try db.imports.postpone(row.id, until: now + wait)
            }
            guard try db.imports.removeRow(row) else { return }
            switch outcome {
            case .done: try db.imports.count(added: 1, in: row.import)
            case .known: try db.imports.count(passed: 1, in: row.import)
            case .refused, .later: break
            }
            if let refusal { try db.imports.refuse(refusal, keeping: most) }
        }
    }
}

/// How far an import is.
public struct ImportReport: Sendable, Hashable {
    /// The order with its counts.
    public let order: AccountImport
    /// How many rows are still to be done.
    public let waiting: Int
    /// What was refused, the first of it.
    public let refusals: [ImportRefusal]
}
