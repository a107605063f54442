/// Why the database did not do what it was asked.
///
/// No case carries a stored value, so `operatorText` may be logged; nothing of it is for peers.
public enum StorageError: Error, Hashable {
    /// The database cannot be used now: a fault of the device, a time limit, a server that does not answer.
    case unavailable(reason: String)
    /// The disk, the quota or the file's own limit is full. Works again by itself once there is room.
    case full
    /// Another process held the write lock for longer than the busy time-out.
    case busy
    /// A UNIQUE, NOT NULL, CHECK or foreign key rule was broken; the name is the engine's: columns or a constraint.
    case constraint(on: String)
    /// The database was written by a newer version, which knows more migrations. Nothing was changed.
    case newerSchema(found: Int, known: Int)
    /// Another process serves this database; its process id is given where it could be read.
    case locked(path: String, processID: Int32?)
    /// The file is damaged, or is no database.
    case corrupt(reason: String)
    /// A stored value is not of the type that was asked for.
    case decode(column: String, reason: String)
    /// The engine does not accept the statement: an error of ours.
    case rejected(reason: String)
    /// The database has been closed.
    case closed

    /// Whether the same work may succeed later with nothing changed but time or room: answered with 503.
    public var isTransient: Bool {
        switch self {
        case .unavailable, .full, .busy, .closed: true
        case .constraint, .newerSchema, .locked, .corrupt, .decode, .rejected: false
        }
    }

    /// Says what happened and what to do, for logs and commands.
    public var operatorText: String {
        switch self {
        case .unavailable(let reason): "the database is not available: \(reason)"
        case .full: "the database's disk or quota is full; free some room, it goes on by itself"
        case .busy: "another process holds the database's write lock"
        case .constraint(let name): "a rule of the database was broken: \(name)"
        case .newerSchema(let found, let known):
            "the database has schema version \(found), this program knows \(known): run the newer program"
        case .locked(let path, let processID):
            "\(path) is in use by "
                + (processID.map { "process \($0)" } ?? "another process") + "; stop that one first"
        case .corrupt(let reason): "the database is damaged or is none: \(reason)"
        case .decode(let column, let reason): "column \(column) cannot be read: \(reason)"
        case .rejected(let reason): "the database refused a statement: \(reason)"
        case .closed: "the database is closed"
        }
    }
}

extension StorageError: CustomStringConvertible {
    /// The text for operators.
    public var description: String { operatorText }
}
