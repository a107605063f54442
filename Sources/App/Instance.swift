import ArgumentParser
import Domain
import Outbox
import Peers
import Storage
import Transport

/// An opened database with what commands do on it.
struct Instance {
    /// Who acts, in the audit log.
    static let admin = "command line"

    let settings: Settings
    let database: any SQLDatabase
    let clock = SystemClock()
    let ids: IDGenerator

    private init(settings: Settings, database: any SQLDatabase) async throws {
        self.settings = settings
        self.database = database
        ids = IDGenerator(
            clock: clock,
            after: try await database.read { try $0.outboxActivities.highestID() }
        )
    }

    /// Opens the database, brings its schema up to date, runs the body and closes.
    ///
    /// - Throws: `StorageError` and what the body throws.
    static func use<Value>(
        _ settings: Settings,
        creating: Bool = false,
        _ body: (Instance) async throws -> Value
    ) async throws -> Value {
        let database = try await settings.database.open(creating: creating)
        let result: Result<Value, any Error>
        do {
            try await Migrator.migrate(database, Schema.migrations)
            try await InstanceTransfer.checkFinished(in: database)
            result = .success(try await body(try await Instance(settings: settings, database: database)))
        } catch {
            result = .failure(error)
        }
        try await database.close()
        return try result.get()
    }

    var registrar: Registrar { Registrar(database: database, ids: ids, clock: clock) }
    var cases: CaseDesk { CaseDesk(database: database, ids: ids, clock: clock) }
    var admin: SchoolAdmin { SchoolAdmin(database: database, ids: ids, clock: clock) }

    /// The school with a host, or the only one.
    func school(_ host: String?) async throws -> School {
        let schools = try await database.read { try $0.schools.all() }
        guard let host else {
            guard let only = schools.first, schools.count == 1 else {
                throw ValidationError(
                    schools.isEmpty
                        ? "there is no school yet: staffroom school add"
                        : "name one of the schools with --school"
                )
            }
            return only
        }
        guard let school = schools.first(where: { $0.host.description == host.lowercased() }) else {
            throw ValidationError("there is no school at \(host)")
        }
        return school
    }

    /// The local account with a handle, `name` or `name@host`.
    func account(_ text: String) async throws -> Account {
        let account = try await anyAccount(text)
        guard account.isLocal else { throw ValidationError("there is no account \(account.handle) here") }
        return account
    }

    /// The account with a handle, ours or a peer's that is known here; the old handle of ours leads to it too.
    func anyAccount(_ text: String) async throws -> Account {
        let bare = text.hasPrefix("@") ? String(text.dropFirst()) : text
        let full = bare.contains("@") ? bare : "\(bare)@\(try await school(nil).host)"
        let handle = try Handle(full.lowercased())
        let found = try await database.read { db in
            try db.accounts.find(handle) ?? db.formerHandles.account(handle)
        }
        guard let account = found else {
            throw ValidationError("there is no account \(full)")
        }
        return account
    }
}
