import Domain
import Synchronization
import Testing

@testable import Server

/// API-10.
@Suite("Limits on signing in")
struct SignInLimiterTests {
    /// Time, as the test moves it.
    private final class Uptime: Sendable {
        let value = Mutex(Duration.zero)
        func pass(_ span: Duration) { value.withLock { $0 += span } }
    }

    private let uptime = Uptime()
    private let ada: Handle
    private let ben: Handle
    private let home: IPAddress
    private let limiter: SignInLimiter

    init() throws {
        ada = try Handle("ada@school.test")
        ben = try Handle("ben@school.test")
        home = try IPAddress("192.0.2.1")
        let uptime = uptime
        limiter = SignInLimiter(limits: RateLimits()) { uptime.value.withLock { $0 } }
    }

    private func stranger(_ number: Int) throws -> IPAddress {
        try IPAddress("2001:db8:0:\(String(number, radix: 16))::1")
    }

    @Test("API-10: from one address 25 wrong passwords an hour to one account, then one every few minutes")
    func oneAddress() throws {
        for _ in 0..<25 { #expect(limiter.begin(ada, from: home) == nil) }
        #expect(limiter.begin(ada, from: home) == 144)
        // Others at the same school are not kept out by it, nor she elsewhere.
        #expect(limiter.begin(ben, from: home) == nil)
        #expect(limiter.begin(ada, from: try stranger(1)) == nil)
        uptime.pass(.seconds(144))
        #expect(limiter.begin(ada, from: home) == nil)
        #expect(limiter.begin(ada, from: home) != nil)
    }

    @Test("API-10: one address cannot try many accounts, whether they exist or not")
    func manyAccounts() throws {
        for number in 0..<100 {
            #expect(limiter.begin(try Handle("name\(number)@school.test"), from: home) == nil)
        }
        #expect(limiter.begin(ada, from: home) != nil)
        #expect(limiter.begin(nil, from: home) != nil)
        #expect(limiter.begin(ada, from: try stranger(1)) == nil)
    }

    @Test("API-10: a thousand addresses cannot guess one account's, and do not keep its owner out")
    func manyAddresses() throws {
        #expect(limiter.begin(ada, from: home) == nil)
        limiter.succeeded(ada, from: home)
        var passed = 0
        for number in 0..<1_000 where limiter.begin(ada, from: try stranger(number)) == nil { passed += 1 }
        #expect(passed == 100)
        #expect(limiter.begin(ada, from: home) == nil)
        #expect(limiter.begin(ben, from: try stranger(1)) == nil)
    }

    @Test("right passwords are not counted")
    func right() throws {
        for _ in 0..<500 {
            #expect(limiter.begin(ada, from: home) == nil)
            limiter.succeeded(ada, from: home)
        }
        for _ in 0..<25 { #expect(limiter.begin(ada, from: home) == nil) }
        #expect(limiter.begin(ada, from: home) != nil)
    }
}
