import Domain
import HTTPTypes
import Outbox
import Storage
import TestKit
import Testing
import Vocabulary

extension WebsiteTests {
    @Suite("Drafts and scheduled posts for people and their apps")
    struct DraftTests {
        private func time(_ visitor: Visitor, in span: Span) -> String {
            WireDate.format((visitor.instance.clock.now() + span).milliseconds)
        }

        private func count(_ visitor: Visitor) async throws -> Int? {
            try await visitor.instance.database.read { db in
                try db.run("SELECT COUNT(*) AS n FROM post").first?["n"]
            }
        }

        @Test("an app schedules a post, lists, moves and discards it; it is published at its time")
        func scheduled() async throws {
            try await Visitor.use { visitor async throws in
                let ada = try await visitor.token("read write")
                let at = time(visitor, in: .hours(1))
                let form = """
                    status=Later&spoiler_text=cw&visibility=unlisted&scheduled_at=\(at)\
                    &poll%5Boptions%5D%5B%5D=a&poll%5Boptions%5D%5B%5D=b&poll%5Bexpires_in%5D=3600
                    """
                let answer = try await visitor.send(.post, "/api/v1/statuses", form: form, token: ada)
                let made = try #require(answer.json?.object, "\(answer.text)")
                #expect(made["scheduled_at"]?.string == at && made["media_attachments"] == [])
                let params = made["params"]?.object
                #expect(params?["text"] == "Later" && params?["visibility"] == "unlisted")
                #expect(params?["spoiler_text"] == "cw" && params?["poll"]?.object?["expires_in"] == 3600)
                #expect(made["content"] == nil)
                let id = try #require(made["id"]?.string)
                let path = "/api/v1/scheduled_statuses"
                #expect(
                    try await visitor.send(.get, path, token: ada).json?.asList.map { $0.object?["id"] } == [
                        .string(id)
                    ]
                )
                #expect(try await visitor.send(.get, "\(path)/\(id)", token: ada).json?.object == made)
                let later = time(visitor, in: .hours(2))
                let moved = try await visitor.send(
                    .put,
                    "\(path)/\(id)",
                    form: "scheduled_at=\(later)",
                    token: ada
                )
                #expect(moved.json?.object?["scheduled_at"]?.string == later)
                visitor.instance.clock.advance(by: .hours(1))
                #expect(try await visitor.instance.publisher.publishDue() == 0)
                visitor.instance.clock.advance(by: .hours(1))
                #expect(try await visitor.instance.publisher.publishDue() == 1)
                #expect(try await visitor.send(.get, "\(path)/\(id)", token: ada).status == 404)
                #expect(try await visitor.send(.get, path, token: ada).json == [])
                let own = try await visitor.send(
                    .get,
                    "/api/v1/accounts/\(visitor.ada.id)/statuses",
                    token: ada
                )
                let status = own.json?.asList.first?.object
                #expect(status?["visibility"] == "unlisted" && status?["poll"]?.object?["expired"] == false)
                let second = try await visitor.send(
                    .post,
                    "/api/v1/statuses",
                    form: "status=No&scheduled_at=\(time(visitor, in: .hours(1)))",
                    token: ada
                ).json?.object?["id"]?.string
                let gone = try #require(second)
                #expect(try await visitor.send(.delete, "\(path)/\(gone)", token: ada).status == 200)
                #expect(try await visitor.send(.delete, "\(path)/\(gone)", token: ada).status == 404)
                visitor.instance.clock.advance(by: .hours(1))
                #expect(try await visitor.instance.publisher.publishDue() == 0)
                #expect(try await count(visitor) == 1)
            }
        }

        @Test(
            "times that are none, too near or too far are refused, and somebody else's are as if they were not there"
        )
        func refused() async throws {
            try await Visitor.use { visitor async throws in
                let ada = try await visitor.token("read write")
                for bad in [
                    "x", "2026", "9999-12-31T23:59:59Z", "2001-01-01T00:00:00Z",
                    time(visitor, in: .minutes(4)),
                ] {
                    let answer = try await visitor.send(
                        .post,
                        "/api/v1/statuses",
                        form: "status=Hi&scheduled_at=\(bad)",
                        token: ada
                    )
                    #expect(answer.status == 422, "\(bad): \(answer.text)")
                }
                #expect(try await count(visitor) == 0)
                let at = time(visitor, in: .hours(1))
                let made = try await visitor.send(
                    .post,
                    "/api/v1/statuses",
                    form: "status=Hi&scheduled_at=\(at)",
                    token: ada
                ).json?.object?["id"]?.string
                let draft = try await visitor.send(
                    .post,
                    "/api/staffroom/v1/drafts",
                    form: "status=Hi",
                    token: ada
                )
                .json?.object?["id"]?.string
                let (scheduled, kept) = (try #require(made), try #require(draft))
                let cleo = try await visitor.token("read write", for: visitor.cleo)
                let reader = try await visitor.token("read")
                for (path, form) in [
                    ("/api/v1/scheduled_statuses", "scheduled_at=\(at)"),
                    ("/api/staffroom/v1/drafts", "status=Mine"),
                ] {
                    let own = path.hasSuffix("drafts") ? kept : scheduled
                    var texts: Set<String> = []
                    // The other kind's own id is no id here.
                    for id in [own, own == kept ? scheduled : kept, "1", "x", "-1", "9999999999999999999"] {
                        let token = id == own ? cleo : id == "1" ? cleo : ada
                        for method in [HTTPRequest.Method.get, .put, .delete] {
                            let answer = try await visitor.send(
                                method,
                                "\(path)/\(id)",
                                form: method == .put ? form : nil,
                                token: token
                            )
                            #expect(answer.status == 404, "\(method) \(path)/\(id)")
                            texts.insert(answer.text)
                        }
                    }
                    #expect(texts.count == 1)
                    #expect(try await visitor.send(.get, path, token: cleo).json == [])
                    #expect(try await visitor.send(.get, path).status == 401)
                    #expect(try await visitor.send(.delete, "\(path)/\(own)", token: reader).status == 403)
                    #expect(
                        try await visitor.send(.put, "\(path)/\(own)", form: form, token: ada).status == 200
                    )
                }
                #expect(
                    try await visitor.send(
                        .put,
                        "/api/v1/scheduled_statuses/\(scheduled)",
                        form: "scheduled_at=",
                        token: ada
                    ).status == 422
                )
                let publish = "/api/staffroom/v1/drafts/\(kept)/publish"
                #expect(try await visitor.send(.post, publish, form: "", token: cleo).status == 404)
                #expect(try await visitor.send(.post, publish, form: "", token: ada).status == 200)
            }
        }

        @Test("API-23: the same request with the same Idempotency-Key schedules and saves once")
        func idempotent() async throws {
            try await Visitor.use { visitor async throws in
                let ada = try await visitor.token("read write")
                let name = try #require(HTTPField.Name("Idempotency-Key"))
                let at = time(visitor, in: .hours(1))
                for (path, form) in [
                    ("/api/v1/statuses", "status=Hi&scheduled_at=\(at)"),
                    ("/api/staffroom/v1/drafts", "status=Hi"),
                ] {
                    var ids: Set<String> = []
                    for key in ["a", "a", "b"] {
                        let answer = try await visitor.send(
                            .post,
                            path,
                            form: form,
                            token: ada,
                            fields: [name: key]
                        )
                        ids.insert(try #require(answer.json?.object?["id"]?.string))
                    }
                    #expect(ids.count == 2)
                }
                let account = visitor.ada.id
                let counts = try await visitor.instance.database.read { db in
                    try [db.drafts.count(.scheduled, of: account), db.drafts.count(.drafts, of: account)]
                }
                #expect(counts == [2, 2])
            }
        }

        @Test(
            "an app saves a draft, unfinished, changes it, lists it in pages, publishes it once or at a time"
        )
        func drafts() async throws {
            try await Visitor.use { visitor async throws in
                let ada = try await visitor.token("read write")
                let path = "/api/staffroom/v1/drafts"
                var ids: [String] = []
                for number in 0..<3 {
                    let json =
                        #"{"status": "\#(number)", "title": "T", "reply_policy": "nobody", "staffroom_audience": "school"}"#
                    let answer = try await visitor.send(
                        .post,
                        path,
                        body: json,
                        type: "application/json",
                        token: ada
                    )
                    let draft = try #require(answer.json?.object, "\(answer.text)")
                    #expect(draft["problem"] == .null && draft["params"]?.object?["title"] == "T")
                    #expect(draft["params"]?.object?["reply_policy"] == "nobody")
                    #expect(draft["params"]?.object?["staffroom_audience"] == "school")
                    ids.append(try #require(draft["id"]?.string))
                }
                let page = try await visitor.send(.get, "\(path)?limit=2", token: ada)
                #expect(page.json?.asList.compactMap { $0.object?["id"]?.string } == [ids[2], ids[1]])
                #expect(page.headers[.init("Link") ?? .eTag]?.contains("max_id=\(ids[1])") == true)
                let rest = try await visitor.send(.get, "\(path)?limit=2&max_id=\(ids[1])", token: ada)
                #expect(rest.json?.asList.compactMap { $0.object?["id"]?.string } == [ids[0]])
                let changed = try await visitor.send(
                    .put,
                    "\(path)/\(ids[0])",
                    form: "status=New",
                    token: ada
                )
                #expect(changed.json?.object?["params"]?.object?["text"] == "New")
                #expect(changed.json?.object?["params"]?.object?["title"] == "")
                let post = try await visitor.send(.post, "\(path)/\(ids[0])/publish", form: "", token: ada)
                #expect(post.json?.object?["content"]?.string?.contains("New") == true)
                #expect(
                    try await visitor.send(.post, "\(path)/\(ids[0])/publish", form: "", token: ada).status
                        == 404
                )
                let at = time(visitor, in: .hours(1))
                let later = try await visitor.send(
                    .post,
                    "\(path)/\(ids[1])/publish",
                    form: "scheduled_at=\(at)",
                    token: ada
                )
                #expect(later.json?.object?["scheduled_at"]?.string == at)
                #expect(try await visitor.send(.get, "\(path)/\(ids[1])", token: ada).status == 404)
                #expect(try await count(visitor) == 1)
            }
        }
    }
}
