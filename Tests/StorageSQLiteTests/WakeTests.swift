import Storage
import Synchronization
import Testing

@testable import StorageSQLite

@Suite("Wake-ups")
struct WakeTests {
    private func wake(_ database: SQLiteDatabase, _ topic: WakeTopic) async throws {
        try await database.write { $0.wake(topic) }
    }

    @Test("a commit wakes everybody who waits for its topic, and nobody else")
    func waking() async throws {
        try await withDatabase { database, _ in
            let waiters = (0..<3).map { _ in
                Task.immediate { await database.waitForWake(.deliveries, timeout: .seconds(60)) }
            }
            let other = Task { await database.waitForWake(.streaming, timeout: .milliseconds(100)) }
            #expect(database.bell.waiterCount(.deliveries) == 3)
            try await wake(database, .deliveries)
            for waiter in waiters { #expect(await waiter.value) }
            #expect(await !other.value)
        }
    }

    @Test("a wake-up between two waits is not lost, and counts once")
    func pending() async throws {
        try await withDatabase { database, _ in
            try await wake(database, .receivedActivities)
            try await wake(database, .receivedActivities)
            #expect(await database.waitForWake(.receivedActivities, timeout: .seconds(60)))
            #expect(await !database.waitForWake(.receivedActivities, timeout: .milliseconds(5)))
        }
    }

    @Test("a wait ends at its time-out, also when that is zero")
    func timeout() async throws {
        try await withDatabase { database, _ in
            #expect(await !database.waitForWake(.deliveries, timeout: .zero))
            #expect(await !database.waitForWake(.deliveries, timeout: .milliseconds(5)))
            #expect(database.bell.waiterCount(.deliveries) == 0)
        }
    }

    @Test("a cancelled task's wait ends, before and while it waits")
    func cancellation() async throws {
        try await withDatabase { database, _ in
            let waiting = Task.immediate { await database.waitForWake(.deliveries, timeout: .seconds(60)) }
            #expect(database.bell.waiterCount(.deliveries) == 1)
            waiting.cancel()
            #expect(await !waiting.value)
            let late = Task {
                withUnsafeCurrentTask { $0?.cancel() }
                return await database.waitForWake(.deliveries, timeout: .seconds(60))
            }
            #expect(await !late.value)
            // Neither has taken the wake-up from the next one.
            try await wake(database, .deliveries)
            #expect(await database.waitForWake(.deliveries, timeout: .seconds(60)))
        }
    }

    @Test("who is woken sees the change, every time")
    func visibility() async throws {
        try await withDatabase { database, _ in
            for number in 1...100 {
                let waiter = Task {
                    _ = await database.waitForWake(.streaming, timeout: .seconds(60))
                    return try await database.number("SELECT COUNT(*) AS n FROM word")
                }
                try await database.write { db in
                    try db.run("INSERT INTO word (text) VALUES (\("word \(number)"))")
                    db.wake(.streaming)
                }
                #expect(try await waiter.value == number)
            }
        }
    }

    @Test("a read wakes nobody")
    func reading() async throws {
        try await withDatabase { database, _ in
            try await database.read { $0.wake(.deliveries) }
            #expect(await !database.waitForWake(.deliveries, timeout: .zero))
        }
    }
}
