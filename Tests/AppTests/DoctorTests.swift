import Foundation
import HTTPSignatures
import TestKit
import Testing
import Vocabulary

/// What `staffroom doctor HOST` finds on the way to another server.
@Suite("Doctor", .timeLimit(.minutes(10)))
struct DoctorTests {
    /// What the doctor says of each thing that it looked at.
    private struct Findings {
        let status: Int32
        private let members: [JSONObject]

        init(_ answer: StaffroomProgram.Answer) throws {
            status = answer.status
            members = try answer.json.asList.compactMap(\.object)
        }

        func verdict(_ check: String) -> String? { member("verdict", of: check) }
        func found(_ check: String) -> String { member("found", of: check) ?? "" }
        func advice(_ check: String) -> String { member("advice", of: check) ?? "" }

        /// The checks that failed.
        var failed: [String] {
            members.filter { $0["verdict"]?.string == "fail" }.compactMap { $0["check"]?.string }
        }

        private func member(_ name: String, of check: String) -> String? {
            members.first { $0["check"]?.string == check }?[name]?.string
        }
    }

    private static let onLoopback = ["127.0.0.0/8", "::1/128"].flatMap { ["--danger-allow-addresses", $0] }

    private func doctor(_ peer: String, _ options: [String] = onLoopback) async throws -> Findings {
        let program = try StaffroomProgram()
        try await program.makeSchool()
        return try Findings(try await program.run(["doctor", peer, "--json"] + options))
    }

    /// Lets a peer say that it runs something, in a document at a link.
    private func introduce(_ peer: FakePeer, link: String) {
        peer.serve(
            "/.well-known/nodeinfo",
            [
                "links": [
                    ["rel": "http://nodeinfo.diaspora.software/ns/schema/2.1", "href": .string(link)]
                ]
            ],
            type: "application/json"
        )
        peer.serve(
            "/nodeinfo",
            ["version": "2.1", "software": ["name": "chalk", "version": "1.2"]],
            type: "application/json"
        )
    }

    @Test(
        "FET-06: a NodeInfo link that is data:, private or on another host causes no request, and is reported",
        arguments: ["data:application/json,{}", "http://10.0.0.1/nodeinfo", "OTHER/nodeinfo"]
    )
    func foreignLink(link: String) async throws {
        let (peer, other) = (try FakePeer(), try FakePeer())
        introduce(peer, link: link.replacingOccurrences(of: "OTHER", with: "\(other.origin)"))
        introduce(other, link: "\(other.origin)/nodeinfo")
        let findings = try await doctor("\(peer.host)")
        #expect(findings.verdict("NodeInfo") == "note")
        #expect(findings.found("NodeInfo").contains("was not followed"))
        #expect(other.server.connectionCount == 0)
        #expect(peer.count("/nodeinfo") == 0)
    }

    @Test("FET-06: a NodeInfo link on the host's own origin is followed")
    func ownLink() async throws {
        let peer = try FakePeer()
        introduce(peer, link: "\(peer.origin)/nodeinfo")
        let findings = try await doctor("\(peer.host)")
        #expect(findings.verdict("NodeInfo") == "ok")
        #expect(findings.found("NodeInfo") == "chalk 1.2")
        #expect(peer.count("/nodeinfo") == 1)
    }

    @Test("a host that does not resolve is a finding about DNS, with what to do")
    func unknownName() async throws {
        let findings = try await doctor("nowhere.invalid", [])
        #expect(findings.status == 1)
        #expect(findings.failed == ["DNS"])
        #expect(findings.advice("DNS").contains("dig nowhere.invalid"))
    }

    @Test("a host that refuses connections is a finding about the connection, with what to do")
    func refused() async throws {
        let host = "127.0.0.1:\(try StaffroomProgram.freePort())"
        let findings = try await doctor(host)
        #expect(findings.status == 1)
        #expect(findings.failed == ["connection"])
        #expect(findings.verdict("DNS") == "ok")
        #expect(findings.advice("connection").contains("curl -v https://\(host)/"))
    }

    @Test("a certificate that is good for another name is a finding about TLS; its twin for the name is fine")
    func certificate() async throws {
        let authority = try TestAuthority()
        let options = Self.onLoopback + ["--outbound-ca", authority.certificateFile]
        let wrong = try TLSServer(try authority.certificate(for: "other.localhost"))
        let refused = try await doctor("peer.localhost:\(wrong.port)", options)
        #expect(refused.status == 1)
        #expect(refused.failed == ["TLS"])
        #expect(refused.verdict("connection") == "ok")
        #expect(refused.advice("TLS").contains("name peer.localhost"))
        let right = try TLSServer(try authority.certificate(for: "peer.localhost"))
        let trusted = try await doctor("peer.localhost:\(right.port)", options)
        #expect(trusted.verdict("TLS") == "ok")
    }

    @Test("somebody's handle is looked up: their WebFinger, their document, their key")
    func handle() async throws {
        let peer = try FakePeer()
        let key = try SigningKey.generateRSA(keyID: "\(peer.origin)/ben#key")
        peer.serve("/ben", try peer.actor("/ben", "ben", signer: key))
        peer.finger("ben@\(peer.host)", actor: try peer.uri("/ben"))
        let findings = try await doctor("@ben@\(peer.host)")
        #expect(findings.status == 0)
        #expect(findings.failed.isEmpty)
        for check in ["partner", "DNS", "connection", "WebFinger", "signed fetch", "key"] {
            #expect(findings.verdict(check) == "ok", "\(check)")
        }
        let nobody = try await doctor("@cleo@\(peer.host)")
        #expect(nobody.status == 1)
        #expect(nobody.failed == ["WebFinger"])
        #expect(nobody.advice("WebFinger").contains("spelt right"))
    }
}
