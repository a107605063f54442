import Domain
import Testing

@testable import Transport

@Suite("The queue of jobs")
struct AdmissionTests {
    /// A job nobody waits for: its answer goes to a task that has ended.
    private func job(_ id: UInt64, _ host: String, deadline: UInt64 = .max) async throws -> Job {
        let request = OutboundRequest(method: .get, uri: try URI("https://\(host)/"))
        return await withCheckedContinuation { (outer: CheckedContinuation<Job, Never>) in
            Task {
                _ = await withCheckedContinuation { continuation in
                    outer.resume(
                        returning: Job(id: id, request, deadline: deadline, Cancellation(), continuation)
                    )
                }
            }
        }
    }

    private func fill(_ queue: inout JobQueue, _ hosts: [String]) async throws -> [Job] {
        var jobs: [Job] = []
        for (index, host) in hosts.enumerated() {
            let job = try await job(UInt64(index), host)
            queue.add(job)
            jobs.append(job)
        }
        return jobs
    }

    private func end(_ jobs: [Job]) {
        for job in jobs { job.end(.failure(.cancelled)) }
    }

    @Test("hosts take turns, and within a host the first comes first")
    func turns() async throws {
        var queue = JobQueue(maxRunning: 10, maxPerHost: 2)
        let jobs = try await fill(&queue, ["a.x", "a.x", "a.x", "b.x", "b.x", "c.x"])
        var order: [UInt64] = []
        while let next = queue.next() { order.append(next.id) }
        #expect(order == [0, 3, 5, 1, 4])
        #expect(!queue.hasNext)
        try queue.end(Host("a.x"))
        #expect(queue.next()?.id == 2)
        for host in ["a.x", "a.x", "b.x", "b.x", "c.x"] { try queue.end(Host(host)) }
        #expect(queue.isEmpty)
        end(jobs)
    }

    @Test("no more run than the limit allows")
    func limit() async throws {
        var queue = JobQueue(maxRunning: 2, maxPerHost: 2)
        let jobs = try await fill(&queue, ["a.x", "b.x", "c.x"])
        #expect(queue.next()?.id == 0)
        #expect(queue.next()?.id == 1)
        #expect(queue.next() == nil)
        try queue.end(Host("a.x"))
        #expect(queue.next()?.id == 2)
        end(jobs)
    }

    @Test("a job that is taken out leaves its host's others in line, and a host without any is forgotten")
    func removal() async throws {
        var queue = JobQueue(maxRunning: 2, maxPerHost: 1)
        let jobs = try await fill(&queue, ["a.x", "a.x", "b.x"])
        #expect(try queue.remove(0, of: Host("a.x"))?.id == 0)
        #expect(try queue.remove(0, of: Host("a.x")) == nil)
        #expect(try queue.remove(9, of: Host("z.x")) == nil)
        #expect(try queue.remove(2, of: Host("b.x"))?.id == 2)
        #expect(queue.next()?.id == 1)
        #expect(queue.next() == nil)
        try queue.end(Host("a.x"))
        #expect(queue.isEmpty)
        end(jobs)
    }

    @Test("emptying it keeps count of what runs")
    func emptying() async throws {
        var queue = JobQueue(maxRunning: 1, maxPerHost: 1)
        let jobs = try await fill(&queue, ["a.x", "a.x", "b.x"])
        #expect(queue.next()?.id == 0)
        #expect(Set(queue.removeAll().map(\.id)) == [1, 2])
        #expect(!queue.isEmpty)
        #expect(queue.next() == nil)
        try queue.end(Host("a.x"))
        #expect(queue.isEmpty)
        end(jobs)
    }

    @Test("a job whose deadline passes while it waits is taken out, and the others stay in order")
    func expiry() async throws {
        var queue = JobQueue(maxRunning: 1, maxPerHost: 1)
        #expect(queue.nextExpiry == nil)
        var jobs: [Job] = []
        for (id, deadline) in [(0, 900), (1, 30), (2, 500), (3, 40)] as [(UInt64, UInt64)] {
            jobs.append(try await job(id, id == 3 ? "b.x" : "a.x", deadline: deadline))
            queue.add(jobs[Int(id)])
        }
        #expect(queue.next()?.id == 0)
        #expect(queue.nextExpiry == 30)
        #expect(queue.expire(at: 29).isEmpty)
        #expect(Set(queue.expire(at: 40).map(\.id)) == [1, 3])
        #expect(queue.expire(at: 41).isEmpty)
        try queue.end(Host("a.x"))
        #expect(queue.next()?.id == 2)
        #expect(queue.nextExpiry == nil)
        try queue.end(Host("a.x"))
        #expect(queue.isEmpty)
        end(jobs)
    }
}
