public import Domain
public import Media
public import Outbox
public import Peers
public import Storage

/// What people take along and bring along: takes orders, and does them step by step in the background.
///
/// An order is a row. Whoever works on it holds it for a few minutes and renews that; after a crash another begins it
/// anew. What was imported already is not imported twice.
public struct ArchiveDesk: Sendable {
    /// How long an order is held without a sign of life.
    static let held = Span.minutes(5)

    let database: any SQLDatabase
    let store: any MediaStore
    let media: MediaLibrary
    let publisher: Publisher
    let directory: PeerDirectory
    let ids: IDGenerator
    let clock: any WallClock
    /// What archives may ask for.
    public let limits: ArchiveLimits

    /// Puts the desk together; files are kept where uploads are.
    public init(
        database: any SQLDatabase,
        store: any MediaStore,
        media: MediaLibrary,
        publisher: Publisher,
        directory: PeerDirectory,
        ids: IDGenerator,
        clock: any WallClock = SystemClock(),
        limits: ArchiveLimits = ArchiveLimits()
    ) {
        self.database = database
        self.store = store
        self.media = media
        self.publisher = publisher
        self.directory = directory
        self.ids = ids
        self.clock = clock
        self.limits = limits
    }

    /// Whoever acts and where; throws when the account cannot.
    func person(_ id: Account.ID) async throws -> (Account, School) {
        let found = try await database.read { db -> (Account, School)? in
            guard let account = try db.accounts.find(id), account.isActive, let at = account.school,
                let school = try db.schools.find(at)
            else { return nil }
            return (account, school)
        }
        guard let found else { throw OutboxError.notAbleToAct }
        return found
    }

    /// A folder to work in, for the length of the body.
    func inFolder<Value>(_ body: (String) async throws -> Value) async throws -> Value {
        let folder = try await store.makeWorkFolder()
        let result: Result<Value, any Error>
        do {
            result = .success(try await body(folder))
        } catch {
            result = .failure(error)
        }
        await store.removeWorkFolder(folder)
        return try result.get()
    }

    /// - Throws: `ArchiveError.diskFull` when there is no room but for what is more important.
    func refuseWithoutRoom(for bytes: Int = 0) async throws {
        if let free = await store.freeBytes(), free < media.limits.reservedBytes + Int64(bytes) {
            throw ArchiveError.diskFull
        }
    }

    /// Removes what is over; at most so many rows.
    ///
    /// - Returns: whether there may be more.
    public func tidy(limit: Int) async throws -> Bool {
        let now = clock.now()
        return try await database.write { db in
            let exports = try db.exports.removeExpired(now: now, limit: limit)
            let imports = try db.imports.remove(before: now - AccountImport.kept, limit: limit)
            return exports == limit || imports > 0
        }
    }
}
