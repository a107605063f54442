import Storage

/// A connection that notes how SQLite would go about each statement before it runs it.
final class PlanConnection: SQLConnection {
    private let db: any SQLConnection
    /// The steps of every plan, such as `SEARCH p USING INTEGER PRIMARY KEY (rowid=?)`.
    private(set) var steps: [String] = []

    /// How many statements were run.
    private(set) var statements = 0

    init(_ db: any SQLConnection) { self.db = db }

    var dialect: Dialect { db.dialect }

    func run(_ sql: SQL) throws(StorageError) -> [SQLRow] {
        for row in try db.run("EXPLAIN QUERY PLAN \(fragment: sql)") { steps.append(try row["detail"]) }
        statements += 1
        return try db.run(sql)
    }

    func wake(_ topic: WakeTopic) { db.wake(topic) }

    func isGone(_ process: Int64) throws(StorageError) -> Bool { try db.isGone(process) }

    /// Steps that read a whole table or index.
    ///
    /// A full-text table is always said to be scanned; what follows the colon is how it is limited, if it is.
    var scans: [String] {
        steps.filter { step in
            guard step.hasPrefix("SCAN "), step != "SCAN CONSTANT ROW" else { return false }
            return !step.contains(" VIRTUAL TABLE INDEX ") || step.last == ":"
        }
    }
    /// Steps that sort what they have read.
    var sorts: [String] { steps.filter { $0.contains("TEMP B-TREE") } }
}
