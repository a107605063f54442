import Domain
import Synchronization
import TestKit
import Testing

@testable import Transport

@Suite("The address guard", .timeLimit(.minutes(10)))
struct AddressGuardTests {
    private let strict = TransportConfiguration(userAgent: "Staffroom-Test/1")

    @Test(
        "an address that is not public is refused before anything is sent (FET-01, FET-02)",
        arguments: [
            "127.0.0.1", "0.0.0.0", "[::]", "[::1]", "[::ffff:127.0.0.1]", "[::127.0.0.1]", "10.0.0.1",
            "169.254.169.254",
            "192.168.0.1", "100.64.0.1", "[fe80::1]", "[fd00::1]", "[64:ff9b::7f00:1]", "[2002:7f00:1::]",
            "[2001::1]", "[3fff::1]",
        ]
    )
    func literals(host: String) async throws {
        let server = try LoopbackServer()
        let uri = try URI("https://\(host):\(server.port)/")
        let address = try #require(uri.host.address)
        await #expect(throws: TransferError.refusedAddress(address, isLiteral: true)) {
            try await withClient(strict) { try await $0.send(OutboundRequest(method: .get, uri: uri)) }
        }
        #expect(server.connectionCount == 0)
        #expect(!TransferError.refusedAddress(address, isLiteral: true).isTransient)
    }

    @Test(
        "a name that resolves to loopback is refused when the socket would open (FET-01, FET-03)",
        arguments: [
            "localhost", "localhost.", "a.b.localhost", "LOCALHOST",
        ]
    )
    func names(host: String) async throws {
        let server = try LoopbackServer()
        let uri = try URI("https://\(host):\(server.port)/")
        let error = await #expect(throws: TransferError.self) {
            try await withClient(strict) { try await $0.send(OutboundRequest(method: .get, uri: uri)) }
        }
        guard case .refusedAddress(let address, isLiteral: false) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(try [IPAddress("127.0.0.1"), IPAddress("::1")].contains(address))
        #expect(server.connectionCount == 0)
    }

    @Test("just the opened ranges are reached, by address and by name")
    func openedRange() async throws {
        var configuration = strict
        configuration.allowedRanges = [try AddressRange("127.0.1.0/24")]
        let inside = try LoopbackServer(address: "127.0.1.7")
        let outside = try LoopbackServer(address: "127.0.2.7")
        try await withClient(configuration) { client in
            #expect(client.opensPlainHTTP)
            _ = try await client.send(inside.get())
            await #expect(throws: TransferError.self) { try await client.send(outside.get()) }
            await #expect(throws: TransferError.self) {
                try await client.send(outside.get(host: "a.localhost"))
            }
        }
        #expect(inside.requests.count == 1)
        #expect(outside.connectionCount == 0)
    }

    @Test("of the addresses of a name only those that are admitted are tried (FET-03)")
    func mixedAnswers() async throws {
        let v4 = try LoopbackServer(address: "127.0.0.1")
        let onlyV4 = AddressGuard(opensPlainHTTP: true) { address, _ in
            if case .v4 = address { true } else { false }
        }
        let client = try TransportClient(loopbackConfiguration(), onlyV4)
        // *.localhost is 127.0.0.1 and ::1 to libcurl.
        #expect(try await client.send(v4.get(host: "mixed.localhost")).status == 200)
        await client.shutdown()
    }

    @Test("an address is judged again before each request on a kept connection (FET-03)")
    func judgedAgain() async throws {
        let server = try LoopbackServer()
        let isOpen = Atomic(true)
        let fickle = AddressGuard(opensPlainHTTP: true) { _, _ in isOpen.load(ordering: .relaxed) }
        let client = try TransportClient(loopbackConfiguration(), fickle)
        for _ in 0..<2 { #expect(try await client.send(server.get(host: "a.localhost")).status == 200) }
        isOpen.store(false, ordering: .relaxed)
        let refused = try TransferError.refusedAddress(IPAddress("127.0.0.1"), isLiteral: false)
        await #expect(throws: refused) { try await client.send(server.get(host: "a.localhost")) }
        await client.shutdown()
        #expect(server.requests.map(\.connection) == [1, 1])
    }

    @Test("plain http is closed unless ranges are opened, and then goes to these alone")
    func plainHTTP() async throws {
        let server = try LoopbackServer()
        await #expect(throws: TransferError.refusedURI(reason: "plain http is not open")) {
            try await withClient(strict) { client in
                #expect(!client.opensPlainHTTP)
                return try await client.send(server.get())
            }
        }
        let address = try IPAddress("1.1.1.1")
        await #expect(throws: TransferError.refusedAddress(address, isLiteral: true)) {
            try await withClient {
                try await $0.send(OutboundRequest(method: .get, uri: URI("http://1.1.1.1/")))
            }
        }
        #expect(AddressGuard(strict).admits(address, over: .https))
        #expect(server.connectionCount == 0)
    }

    @Test("ports of other services are refused (SIG-27)", arguments: [1, 22, 25, 80, 110, 444, 993, 1023])
    func ports(port: UInt16) throws {
        let judge = AddressGuard(strict)
        #expect(throws: TransferError.self) { try judge.check(URI("https://a.example:\(port)/")) }
        for open in ["", ":443", ":1024", ":8443", ":65535"] {
            try judge.check(URI("https://a.example\(open)/"))
        }
        try AddressGuard(loopbackConfiguration()).check(URI("http://staff1.test/"))
    }

    @Test("our own public addresses can be closed")
    func ownAddresses() throws {
        var configuration = strict
        let own = try IPAddress("9.9.9.9")
        #expect(AddressGuard(configuration).admits(own, over: .https))
        configuration.refusedRanges = [try AddressRange("9.9.9.9")]
        #expect(!AddressGuard(configuration).admits(own, over: .https))
    }
}
