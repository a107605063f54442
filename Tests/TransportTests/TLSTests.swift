import Domain
import Foundation
import TestKit
import Testing
import Transport

@Suite("TLS", .timeLimit(.minutes(10)))
struct TLSTests {
    private let authority: TestAuthority

    init() throws { authority = try TestAuthority() }

    private func get(_ server: TLSServer, host: String = "good.localhost", trusted: Bool = true) async throws
        -> Int
    {
        let file = authority.certificateFile
        let configuration = try loopbackConfiguration { $0.extraCAFile = trusted ? file : nil }
        let uri = try URI("https://\(host):\(server.port)/")
        return try await withClient(configuration) { client in
            var first = 0
            for _ in 0..<2 { first = try await client.send(OutboundRequest(method: .get, uri: uri)).status }
            return first
        }
    }

    private func expectRefusal(_ server: TLSServer, host: String = "good.localhost", trusted: Bool = true)
        async
    {
        let error = await #expect(throws: TransferError.self) {
            try await get(server, host: host, trusted: trusted)
        }
        guard case .tls(let reason) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(!reason.isEmpty)
        #expect(error?.isTransient == true)
        #expect(error?.isHostFault == true)
    }

    @Test(
        "a host whose certificate comes from the extra authority is reached; without the extra authority it is not"
    )
    func extraAuthority() async throws {
        let server = try TLSServer(authority.certificate(for: "good.localhost"))
        #expect(try await get(server) == 200)
        await expectRefusal(server, trusted: false)
    }

    @Test("an expired certificate is refused (FET-10)")
    func expired() async throws {
        await expectRefusal(
            try TLSServer(authority.certificate(for: "good.localhost", until: "20200201000000Z"))
        )
    }

    @Test("a certificate that is not valid yet is refused (FET-10)")
    func early() async throws {
        await expectRefusal(
            try TLSServer(authority.certificate(for: "good.localhost", from: "20480101000000Z"))
        )
    }

    @Test("a self-signed certificate is refused (FET-10)")
    func selfSigned() async throws {
        await expectRefusal(try TLSServer(authority.certificate(for: "good.localhost", isSelfSigned: true)))
    }

    @Test("a certificate for another name is refused (FET-10)")
    func wrongName() async throws {
        let server = try TLSServer(authority.certificate(for: "good.localhost"))
        await expectRefusal(server, host: "evil.localhost")
        await expectRefusal(server, host: "sub.good.localhost")
    }

    @Test("TLS 1.0 and 1.1 are refused, 1.2 is not (FET-10)")
    func versions() async throws {
        let certificate = try authority.certificate(for: "good.localhost")
        for old in ["-tls1", "-tls1_1"] {
            await expectRefusal(try TLSServer(certificate, options: [old, "-cipher", "ALL:@SECLEVEL=0"]))
        }
        #expect(try await get(try TLSServer(certificate, options: ["-tls1_2"])) == 200)
    }

    @Test("HTTP/2 is not offered, so its floods cannot reach us (FET-15)")
    func noHTTP2() async throws {
        let certificate = try authority.certificate(for: "good.localhost")
        let server = try TLSServer(certificate, options: ["-alpn", "h2,http/1.1"])
        #expect(try await get(server) == 200)
    }

    @Test("plain http answered on an https port is a TLS error, so that a caller may try http next")
    func plainAnswer() async throws {
        let server = try LoopbackServer(immediate: .text("HTTP/1.1 400 Bad\r\n\r\n", closes: true))
        let uri = try URI("https://127.0.0.1:\(server.port)/")
        let error = await #expect(throws: TransferError.self) {
            try await withClient { try await $0.send(OutboundRequest(method: .get, uri: uri)) }
        }
        guard case .tls = error else { throw error ?? .cancelled }
        #expect(error?.isTransient == true)
    }

    @Test(
        "a file of authorities that is missing or holds none stops the start",
        arguments: ["/nowhere/ca.pem", "/etc/hostname"]
    )
    func badFile(path: String) throws {
        let configuration = try loopbackConfiguration { $0.extraCAFile = path }
        #expect(throws: TransportSetupError.certificates(path: path)) {
            try TransportClient(configuration: configuration)
        }
    }
}
