import Domain
import Foundation
import NIOCore
import NIOSSL
import Testing

@testable import Server

@Suite("TLS", .timeLimit(.minutes(10)))
struct TLSTests {
    private static let fixtures = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../../Fixtures/tls").standardizedFileURL

    /// A folder of its own, with a certificate that a test may replace.
    private struct Folder {
        let path = FileManager.default.temporaryDirectory.appending(path: "tls-\(UUID().uuidString)")
        var files: HTTPServerSettings.TLSFiles {
            .init(certificate: path.appending(path: "crt").path, key: path.appending(path: "key").path)
        }

        init() throws {
            try FileManager.default.createDirectory(at: path, withIntermediateDirectories: true)
        }

        func put(certificate: String, key: String) throws {
            for (name, kind) in [(certificate, "crt"), (key, "key")] {
                let text = try Data(contentsOf: fixtures.appending(path: "\(name).\(kind)"))
                try text.write(to: path.appending(path: kind))
            }
        }
    }

    private static func trust(_ name: String) throws -> NIOSSLContext {
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.trustRoots = .certificates(
            try NIOSSLCertificate.fromPEMFile(fixtures.appending(path: "\(name).crt").path)
        )
        return try NIOSSLContext(configuration: configuration)
    }

    @Test("a new certificate greets new connections, and open ones go on; a broken one changes nothing")
    func reload() async throws {
        let folder = try Folder()
        defer { try? FileManager.default.removeItem(at: folder.path) }
        try folder.put(certificate: "first", key: "first")
        let (first, second) = (try Self.trust("first"), try Self.trust("second"))
        let request = TestServer.get("/hello", "Connection: close")
        try await TestServer.run {
            $0.tls = folder.files
        } _: { server async throws in
            let answer = try await RawClient.exchange(server.port, request, tls: first)
            #expect(answer.body == "hello")
            #expect(answer.field("Strict-Transport-Security") == "max-age=31536000")
            try await RawClient.connect(server.port, tls: first) { inbound, outbound in
                try await outbound.write(TestServer.get("/hello").buffer)
                _ = try await RawClient.read(&inbound, through: "hello")
                try folder.put(certificate: "second", key: "first")
                #expect(throws: HTTPServerError.self) { try server.servers.reloadCertificate() }
                #expect(try await RawClient.exchange(server.port, request, tls: first).status == 200)
                try folder.put(certificate: "second", key: "second")
                try server.servers.reloadCertificate()
                #expect(try await RawClient.exchange(server.port, request, tls: second).status == 200)
                await #expect(throws: (any Error).self) {
                    let refused = try await RawClient.exchange(server.port, request, tls: first)
                    if refused.isEmpty { throw NIOSSLError.handshakeFailed(.noError) }
                }
                try await outbound.write(request.buffer)
                #expect(try await RawClient.readToEnd(&inbound).status == 200)
            }
        }
    }

    @Test("SIGHUP reads the certificate again")
    func hangUp() async throws {
        let folder = try Folder()
        defer { try? FileManager.default.removeItem(at: folder.path) }
        try folder.put(certificate: "first", key: "first")
        let second = try Self.trust("second")
        // Until the server listens for it, the signal would end the test.
        signal(SIGHUP, SIG_IGN)
        try await TestServer.run {
            $0.tls = folder.files
        } _: { server async throws in
            try folder.put(certificate: "second", key: "second")
            var answer: String?
            while answer?.status != 200 {
                kill(getpid(), SIGHUP)
                let request = TestServer.get("/hello", "Connection: close")
                answer = try? await RawClient.exchange(server.port, request, tls: second)
            }
        }
    }

    @Test("the limits hold under TLS: a refusal is readable, a silent handshake is closed")
    func limits() async throws {
        let folder = try Folder()
        defer { try? FileManager.default.removeItem(at: folder.path) }
        try folder.put(certificate: "first", key: "first")
        let first = try Self.trust("first")
        try await TestServer.run {
            $0.tls = folder.files
            $0.limits = .quick
        } _: { server async throws in
            let refused = try await RawClient.exchange(
                server.port,
                "GET /hello HTTP/1.1\r\n : x\r\n\r\n",
                tls: first
            )
            #expect(refused.status == 400)
            let slow = try await RawClient.exchange(server.port, "GET /hello HT", tls: first)
            #expect(slow.status == 408)
            let silent = try await RawClient.exchange(server.port)
            #expect(silent.isEmpty)
        }
    }

    @Test("wrong settings do not start and are named")
    func settings() throws {
        let open = try ListeningAddress("0.0.0.0:8080")
        var plain = HTTPServerSettings(addresses: [open])
        #expect { try plain.validate() } throws: { "\($0)".hasPrefix("listen: 0.0.0.0:8080") }
        plain.trustedProxies = [try AddressRange("192.0.2.7")]
        try plain.validate()
        try HTTPServerSettings(addresses: [open], tls: .init(certificate: "a", key: "b")).validate()
        try HTTPServerSettings(addresses: [try ListeningAddress("[::1]:80")]).validate()
        #expect(throws: HTTPServerError.self) { try HTTPServerSettings(addresses: []).validate() }
        let folder = try Folder()
        defer { try? FileManager.default.removeItem(at: folder.path) }
        #expect { try TLSCertificate(files: folder.files) } throws: { "\($0)".hasPrefix("tls-certificate") }
    }

    @Test("an address that is taken stops the start and is named")
    func taken() async throws {
        try await TestServer.run { server async throws in
            let port = server.port
            await #expect {
                try await TestServer.run {
                    if let other = try? ListeningAddress("127.0.0.1:\(port)") { $0.addresses.append(other) }
                } _: { _ in
                }
            } throws: { "\($0)".contains("listen: cannot listen on 127.0.0.1:\(port)") }
        }
    }

    @Test("listening addresses are read strictly")
    func addresses() throws {
        for text in ["0.0.0.0:443", "[::]:8080", "127.0.0.1:0", "[::1]:65535"] {
            #expect(try ListeningAddress(text).description == text)
        }
        for text in [
            "", ":80", "127.0.0.1", "127.0.0.1:", "::1:80", "[::1]", "127.0.0.1:65536", "127.0.0.1:+8",
            "localhost:80",
        ] {
            #expect(throws: NameError.self) { try ListeningAddress(text) }
        }
    }
}
