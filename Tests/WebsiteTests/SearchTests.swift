import Domain
import HTTPTypes
import Outbox
import TestKit
import Testing
import Vocabulary

extension WebsiteTests {
    @Suite("Searching")
    struct SearchTests {
        private func say(_ text: String, _ visitor: Visitor, _ audience: Audience = .public) async throws
            -> Post
        {
            try await visitor.instance.publisher.publish(
                PostDraft(text: text, audience: audience),
                as: visitor.cleo.id
            )
        }

        @Test("the page finds people and posts for those who are signed in, and shows the query as text")
        func page() async throws {
            try await Visitor.use { visitor async throws in
                _ = try await say("Exit tickets work & how", visitor)
                _ = try await say("Exit tickets, just for me", visitor, .direct)
                #expect(try await visitor.send(.get, "/search?q=tickets").status == 303)
                let (cookie, _) = try await visitor.signIn()
                let found = try await visitor.send(
                    .get,
                    "/search?q=%22exit+tickets%22+from:cleo",
                    cookie: cookie
                )
                #expect(found.status == 200)
                #expect(
                    found.text.contains("Exit tickets work &amp; how") && !found.text.contains("just for me")
                )
                #expect(found.text.contains("value=\"&quot;exit tickets&quot; from:cleo\""))
                #expect(try await visitor.send(.get, "/search?q=cle", cookie: cookie).text.contains("@cleo"))
                let nothing = try await visitor.send(.get, "/search?q=%3Cscript%3E", cookie: cookie)
                #expect(
                    nothing.text.contains("Nothing that you may see") && !nothing.text.contains("<script")
                )
                #expect(try await visitor.send(.get, "/search", cookie: cookie).text.contains("from:me"))
            }
        }

        @Test("a pasted address or handle is looked up at a partner's; of a stranger the page says why not")
        func pasted() async throws {
            try await Visitor.use(reaching: [try AddressRange("127.0.0.0/8")]) { visitor async throws in
                let (south, evil) = (try FakePeer(), try FakePeer(address: "127.0.0.2"))
                try await visitor.instance.admin.setPartner(
                    south.host,
                    .approved,
                    at: visitor.school,
                    by: "test"
                )
                let signer = try TestInstance.rsaSigner(keyID: "\(south.origin)/users/ben#main-key")
                south.serve("/users/ben", try south.actor("/users/ben", "ben", signer: signer))
                south.finger("ben@\(south.host)", actor: try south.uri("/users/ben"))
                south.serve(
                    "/notes/1",
                    [
                        "id": .string("\(south.origin)/notes/1"), "type": "Note",
                        "content": "<p>From afar</p>",
                        "attributedTo": .string("\(south.origin)/users/ben"),
                        "to": ["https://www.w3.org/ns/activitystreams#Public"],
                    ]
                )
                func escaped(_ text: String) -> String {
                    text.replacing(":", with: "%3A").replacing("/", with: "%2F")
                }
                let address = escaped("\(south.origin)/notes/1")
                let token = try await visitor.token("read")
                let known = try await visitor.send(.get, "/api/v2/search?q=\(address)", token: token)
                #expect(known.json?.object?["statuses"]?.array == [] && south.count() == 0)
                let found = try await visitor.send(
                    .get,
                    "/api/v2/search?q=\(address)&resolve=true",
                    token: token
                )
                #expect(found.json?.object?["statuses"]?.array?.count == 1)
                let person = escaped("\(south.origin)/users/ben")
                let people = try await visitor.send(
                    .get,
                    "/api/v2/search?q=\(person)&resolve=true",
                    token: token
                )
                #expect(people.json?.object?["accounts"]?.array?.count == 1)
                let (cookie, _) = try await visitor.signIn()
                for (query, text) in [
                    (address, "From afar"), (escaped("@ben@\(south.host)"), "@<bdi>ben@\(south.host)"),
                    (escaped("\(evil.origin)/notes/1"), "is not a partner of this school"),
                    (escaped("\(south.origin)/notes/2"), "nothing at that address"),
                ] {
                    let page = try await visitor.send(.get, "/search?q=\(query)", cookie: cookie)
                    #expect(page.status == 200 && page.text.contains(text), "\(query): \(page.text)")
                }
                #expect(evil.count() == 0)
            }
        }

        @Test("the page goes on to more")
        func more() async throws {
            try await Visitor.use { visitor async throws in
                for number in 1...21 { _ = try await say("tickets \(number)", visitor) }
                let (cookie, _) = try await visitor.signIn()
                let first = try await visitor.send(.get, "/search?q=tickets", cookie: cookie)
                #expect(first.text.contains("name=\"offset\" value=\"20\""))
                let second = try await visitor.send(.get, "/search?q=tickets&offset=20", cookie: cookie)
                #expect(second.text.contains("<article>") && !second.text.contains("name=\"offset\""))
            }
        }

        @Test("apps find people, posts and addresses; only with the scope")
        func apps() async throws {
            try await Visitor.use { visitor async throws in
                let post = try await say("Exit tickets work", visitor)
                let hidden = try await say("Tickets to hide", visitor, .direct)
                let token = try await visitor.token("read:search read:accounts")
                func search(_ query: String) async throws -> JSONObject? {
                    let answer = try await visitor.send(.get, "/api/v2/search?q=\(query)", token: token)
                    #expect(answer.status == 200)
                    guard case .object(let object)? = answer.json else { return nil }
                    return object
                }
                let found = try #require(try await search("tickets"))
                #expect(found["statuses"]?.asList.count == 1 && found["accounts"]?.asList.isEmpty == true)
                #expect(try await search("cleo")?["accounts"]?.asList.count == 1)
                #expect(try await search("@cleo@school.test")?["accounts"]?.asList.count == 1)
                #expect(try await search("tickets&type=accounts")?["statuses"]?.asList.isEmpty == true)
                #expect(try await search(post.uri.description)?["statuses"]?.asList.count == 1)
                #expect(try await search(hidden.uri.description)?["statuses"]?.asList.isEmpty == true)
                #expect(try await search("")?["statuses"]?.asList.isEmpty == true)
                let people = try await visitor.send(.get, "/api/v1/accounts/search?q=cl", token: token)
                #expect(people.json?.asList.count == 1)
                let followed = try await visitor.send(
                    .get,
                    "/api/v1/accounts/search?q=cl&following=true",
                    token: token
                )
                #expect(followed.json?.asList.isEmpty == true)
                let writer = try await visitor.token("write")
                #expect(try await visitor.send(.get, "/api/v2/search?q=x", token: writer).status == 403)
                #expect(try await visitor.send(.get, "/api/v2/search?q=x").status == 401)
            }
        }
    }
}
