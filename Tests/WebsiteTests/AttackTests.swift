import Domain
import HTTPTypes
import Outbox
import Storage
import TestKit
import Testing
import Vocabulary

extension WebsiteTests {
    /// Attacks of Docs/Attacks.md that concern pages and the client API and fit nowhere else.
    @Suite("Attacks on pages and the client API")
    struct AttackTests {
        @Test(
            "HTM-13: whatever a request names, nobody is led away from the school's own pages",
            arguments: [
                "/sign-in?next=https://evil.test/", "/sign-in?return_to=//evil.test/",
                "/home?to=https://evil.test/",
                "/@ben@evil.test", "/authorize_interaction?uri=https://evil.test/users/ben",
                "/search?q=https://evil.test/users/ben", "//evil.test/", "/%2F%2Fevil.test",
                "/posts/1?url=//evil.test",
            ]
        )
        func redirects(_ path: String) async throws {
            try await Visitor.use { visitor async throws in
                let (cookie, _) = try await visitor.signIn()
                let form =
                    "name=Ada&password=\(Visitor.password.replacing(" ", with: "+"))&next=https://evil.test/"
                let answers = [
                    try await visitor.send(.get, path), try await visitor.send(.get, path, cookie: cookie),
                    try await visitor.send(.post, path, form: form),
                ]
                for answer in answers {
                    let place = answer.headers[.location] ?? "/"
                    #expect(place.hasPrefix("/") && !place.hasPrefix("//"), "\(place)")
                }
                // The twin: who signs in is led home.
                let right = try await visitor.send(.post, "/sign-in", form: form)
                #expect(right.status == 303 && right.headers[.location] == "/home")
            }
        }

        @Test("API-21: what an app may not set it cannot set along with what it may")
        func massAssignment() async throws {
            try await Visitor.use { visitor async throws in
                let annex = try await visitor.instance.addSchool("https://annex.test")
                let token = try await visitor.token("write read")
                let before = try await member(visitor)
                let forbidden: JSONObject = [
                    "id": "7", "role": "admin", "role_id": "3", "school_id": .string("\(annex.id)"),
                    "school": "annex.test",
                    "username": "root", "acct": "root", "handle": "root", "uri": "https://evil.test/",
                    "limited": false,
                    "suspended": false, "confirmed": true, "created_at": "2001-01-01T00:00:00Z",
                    "password": "stolen",
                    "followers_count": 9, "account": ["role": "admin"], "source": ["role": "admin"],
                ]
                var changes = forbidden
                changes["display_name"] = "Ada L."
                changes["locked"] = true
                let answer = try await visitor.send(
                    .patch,
                    "/api/v1/accounts/update_credentials",
                    body: String(decoding: JSONWriter.write(.object(changes)), as: UTF8.self),
                    type: "application/json",
                    token: token
                )
                #expect(answer.status == 200)
                let after = try await account(visitor)
                #expect(after.displayName == "Ada L." && after.approvesFollowers)
                var twin = visitor.ada
                twin.displayName = "Ada L."
                twin.approvesFollowers = true
                #expect(after == twin)
                let member = try await member(visitor)
                #expect(member.role == before.role && member.passwordHash == before.passwordHash)
            }
        }

        private func account(_ visitor: Visitor) async throws -> Account {
            let id = visitor.ada.id
            return try #require(try await visitor.instance.database.read { try $0.accounts.find(id) })
        }

        private func member(_ visitor: Visitor) async throws -> Member {
            let id = visitor.ada.id
            return try #require(try await visitor.instance.database.read { try $0.members.find(id) })
        }

        @Test("ACT-33: whom a peer's account blocks finds none of its posts, pinned or not; a colleague does")
        func blocked() async throws {
            try await Visitor.use { visitor async throws in
                let instance = visitor.instance
                let host = try Host("south.test")
                try await instance.admin.setPartner(host, .approved, at: visitor.school, by: "test")
                let ben = try await instance.addPeer("ben", at: "south.test").account
                for follower in [visitor.ada, visitor.cleo] {
                    try await instance.addFollow(of: ben, by: follower)
                }
                let post = Post(
                    id: instance.ids.next(),
                    uri: try URI("\(ben.uri)/posts/1"),
                    author: ben.id,
                    audience: .public,
                    body: Post.Body(html: "<p>rosebud</p>", text: "rosebud"),
                    publishedAt: instance.clock.now()
                )
                let block = Block(
                    id: instance.ids.next(),
                    blocker: ben.id,
                    blocked: visitor.ada.id,
                    uri: try URI("\(ben.uri)/blocks/1"),
                    createdAt: instance.clock.now()
                )
                let (pin, schools): (Post.ID, [School.ID]) = (instance.ids.next(), [visitor.school.id])
                try await instance.database.write { db in
                    _ = try db.posts.insert(post, addressees: [])
                    try db.timelines.add(post, to: schools)
                    _ = try db.pins.insert(post, at: pin)
                }
                try await visitor.instance.publisher.bookmark(post.id, true, as: visitor.ada.id)
                try await visitor.instance.publisher.bookmark(post.id, true, as: visitor.cleo.id)
                try await instance.database.write { _ = try $0.blocks.insert(block) }
                let (ada, cleo) = (try await visitor.signIn(), try await visitor.signIn(as: "Cleo"))
                let tokens = [
                    try await visitor.token("read"), try await visitor.token("read", for: visitor.cleo),
                ]
                for path in [
                    "/home", "/people/\(ben.id)", "/@ben@south.test", "/posts/\(post.id)",
                    "/search?q=rosebud",
                    "/api/v1/timelines/home", "/api/v1/accounts/\(ben.id)/statuses",
                    "/api/v1/accounts/\(ben.id)/statuses?pinned=true", "/api/v1/statuses/\(post.id)",
                    "/api/v1/bookmarks", "/api/v2/search?q=rosebud",
                ] {
                    let isAPI = path.hasPrefix("/api/")
                    func sees(_ cookie: String, _ token: String) async throws -> Bool {
                        let answer = try await visitor.send(
                            .get,
                            path,
                            cookie: isAPI ? nil : cookie,
                            token: isAPI ? token : nil
                        )
                        return answer.text.contains("<p>rosebud")
                            || answer.text.contains("\"uri\":\"\(post.uri)\"")
                    }
                    #expect(try await !sees(ada.cookie, tokens[0]), "\(path)")
                    #expect(try await sees(cleo.cookie, tokens[1]), "\(path)")
                }
            }
        }
    }
}
