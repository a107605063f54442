import Domain
import HTTPTypes
import Media
import Outbox
import Storage
import TestKit
import Testing

extension WebsiteTests {
    @Suite("Peers' files, shown through the school")
    struct RemoteMediaTests {
        private static let png: [UInt8] =
            [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A] + [UInt8](repeating: 7, count: 2_000)

        /// A visitor and a peer with files.
        private static func use(
            _ limits: RemoteMedia.Limits = RemoteMedia.Limits(),
            _ body: (Visitor, FakePeer) async throws -> Void
        ) async throws {
            let loopback = try AddressRange("127.0.0.0/8")
            try await Visitor.use(reaching: [loopback], remoteLimits: limits) { visitor async throws in
                try await body(visitor, try FakePeer(address: "127.0.0.4"))
            }
        }

        private static func serve(_ bytes: [UInt8], at target: String, type: String, on peer: FakePeer) {
            let head = "HTTP/1.1 200 OK\r\nContent-Type: \(type)\r\nContent-Length: \(bytes.count)\r\n\r\n"
            peer.reply(target, .raw(Array(head.utf8) + bytes, closes: true))
        }

        private static func path(_ target: String, on peer: FakePeer, _ visitor: Visitor) throws -> String {
            RemoteAddress.path(of: try peer.uri(target), at: visitor.school)
        }

        @Test(
            "a picture is fetched when it is looked at, once, and is what its bytes say, whatever its home says"
        )
        func once() async throws {
            try await Self.use { visitor, peer async throws in
                Self.serve(Self.png, at: "/a", type: "text/html", on: peer)
                let path = try Self.path("/a", on: peer, visitor)
                #expect(peer.count() == 0)
                for _ in 0..<3 {
                    let answer = try await visitor.send(.get, path)
                    #expect(answer.status == 200 && answer.bytes == Self.png)
                    #expect(answer.headers[.contentType] == "image/png")
                    #expect(answer.headers[.xContentTypeOptions] == "nosniff")
                    #expect(answer.headers[.cacheControl] == "private, max-age=86400")
                    let policy = try #require(HTTPField.Name("Content-Security-Policy"))
                    #expect(answer.headers[policy]?.contains("sandbox") ?? false)
                }
                let part = try await visitor.send(.get, path, fields: [.range: "bytes=0-7"])
                #expect(part.status == 206 && part.bytes == Array(Self.png.prefix(8)))
                #expect(peer.count() == 1)
            }
        }

        @Test("an address that the school has not signed asks nobody; its twin is fetched")
        func signature() async throws {
            try await Self.use { visitor, peer async throws in
                Self.serve(Self.png, at: "/a", type: "image/png", on: peer)
                let path = try Self.path("/a", on: peer, visitor)
                let other = try await visitor.instance.addSchool("https://other.test")
                let parts = path.split(separator: "/")
                let signature = String(try #require(parts.dropFirst(2).first))
                let flipped = (signature.hasPrefix("A") ? "B" : "A") + signature.dropFirst()
                for forged in [
                    path.replacing(signature, with: flipped), path.replacing(signature, with: "A"),
                    path + "A",
                    RemoteAddress.path(of: try peer.uri("/a"), at: other),
                ] {
                    #expect(try await visitor.send(.get, forged).status == 404, "\(forged)")
                }
                #expect(peer.count() == 0)
                #expect(try await visitor.send(.get, path).status == 200)
            }
        }

        @Test(
            "what is no picture, film or recording is not shown, and remembered for a day; so is what is too large"
        )
        func refused() async throws {
            var limits = RemoteMedia.Limits()
            limits.fileBytes = 10_000
            try await Self.use(limits) { visitor, peer async throws in
                Self.serve(Array("<svg onload=\"x()\"/>".utf8), at: "/svg", type: "image/svg+xml", on: peer)
                Self.serve(Array("<script>x()</script>".utf8), at: "/html", type: "image/png", on: peer)
                Self.serve(
                    Self.png + [UInt8](repeating: 1, count: 9_000),
                    at: "/big",
                    type: "image/png",
                    on: peer
                )
                for target in ["/svg", "/html", "/big", "/none"] {
                    let path = try Self.path(target, on: peer, visitor)
                    for _ in 0..<2 { #expect(try await visitor.send(.get, path).status == 404, "\(target)") }
                    #expect(peer.count(target) == 1, "\(target)")
                }
                Self.serve(Self.png, at: "/none", type: "image/png", on: peer)
                visitor.instance.clock.advance(by: .hours(25))
                let path = try Self.path("/none", on: peer, visitor)
                #expect(try await visitor.send(.get, path).status == 200)
            }
        }

        @Test("many who look at once have it fetched once")
        func together() async throws {
            try await Self.use { visitor, peer async throws in
                Self.serve(Self.png, at: "/a", type: "image/png", on: peer)
                let path = try Self.path("/a", on: peer, visitor)
                let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
                    for _ in 0..<20 { group.addTask { try await visitor.send(.get, path).status } }
                    return try await group.reduce(into: []) { $0.append($1) }
                }
                #expect(statuses == [Int](repeating: 200, count: 20) && peer.count() == 1)
            }
        }

        @Test("copies stay within their bound, those that were looked at last; an old one is fetched anew")
        func bound() async throws {
            var limits = RemoteMedia.Limits()
            limits.bytes = 5_000
            try await Self.use(limits) { visitor, peer async throws in
                for name in ["/a", "/b", "/c"] {
                    Self.serve(Self.png + Array(name.utf8), at: name, type: "image/png", on: peer)
                }
                func look(_ name: String) async throws {
                    let path = try Self.path(name, on: peer, visitor)
                    #expect(try await visitor.send(.get, path).status == 200, "\(name)")
                    let size = try await visitor.instance.database.read { try $0.remoteFiles.size() }
                    #expect(size <= 5_000 && size > 0)
                    visitor.instance.clock.advance(by: .hours(2))
                }
                for name in ["/a", "/b", "/a", "/c", "/a"] { try await look(name) }
                #expect(peer.count("/a") == 1 && peer.count("/b") == 1)
                // It made room for /c.
                try await look("/b")
                #expect(peer.count("/b") == 2)
                visitor.instance.clock.advance(by: .days(15))
                try await look("/b")
                #expect(peer.count("/b") == 3)
            }
        }

        @Test(
            "a failure that may pass is tried again after five minutes; a blocked host is asked for nothing"
        )
        func hosts() async throws {
            try await Self.use { visitor, peer async throws in
                let evil = try FakePeer(address: "127.0.0.5")
                Self.serve(Self.png, at: "/a", type: "image/png", on: evil)
                peer.redirect("/moved", to: "/here")
                peer.redirect("/away", to: "\(evil.origin)/a")
                peer.redirect("/own", to: "https://school.test/assets/avatar.svg")
                Self.serve(Self.png, at: "/here", type: "image/png", on: peer)
                try await visitor.instance.admin.setPartner(
                    evil.host,
                    .blocked,
                    at: visitor.school,
                    by: "test"
                )
                for (path, status) in [
                    (try Self.path("/moved", on: peer, visitor), 200),
                    (try Self.path("/away", on: peer, visitor), 404),
                    (try Self.path("/own", on: peer, visitor), 404),
                    (try Self.path("/a", on: evil, visitor), 404),
                ] {
                    #expect(try await visitor.send(.get, path).status == status)
                }
                #expect(evil.count() == 0)
                peer.reply("/busy", .response(503))
                let busy = try Self.path("/busy", on: peer, visitor)
                for _ in 0..<2 { #expect(try await visitor.send(.get, busy).status == 404) }
                #expect(peer.count("/busy") == 1)
                Self.serve(Self.png, at: "/busy", type: "image/png", on: peer)
                visitor.instance.clock.advance(by: .minutes(6))
                #expect(try await visitor.send(.get, busy).status == 200)
            }
        }
    }
}
