import GRDB
import Storage
import Synchronization
import Testing

@testable import StorageSQLite

@Suite("Group commit")
struct GroupCommitTests {
    /// Runs bodies so that all of them wait for one turn of the writer, in order.
    private func together(
        _ database: SQLiteDatabase,
        _ bodies: [@Sendable (any SQLConnection) throws -> Void]
    ) async throws -> [Result<Void, any Error>] {
        let gate = Gate()
        let blocker = Task { try await database.write { _ in gate.pass() } }
        await gate.reached()
        var tasks: [Task<Void, any Error>] = []
        for body in bodies {
            // It runs until it waits, so it has its place in the queue.
            tasks.append(Task.immediate { try await database.write(body) })
            #expect(database.writes.waitingCount == tasks.count)
        }
        gate.open()
        try await blocker.value
        var results: [Result<Void, any Error>] = []
        for task in tasks { results.append(await task.result) }
        return results
    }

    private func insert(_ text: String) -> @Sendable (any SQLConnection) throws -> Void {
        { db in _ = try db.run("INSERT INTO word (text) VALUES (\(text))") }
    }

    @Test("writes that wait share a commit, at most as many as the setting says")
    func sharing() async throws {
        var options = SQLiteOptions()
        options.writesPerCommit = 64
        try await withDatabase(options) { database, _ in
            let before = database.counters
            let results = try await together(database, (0..<130).map { insert("word \($0)") })
            #expect(results.allSatisfy { (try? $0.get()) != nil })
            // The blocker's own, then 64, 64 and 2.
            #expect(database.counters.commits - before.commits == 4)
            #expect(database.counters.writes - before.writes == 131)
            #expect(database.counters.largestBatch == 64)
            #expect(try await database.words() == (0..<130).map { "word \($0)" })
        }
    }

    @Test("a lone write is committed at once")
    func alone() async throws {
        try await withDatabase { database, _ in
            let before = database.counters.commits
            try await database.insert("one")
            try await database.insert("two")
            #expect(database.counters.commits - before == 2)
        }
    }

    @Test("a closure that throws rolls back its own changes alone")
    func failure() async throws {
        struct Refusal: Error {}
        try await withDatabase { database, _ in
            let results = try await together(
                database,
                [
                    insert("before"),
                    { db in
                        try db.run("INSERT INTO word (text) VALUES ('undone')")
                        db.wake(.streaming)
                        throw Refusal()
                    },
                    insert("after"), insert("before"),
                ]
            )
            #expect(throws: Never.self) { try results[0].get() }
            #expect(throws: Refusal.self) { try results[1].get() }
            #expect(throws: Never.self) { try results[2].get() }
            #expect(throws: StorageError.constraint(on: "word.text")) { try results[3].get() }
            #expect(try await database.words() == ["before", "after"])
            #expect(await !database.waitForWake(.streaming, timeout: .zero))
        }
    }

    @Test("a statement that fails and is caught leaves the closure's other changes")
    func caught() async throws {
        try await withDatabase { database, _ in
            try await database.write { db in
                try db.run("INSERT INTO word (text) VALUES ('a')")
                #expect(throws: StorageError.self) { try db.run("INSERT INTO word (text) VALUES ('a')") }
                try db.run("INSERT INTO word (text) VALUES ('b')")
            }
            #expect(try await database.words() == ["a", "b"])
        }
    }

    @Test("when the commit fails everybody in it gets the error, also those whose closure had failed")
    func failedCommit() async throws {
        let isFailing = Mutex(false)
        let hook: @Sendable () throws -> Void = {
            if isFailing.withLock({ $0 }) { throw DatabaseError(resultCode: .SQLITE_FULL) }
        }
        try await withDatabase(beforeCommit: hook) { database, _ in
            try await database.insert("kept")
            let results = try await together(
                database,
                [
                    { db in
                        isFailing.withLock { $0 = true }
                        try db.run("INSERT INTO word (text) VALUES ('lost')")
                        db.wake(.deliveries)
                    },
                    insert("lost too"),
                    // "Already there" would be a lie: the row it has met is lost.
                    insert("lost"),
                ]
            )
            for result in results { #expect(throws: StorageError.full) { try result.get() } }
            #expect(await !database.waitForWake(.deliveries, timeout: .zero))
            isFailing.withLock { $0 = false }
            #expect(try await database.words() == ["kept"])
            try await database.insert("lost")
            #expect(try await database.words() == ["kept", "lost"])
            #expect(!database.isPoisoned)
        }
    }

    @Test("a write whose task is cancelled is committed all the same")
    func cancellation() async throws {
        try await withDatabase { database, _ in
            let task = Task {
                withUnsafeCurrentTask { $0?.cancel() }
                try await database.insert("recorded")
            }
            try await task.value
            #expect(try await database.words() == ["recorded"])
        }
    }

    @Test("a deferred foreign key that stays broken fails its own closure alone")
    func deferredKeys() async throws {
        try await withDatabase { database, _ in
            try await database.write { db in
                _ = try db.run(
                    """
                    CREATE TABLE line (word_id INTEGER NOT NULL
                        REFERENCES word (id) DEFERRABLE INITIALLY DEFERRED)
                    """
                )
            }
            let results = try await together(
                database,
                [
                    insert("a"), { db in _ = try db.run("INSERT INTO line (word_id) VALUES (99)") },
                    { db in
                        try db.run("INSERT INTO line (word_id) VALUES (50)")
                        try db.run("INSERT INTO word (id, text) VALUES (50, 'b')")
                    },
                ]
            )
            #expect(throws: Never.self) { try results[0].get() }
            #expect(throws: StorageError.self) { try results[1].get() }
            #expect(throws: Never.self) { try results[2].get() }
            #expect(try await database.number("SELECT COUNT(*) AS n FROM line") == 1)
        }
    }

    @Test(
        "a closure cannot end the transaction that it shares",
        arguments: ["BEGIN", " commit", "END", ";ROLLBACK", "SAVEPOINT", "RELEASE", "ATTACH", "VACUUM"]
    )
    func transactionControl(_ word: String) {
        #expect(StatementRules.controlsTransactions(word + " job"))
        #expect(!StatementRules.controlsTransactions("SELECT '\(word)'"))
        #expect(!StatementRules.controlsTransactions(word + "S"))
    }

    @Test("a connection kept beyond its closure is of no use")
    func escaped() async throws {
        final class Box: @unchecked Sendable { var connection: (any SQLConnection)? }
        try await withDatabase { database, _ in
            let box = Box()
            try await database.write { box.connection = $0 }
            try await database.write { _ in
                #expect(throws: StorageError.self) { try box.connection?.run("DELETE FROM word") }
            }
            try await database.write { db in
                #expect(throws: StorageError.self) { try db.run("COMMIT") }
            }
        }
    }
}
