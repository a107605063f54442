import Domain
import HTTPTypes
import Synchronization
import Testing

@testable import Server

@Suite("Clients")
struct ClientTests {
    private static func client(
        _ peer: String,
        _ forwarded: [String] = [],
        proto: String? = nil
    ) throws -> Client {
        let proxies = TrustedProxies(ranges: [
            try AddressRange("10.0.0.0/8"), try AddressRange("2001:db8:1::/48"),
        ])
        var fields = HTTPFields()
        for line in forwarded { fields.append(HTTPField(name: .forwardedFor, value: line)) }
        if let proto { fields[.forwardedProto] = proto }
        var client = Client(peer: try IPAddress(peer), role: .main, isSecure: false)
        proxies.resolve(&client, fields: fields)
        return client
    }

    @Test(
        "the client is the rightmost address that is no trusted proxy",
        arguments: [
            ("203.0.113.5", ["198.51.100.1"], "203.0.113.5"),
            ("10.0.0.1", ["198.51.100.1"], "198.51.100.1"),
            ("::ffff:10.0.0.1", ["198.51.100.1"], "198.51.100.1"),
            ("10.0.0.1", ["1.2.3.4, 198.51.100.1, 10.0.0.9"], "198.51.100.1"),
            ("10.0.0.1", ["1.2.3.4", "198.51.100.1,10.0.0.9"], "198.51.100.1"),
            ("2001:db8:1::1", ["[2001:db8:2::7]:443"], "2001:db8:2::7"),
            ("10.0.0.1", ["198.51.100.1:1234"], "198.51.100.1"),
            ("10.0.0.1", ["10.0.0.8, 10.0.0.9"], "10.0.0.8"),
        ]
    )
    func forwarded(peer: String, fields: [String], expected: String) throws {
        #expect(try Self.client(peer, fields).address == IPAddress(expected))
    }

    @Test(
        "a proxy that names nobody readable leaves the client unknown",
        arguments: [
            [], ["unknown"], ["198.51.100.1, nonsense"],
            [Array(repeating: "10.0.0.2", count: 20).joined(separator: ",")],
        ]
    )
    func unknown(fields: [String]) throws {
        #expect(try Self.client("10.0.0.1", fields).address == nil)
    }

    @Test("X-Forwarded-Proto is believed from a trusted proxy only")
    func proto() throws {
        #expect(try Self.client("10.0.0.1", ["198.51.100.1"], proto: "https").isSecure)
        #expect(try !Self.client("10.0.0.1", ["198.51.100.1"], proto: "http").isSecure)
        #expect(try !Self.client("203.0.113.5", proto: "https").isSecure)
    }

    @Test("a bucket empties, fills with time, and tells how long that takes")
    func bucket() throws {
        let time = Mutex(Duration.zero)
        var limits = RateLimits()
        limits.address = TokenRate(perSecond: 2, burst: 3)
        let limiter = RateLimiter(limits: limits) { time.withLock { $0 } }
        let key = RateLimiter.Key.address(try IPAddress("192.0.2.1"))
        for _ in 0..<3 { #expect(limiter.take(key) == nil) }
        #expect(limiter.take(key) == 1)
        #expect(limiter.take(.address(try IPAddress("192.0.2.2"))) == nil)
        time.withLock { $0 = .milliseconds(500) }
        #expect(limiter.take(key) == nil)
        #expect(throws: Problem.self) { try limiter.admit(key) }
    }

    @Test("to ask how long to wait takes nothing; a host's share is its own")
    func allowance() throws {
        var limits = RateLimits()
        limits.host = TokenRate(perSecond: 0.5, burst: 2)
        let limiter = RateLimiter(limits: limits) { .zero }
        let (south, east) = (try Host("south.test"), try Host("east.test"))
        for _ in 0..<5 { #expect(limiter.wait(for: south) == nil) }
        for _ in 0..<2 { limiter.count(south) }
        #expect(limiter.wait(for: south) == 2)
        #expect(limiter.wait(for: east) == nil)
    }

    @Test("an IPv6 client counts by its /64")
    func network() throws {
        var limits = RateLimits()
        limits.address = TokenRate(perSecond: 0.1, burst: 1)
        let limiter = RateLimiter(limits: limits) { .zero }
        #expect(limiter.take(.address(try IPAddress("2001:db8::1"))) == nil)
        #expect(limiter.take(.address(try IPAddress("2001:db8::2"))) == 10)
        #expect(limiter.take(.address(try IPAddress("2001:db8:0:1::1"))) == nil)
    }

    @Test("the limiter forgets the key unused for longest, and never holds more than it may")
    func forgetting() {
        var table = BucketTable<String>(capacity: 3)
        let rate = TokenRate(perSecond: 0.001, burst: 1)
        for name in ["a", "b", "c"] { #expect(table.take(1, name, rate: rate, at: 0) == nil) }
        #expect(table.take(1, "a", rate: rate, at: 1) != nil)
        #expect(table.take(1, "d", rate: rate, at: 2) == nil)
        #expect(table.count == 3)
        #expect(table.take(1, "a", rate: rate, at: 3) != nil)
        #expect(table.take(1, "b", rate: rate, at: 4) == nil)
        for number in 0..<1000 { _ = table.take(1, "\(number)", rate: rate, at: 5) }
        #expect(table.count == 3)
    }

    @Test("dates are written as HTTP wants them")
    func dates() {
        #expect(HTTPDate.format(784_111_777) == "Sun, 06 Nov 1994 08:49:37 GMT")
        #expect(HTTPDate.format(0) == "Thu, 01 Jan 1970 00:00:00 GMT")
        #expect(HTTPDate.format(1_709_210_096) == "Thu, 29 Feb 2024 12:34:56 GMT")
        #expect(HTTPDate.format(4_102_444_799) == "Thu, 31 Dec 2099 23:59:59 GMT")
    }
}
