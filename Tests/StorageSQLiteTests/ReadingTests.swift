import Storage
import Testing

@testable import StorageSQLite

@Suite("Reading")
struct ReadingTests {
    private static let endless: SQL = """
        WITH RECURSIVE number (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number)
        SELECT COUNT(*) AS n FROM number
        """

    private func quick() -> SQLiteOptions {
        var options = SQLiteOptions()
        options.readTimeLimit = .milliseconds(50)
        options.readers = 2
        return options
    }

    @Test("an endless statement is stopped at the time limit, and the reader is as good as before")
    func endlessStatement() async throws {
        try await withDatabase(quick()) { database, _ in
            for _ in 0..<4 {
                let error = await #expect(throws: StorageError.self) {
                    _ = try await database.number(Self.endless)
                }
                #expect(error?.isTransient == true)
            }
            #expect(try await database.number("SELECT 7 AS n") == 7)
            try await database.insert("word")
        }
    }

    @Test("RES-10: short reads pass while more long ones than there are readers run")
    func fairness() async throws {
        try await withDatabase(quick()) { database, _ in
            let long = (0..<6).map { _ in
                Task { while !Task.isCancelled { _ = try? await database.number(Self.endless) } }
            }
            for number in 0..<3 {
                #expect(try await database.number("SELECT \(number) AS n") == number)
                try await database.insert("word \(number)")
            }
            for task in long { task.cancel() }
            for task in long { await task.value }
        }
    }

    @Test("many statements together are under the time limit too")
    func endlessLoop() async throws {
        try await withDatabase(quick()) { database, _ in
            await #expect(throws: StorageError.self) {
                try await database.read { db -> Int in while true { try db.run("SELECT 1 AS n") } }
            }
        }
    }

    @Test("a cancelled read is stopped")
    func cancellation() async throws {
        try await withDatabase { database, _ in
            let task = Task { try await database.number(Self.endless) }
            task.cancel()
            await #expect(throws: CancellationError.self) { _ = try await task.value }
        }
    }

    @Test("a read sees one state, whatever is written meanwhile")
    func snapshot() async throws {
        try await withDatabase { database, _ in
            try await database.insert("one")
            let gate = Gate()
            let reader = Task {
                try await database.read { db -> [Int] in
                    let before = try db.run("SELECT id FROM word").count
                    gate.pass()
                    return [before, try db.run("SELECT id FROM word").count]
                }
            }
            await gate.reached()
            try await database.insert("two")
            gate.open()
            let counts = try await reader.value
            #expect(counts[0] == counts[1])
            #expect(try await database.words().count == 2)
        }
    }

    @Test("a read that is cancelled while it waits for a reader does not run")
    func cancelledInTheQueue() async throws {
        try await withDatabase(quick()) { database, _ in
            let gates = [Gate(), Gate()]
            let busy = gates.map { gate in Task { try await database.read { _ in gate.pass() } } }
            for gate in gates { await gate.reached() }
            let waiting = Task {
                try await database.read { _ in Issue.record("ran, though nobody waits for it") }
            }
            waiting.cancel()
            for gate in gates { gate.open() }
            for task in busy { try await task.value }
            await #expect(throws: CancellationError.self) { try await waiting.value }
            #expect(try await database.number("SELECT 7 AS n") == 7)
        }
    }

    @Test("a read cannot write")
    func writing() async throws {
        try await withDatabase { database, _ in
            let error = await #expect(throws: StorageError.self) {
                _ = try await database.read { db in try db.run("DELETE FROM word") }
            }
            guard case .rejected = error else {
                Issue.record("\(String(describing: error))")
                return
            }
        }
    }

    @Test("what a write has returned from is seen by every later read")
    func ownWrites() async throws {
        try await withDatabase { database, _ in
            for number in 1...50 {
                try await database.insert("word \(number)")
                #expect(try await database.number("SELECT COUNT(*) AS n FROM word") == number)
            }
        }
    }

    @Test("REL-20: the log stays bounded under readers that hold old states, because their time is limited")
    func boundedLog() async throws {
        var options = quick()
        options.logLimit = 1 << 20
        options.checkpointPages = 50
        try await withDatabase(options) { database, _ in
            let readers = (0..<2).map { _ in
                Task {
                    while !Task.isCancelled {
                        try? await database.read { db in
                            // A read of a table is what holds a state.
                            try db.run("SELECT COUNT(*) FROM word")
                            try db.run(Self.endless)
                        }
                    }
                }
            }
            let text = String(repeating: "x", count: 20_000)
            var sizes: [Int64] = []
            for number in 0..<400 {
                try await database.insert(text + "\(number)")
                sizes.append(database.logSize)
            }
            for reader in readers { reader.cancel() }
            for reader in readers { await reader.value }
            // Some 20 MB were written; how far it overshoots depends on what is written while readers end.
            #expect((sizes.max() ?? 0) < 10 << 20)
            #expect(zip(sizes, sizes.dropFirst()).contains { $1 < $0 })
        }
    }
}
