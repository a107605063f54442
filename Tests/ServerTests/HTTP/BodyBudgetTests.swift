import Domain
import Hummingbird
import NIOCore
import Testing

@testable import Server

@Suite("Room for bodies", .timeLimit(.minutes(10)))
struct BodyBudgetTests {
    @Test("bodies above the room for all get 503 with Retry-After; with room again they are taken")
    func all() async throws {
        let (entered, enter) = AsyncStream.makeStream(of: Void.self)
        let (left, leave) = AsyncStream.makeStream(of: Void.self)
        try await TestServer.run({ $0.limits.bodyBytes = 1_000 }) { router in
            router.post("hold") { request, context -> String in
                let body = try await request.collectBody(limit: 10_000, context)
                enter.yield()
                for await _ in left { break }
                return "held \(body.count)"
            }
        } _: { server async throws in
            func echo(_ count: Int) async throws -> String {
                let body = String(repeating: "x", count: count)
                return try await RawClient.exchange(
                    server.port,
                    TestServer.post("/echo", body, "Connection: close")
                )
            }
            let large = String(repeating: "x", count: 600)
            async let held = RawClient.exchange(
                server.port,
                TestServer.post("/hold", large, "Connection: close")
            )
            for await _ in entered { break }
            let refused = try await echo(600)
            #expect(refused.status == 503)
            #expect(refused.field("Retry-After") == "30")
            #expect(refused.body.contains("overloaded"))
            #expect(try await echo(300).status == 200)
            leave.yield()
            #expect(try await held.body == "held 600")
            #expect(try await echo(600).status == 200)
            #expect(try await echo(1_001).status == 503)
            #expect(try await echo(1_000).status == 200)
        }
    }

    @Test("a client has a share of its own, an IPv6 one by its /64, and everything is given back")
    func shares() throws {
        let budget = BodyBudget(limit: 100, limitPerClient: 40)
        let one = budget.hold(for: try IPAddress("2001:db8::1"))
        let same = budget.hold(for: try IPAddress("2001:db8::2"))
        let other = budget.hold(for: try IPAddress("192.0.2.1"))
        let unknown = budget.hold(for: nil)
        #expect(one.take(30) && !same.take(11) && same.take(10) && !one.take(1))
        #expect(other.take(40) && !other.take(1))
        #expect(!unknown.take(21) && unknown.take(20))
        #expect(budget.count == 100)
        one.release()
        one.release()
        #expect(budget.count == 70)
        #expect(same.take(30) && !same.take(1))
        for hold in [same, other, unknown] { hold.release() }
        #expect(budget.count == 0)
        #expect(budget.hold(for: try IPAddress("2001:db8::1")).take(40))
    }
}
