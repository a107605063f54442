public import Domain
import Foundation
public import Media
import Outbox
import Storage

/// Taking along.
extension ArchiveDesk {
    /// Orders an archive of everything of an account's.
    ///
    /// - Throws: `ArchiveError.underWay` while another is being made, `exportedLately` within a day of the last;
    ///   `OutboxError.notAbleToAct`, `StorageError`.
    @discardableResult
    public func order(for account: Account.ID) async throws -> AccountExport {
        _ = try await person(account)
        let now = clock.now()
        let export = AccountExport(id: ids.next(), account: account, createdAt: now, until: now)
        try await database.write { db in
            // Held against a second order at the same time.
            guard try db.accounts.lock(account) else { throw OutboxError.notAbleToAct }
            for other in try db.exports.latest(of: account) {
                if other.state == .waiting { throw ArchiveError.underWay }
                if other.state == .ready, now - other.createdAt < AccountExport.interval {
                    throw ArchiveError.exportedLately
                }
            }
            try db.exports.insert(export)
        }
        return export
    }

    /// The latest archives of an account, the newest first.
    ///
    /// - Throws: `StorageError`.
    public func exports(of account: Account.ID) async throws -> [AccountExport] {
        try await database.read { try $0.exports.latest(of: account) }
    }

    /// The file of an account's own archive; nil for another's, and for one that is not there or not any more.
    ///
    /// - Throws: `StorageError`.
    public func open(_ id: AccountExport.ID, of account: Account.ID) async throws -> (any StoredFile)? {
        let now = clock.now()
        let export = try await database.read { try $0.exports.find(id, of: account) }
        guard let export, export.state == .ready, export.until > now, let file = export.file else {
            return nil
        }
        return await store.open(file)
    }

    /// Makes the next archive that is ordered.
    ///
    /// - Returns: false when none is.
    /// - Throws: `StorageError`, `CancellationError`; the order stays. A full disk ends it as failed.
    public func makeNext() async throws -> Bool {
        let now = clock.now()
        guard
            let export = try await database.write({
                try $0.exports.claim(now: now, until: now + Self.held)
            })
        else { return false }
        do {
            let (file, size) = try await inFolder { folder in
                let path = "\(folder)/archive.zip"
                try await write(export.account, to: path) {
                    let until = clock.now() + Self.held
                    try await database.write { try $0.exports.hold(export.id, until: until) }
                    try await refuseWithoutRoom()
                }
                let size = try FileManager.default.attributesOfItem(atPath: path)[.size] as? NSNumber
                return (try await store.keep(path), size?.int64Value ?? 0)
            }
            let until = clock.now() + AccountExport.kept
            try await database.write {
                try $0.exports.finish(export.id, file: file, size: size, until: until)
            }
        } catch let error where error is ArchiveError || error is MediaError || error is OutboxError {
            let until = clock.now() + AccountExport.kept
            try await database.write { try $0.exports.finish(export.id, file: nil, size: nil, until: until) }
        } catch is CancellationError {
            let now = clock.now()
            try await database.write { try $0.exports.hold(export.id, until: now) }
            throw CancellationError()
        }
        return true
    }

    /// Writes an archive of everything of an account's to a path.
    ///
    /// - Throws: `ArchiveError.diskFull`, `OutboxError.notAbleToAct`, `StorageError`, and what `goesOn` throws.
    public func write(
        _ account: Account.ID,
        to path: String,
        goesOn: @escaping @Sendable () async throws -> Void = {}
    ) async throws {
        let (person, school) = try await person(account)
        try await AccountExporter(
            database: database,
            store: store,
            account: person,
            school: school.id,
            clock: clock,
            goesOn: goesOn
        ).write(to: path)
    }
}
