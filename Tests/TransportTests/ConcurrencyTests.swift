import Domain
import Synchronization
import TestKit
import Testing
import Transport

@Suite("Many transfers", .timeLimit(.minutes(10)))
struct ConcurrencyTests {
    @Test("500 run at the same time, each answered once")
    func fiveHundred() async throws {
        let server = try LoopbackServer { _ in .hang }
        try await withClient(loopbackConfiguration { $0.maxConnections = 2000 }) { client in
            try await withThrowingTaskGroup(of: Int.self) { group in
                for number in 0..<500 {
                    group.addTask {
                        try await client.send(server.post("/\(number)", "x", host: "h\(number).localhost"))
                            .status
                    }
                }
                await server.requests(500)
                server.release(.response(202))
                var answers = 0
                for try await status in group where status == 202 { answers += 1 }
                #expect(answers == 500)
            }
        }
        #expect(Set(server.requests.map(\.target)).count == 500)
        #expect(server.requests.count == 500)
    }

    @Test("more than the limits allow wait their turn, and none is lost")
    func limits() async throws {
        let server = try LoopbackServer()
        let configuration = try loopbackConfiguration {
            $0.workers = 1
            $0.maxConnections = 8
            $0.maxConnectionsPerHost = 2
        }
        try await withClient(configuration) { client in
            try await withThrowingTaskGroup(of: Int.self) { group in
                for number in 0..<400 {
                    group.addTask {
                        try await client.send(server.get("/\(number)", host: "h\(number % 5).localhost"))
                            .status
                    }
                }
                for try await status in group { #expect(status == 200) }
            }
        }
        #expect(server.requests.count == 400)
        #expect(server.connectionCount <= 10)
    }

    @Test("one host that never answers delays no other (P4)")
    func slowHost() async throws {
        let slow = try LoopbackServer { _ in .hang }
        let quick = try LoopbackServer()
        let configuration = try loopbackConfiguration {
            $0.workers = 1
            $0.maxConnections = 4
            $0.maxConnectionsPerHost = 2
        }
        try await withClient(configuration) { client in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<50 { group.addTask { _ = try await client.send(slow.get()) } }
                await slow.requests(2)
                for _ in 0..<50 {
                    let response = try await client.send(quick.get())
                    #expect(response.status == 200)
                }
                #expect(slow.requests.count == 2)
                group.cancelAll()
                while let result = await group.nextResult() {
                    #expect(throws: TransferError.cancelled) { try result.get() }
                }
            }
        }
    }

    @Test("cancelling the task ends its transfer and its connection, and no other")
    func cancellation() async throws {
        let server = try LoopbackServer { $0.target == "/hang" ? .hang : .response(200) }
        try await withClient { client in
            let task = Task { try await client.send(server.get("/hang")) }
            await server.requests(1)
            task.cancel()
            await #expect(throws: TransferError.cancelled) { try await task.value }
            await server.closedConnections(1)
            let response = try await client.send(server.get("/next"))
            #expect(response.status == 200)
        }
    }

    @Test("a task that is cancelled before or while its transfer waits sends nothing")
    func cancelledEarly() async throws {
        let server = try LoopbackServer { _ in .hang }
        try await withClient(loopbackConfiguration { $0.maxConnectionsPerHost = 1 }) { client in
            let first = Task { try await client.send(server.get("/first")) }
            await server.requests(1)
            let waiting = Task { try await client.send(server.get("/waiting")) }
            let early = Task {
                withUnsafeCurrentTask { $0?.cancel() }
                return try await client.send(server.get("/early"))
            }
            waiting.cancel()
            await #expect(throws: TransferError.cancelled) { try await waiting.value }
            await #expect(throws: TransferError.cancelled) { try await early.value }
            server.release()
            let response = try await first.value
            #expect(response.status == 200)
        }
        #expect(server.requests.map(\.target) == ["/first"])
    }

    @Test("of transfers that are cancelled at any moment each ends once")
    func cancelStorm() async throws {
        let server = try LoopbackServer()
        try await withClient { client in
            let tasks = try (0..<600).map { number in
                let request = try server.get("/\(number)", host: "h\(number % 40).localhost")
                return Task { try await client.send(request) }
            }
            for (number, task) in tasks.enumerated() where number % 3 == 0 { task.cancel() }
            for (number, task) in tasks.enumerated() {
                switch await task.result {
                case .success(let response): #expect(response.status == 200)
                case .failure(let error): #expect(error as? TransferError == .cancelled && number % 3 == 0)
                }
            }
        }
    }

    @Test("time spent waiting for a connection counts")
    func waitingTime() async throws {
        let server = try LoopbackServer { _ in .hang }
        try await withClient(loopbackConfiguration { $0.maxConnectionsPerHost = 1 }) { client in
            let first = Task { try await client.send(server.get("/first")) }
            await server.requests(1)
            var second = try server.get("/second")
            second.timeout = .milliseconds(50)
            let request = second
            await #expect(throws: TransferError.timeout(reason: "no connection was free in time")) {
                try await client.send(request)
            }
            server.release()
            let response = try await first.value
            #expect(response.status == 200)
        }
        #expect(server.requests.map(\.target) == ["/first"])
    }
}

@Suite("Shutting down", .timeLimit(.minutes(10)))
struct ShutdownTests {
    @Test("what is under way finishes, what comes later is refused")
    func drains() async throws {
        let server = try LoopbackServer { _ in .hang }
        let client = try TransportClient(configuration: loopbackConfiguration())
        let under = Task { try await client.send(server.get("/under-way")) }
        await server.requests(1)
        let shutdown = Task { await client.shutdown(within: .seconds(30)) }
        // The stop is known to the workers once a new request is refused.
        while true {
            do {
                var probe = try server.get("/probe")
                probe.timeout = .milliseconds(20)
                _ = try await client.send(probe)
            } catch TransferError.shuttingDown {
                break
            } catch TransferError.timeout {
                continue
            }
        }
        server.release(.response(200, "late"))
        let response = try await under.value
        #expect(response.body == Array("late".utf8))
        await shutdown.value
        await #expect(throws: TransferError.shuttingDown) { try await client.send(server.get("/later")) }
        await client.shutdown()
    }

    @Test("at the deadline the rest ends, running or waiting")
    func deadline() async throws {
        let server = try LoopbackServer { _ in .hang }
        let client = try TransportClient(
            configuration: loopbackConfiguration { $0.maxConnectionsPerHost = 1 }
        )
        let running = Task { try await client.send(server.get("/running")) }
        let waiting = Task { try await client.send(server.get("/waiting")) }
        await server.requests(1)
        await client.shutdown(within: .milliseconds(20))
        for task in [running, waiting] {
            await #expect(throws: TransferError.shuttingDown) { try await task.value }
        }
        #expect(server.requests.count == 1)
    }

    @Test("a client that is dropped without a shutdown ends its transfers and closes its connections")
    func dropped() async throws {
        let server = try LoopbackServer()
        do {
            let client = try TransportClient(configuration: loopbackConfiguration())
            _ = try await client.send(server.get())
        }
        await server.closedConnections(1)
    }
}
