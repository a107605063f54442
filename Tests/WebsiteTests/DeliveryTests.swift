import Domain
import HTTPTypes
import Outbox
import Storage
import TestKit
import Testing
import Vocabulary

extension WebsiteTests {
    @Suite("Where a post went")
    struct DeliveryTests {
        /// A post of ada's that south.test has refused, that waits for west.test after a failure, and that east.test took.
        private func setOut(_ visitor: Visitor) async throws -> Post {
            let instance = visitor.instance
            for host in ["south.test", "west.test", "east.test"] {
                let peer = try await instance.addPeer("p", at: host)
                try await instance.admin.setPartner(try Host(host), .approved, at: visitor.school, by: "test")
                try await instance.addFollow(of: visitor.ada, by: peer.account)
            }
            let post = try await instance.publisher.publish(PostDraft(text: "Hello"), as: visitor.ada.id)
            let now = instance.clock.now()
            try await instance.database.write { db in
                for row in try db.run("SELECT id, host FROM delivery") {
                    let (id, host): (Delivery.ID, String) = (try row["id"], try row["host"])
                    switch host {
                    case "south.test":
                        try db.deliveries.markUndelivered(
                            id,
                            status: 403,
                            reason: "10.0.0.1 says no",
                            at: now
                        )
                    case "west.test":
                        let due = now + .hours(1)
                        try db.deliveries.markWaiting(id, until: due, status: 503, reason: "busy", at: now)
                    default: try db.deliveries.markDelivered(id, status: 202, at: now)
                    }
                }
            }
            instance.clock.advance(by: .minutes(5))
            return post
        }

        private func waiting(_ visitor: Visitor) async throws -> [String] {
            let now = visitor.instance.clock.now()
            return try await visitor.instance.database.read { db in
                try db.queue.deliveries(.waiting, host: nil).filter { $0.dueAt <= now }.map(
                    \.inbox.host.description
                )
            }
        }

        @Test("its author sees when, how often and why in plain words, and has one server or all tried again")
        func page() async throws {
            try await Visitor.use { visitor async throws in
                let post = try await setOut(visitor)
                let (cookie, csrf) = try await visitor.signIn()
                func page() async throws -> String {
                    try await visitor.send(.get, "/posts/\(post.id)", cookie: cookie).text
                }
                let text = try await page()
                #expect(text.contains("Where it went: 1 arrived, 1 on the way, 1 not delivered"))
                #expect(
                    text.contains("south.test</bdi>: not delivered</strong>, tried once, given up, <time")
                )
                #expect(text.contains("the server did not accept it from us") && !text.contains("10.0.0.1"))
                #expect(text.contains("west.test</bdi>: waits, tried once, next on <time"))
                #expect(text.contains("the server asked us to wait"))
                #expect(text.contains("east.test</bdi>: arrived, <time"))
                #expect(text.contains("Try all of them again"))
                func retry(_ form: String, as cookie: String, _ csrf: String) async throws -> Visitor.Answer {
                    try await visitor.send(
                        .post,
                        "/posts/\(post.id)/deliveries/retry",
                        form: "csrf=\(csrf)\(form)",
                        cookie: cookie
                    )
                }
                let (hers, herToken) = try await visitor.signIn(as: "cleo")
                #expect(try await retry("", as: cookie, "no").status == 403)
                #expect(try await retry("", as: hers, herToken).status == 422)
                #expect(try await retry("&host=%3Cb%3E", as: cookie, csrf).status == 422)
                #expect(try await waiting(visitor) == [])
                let answer = try await retry("&host=south.test", as: cookie, csrf)
                #expect(answer.status == 303 && answer.headers[.location] == "/posts/\(post.id)#where")
                #expect(try await waiting(visitor) == ["south.test"])
                #expect(try await page().contains("Where it went: 1 arrived, 2 on the way"))
                #expect(try await retry("", as: cookie, csrf).status == 303)
                #expect(Set(try await waiting(visitor)) == ["south.test", "west.test"])
                #expect(
                    try await !visitor.send(.get, "/posts/\(post.id)", cookie: hers).text.contains("Try ")
                )
            }
        }

        @Test(
            "an app reads the same and has it tried again with the scope for writing; of others' posts it may not"
        )
        func api() async throws {
            try await Visitor.use { visitor async throws in
                let post = try await setOut(visitor)
                let path = "/api/staffroom/v1/statuses/\(post.id)/deliveries"
                let token = try await visitor.token("read write")
                let lines = try await visitor.send(.get, path, token: token).json?.asList ?? []
                #expect(lines.map { $0.object?["host"]?.string } == ["south.test", "west.test", "east.test"])
                #expect(lines.map { $0.object?["may_retry"] } == [true, true, false])
                #expect(lines.map { $0.object?["tried_at"]?.string == nil } == [false, false, false])
                #expect(lines.map { $0.object?["next_attempt_at"]?.string == nil } == [true, false, true])
                func retry(_ form: String, _ token: String, _ post: String) async throws -> Visitor.Answer {
                    let path = "/api/staffroom/v1/statuses/\(post)/deliveries/retry"
                    return try await visitor.send(.post, path, form: form, token: token)
                }
                let id = post.id.description
                #expect(try await retry("", try await visitor.token("read"), id).status == 403)
                let hers = try await visitor.token("read write", for: visitor.cleo)
                #expect(try await retry("", hers, id).status == 403)
                #expect(try await retry("host=%20", token, id).status == 422)
                #expect(try await retry("", token, "7").status == 404)
                #expect(try await waiting(visitor) == [])
                let answer = try await retry("host=west.test", token, id)
                #expect(answer.status == 200 && answer.json?.asList.count == 3)
                #expect(try await waiting(visitor) == ["west.test"])
                #expect(try await retry("", token, id).status == 200)
                #expect(Set(try await waiting(visitor)) == ["south.test", "west.test"])
            }
        }
    }
}
