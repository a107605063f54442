import ClientAPI
import Domain
import HTTPTypes
import Outbox
import Storage
import TestKit
import Testing
import Vocabulary

extension WebsiteTests {
    @Suite("What is written out")
    struct OutputTests {
        static let attack = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>&\u{202E}"

        private func isClean(_ text: String) -> Bool {
            let lowered = text.lowercased()
            return !lowered.contains("<script") && !lowered.contains("<img") && !lowered.contains("\"'>")
        }

        @Test(
            "HTM-01, HTM-02: names, biographies, summaries, handles and school names are shown on every page, never run"
        )
        func everyPage() async throws {
            try await Visitor.use { visitor async throws in
                let instance = visitor.instance
                var school = visitor.school
                school.name = Self.attack
                try await instance.admin.update(school, by: "test")
                for person in [visitor.ada, visitor.cleo] {
                    _ = try await instance.publisher.updateProfile(
                        displayName: Self.attack,
                        biography: Self.attack,
                        as: person.id
                    )
                }
                let post = try await instance.publisher.publish(
                    PostDraft(text: "@cleo \(Self.attack)", summary: Self.attack),
                    as: visitor.ada.id
                )
                var answer = PostDraft(text: Self.attack, summary: Self.attack)
                answer.inReplyTo = post.id
                _ = try await instance.publisher.publish(answer, as: visitor.cleo.id)
                try await instance.publisher.react(.like, to: post.id, as: visitor.cleo.id)
                try await instance.publisher.react(.boost, to: post.id, as: visitor.cleo.id)
                _ = try await instance.publisher.follow(visitor.cleo.id, as: visitor.ada.id)
                let (cookie, _) = try await visitor.signIn()
                let encoded = "%3Cscript%3Ealert(1)%3C/script%3E%22%27%3E%3Cimg%20src=x%3E"
                let paths = [
                    "/", "/home", "/notifications", "/@ada", "/@cleo", "/posts/\(post.id)",
                    "/@ada/\(post.id)",
                    "/people/\(visitor.cleo.id)", "/sign-in", "/find?who=\(encoded)", "/@\(encoded)",
                    "/\(encoded)",
                    "/posts/\(encoded)",
                ]
                for path in paths {
                    for sent in [cookie, nil] {
                        let page = try await visitor.send(.get, path, cookie: sent)
                        #expect(isClean(page.text), "\(path)")
                        #expect(page.status < 500, "\(path)")
                    }
                }
                let failed = try await visitor.send(.post, "/sign-in", form: "name=\(encoded)&password=x")
                #expect(failed.status == 422 && isClean(failed.text))
                let shown = try await visitor.send(.get, "/posts/\(post.id)", cookie: cookie)
                #expect(shown.text.contains("&lt;script&gt;"))
                let status = try await visitor.send(
                    .get,
                    "/api/v1/statuses/\(post.id)",
                    token: try await visitor.token("read")
                )
                #expect(isClean(status.json?.object?["content"]?.string ?? "<script"))
                #expect(isClean(status.json?.object?["account"]?.object?["note"]?.string ?? "<script"))
            }
        }

        @Test("ORI-22: a peer's account that calls itself Admin shows its whole handle and no role or badge")
        func impostor() async throws {
            try await Visitor.use { visitor async throws in
                let instance = visitor.instance
                let host = try Host("evil.test")
                try await instance.admin.setPartner(host, .approved, at: visitor.school, by: "test")
                let peer = try await instance.addPeer("admin", at: "evil.test")
                var account = peer.account
                account.displayName = "Admin \u{2705} School office"
                account.kind = .service
                let (impostor, ada) = (account, visitor.ada)
                try await instance.database.write { db in
                    try db.accounts.update(impostor)
                    try db.notices.insert(
                        Notice(
                            id: instance.ids.next(),
                            account: ada.id,
                            kind: .follow,
                            from: impostor.id,
                            post: nil,
                            createdAt: instance.clock.now()
                        )
                    )
                }
                let (cookie, _) = try await visitor.signIn()
                for path in ["/people/\(impostor.id)", "/notifications"] {
                    let page = try await visitor.send(.get, path, cookie: cookie)
                    #expect(page.text.contains("@<bdi>admin@evil.test</bdi>"), "\(path)")
                    #expect(!page.text.contains("href=\"/@admin\""))
                }
                let token = try await visitor.token("read")
                let shown = try await visitor.send(.get, "/api/v1/accounts/\(impostor.id)", token: token)
                #expect(shown.json?.object?["acct"]?.string == "admin@evil.test")
                #expect(shown.json?.object?["roles"]?.array?.isEmpty == true)
                #expect(shown.json?.object?["bot"] == .bool(true))
            }
        }

        @Test("PRV-12: what goes wrong inside or at another server is told in plain words only")
        func plainWords() async throws {
            let range = try AddressRange("127.0.0.0/8")
            try await Visitor.use(reaching: [range]) { visitor async throws in
                let instance = visitor.instance
                try await instance.admin.setPartner(
                    try Host("127.0.0.1:9"),
                    .approved,
                    at: visitor.school,
                    by: "test"
                )
                let (cookie, _) = try await visitor.signIn()
                let token = try await visitor.token("read write")
                let unreachable = "ben%40127.0.0.1%3A9"
                let page = try await visitor.send(.get, "/find?who=\(unreachable)", cookie: cookie)
                #expect(page.status == 503 || page.status == 422)
                #expect(page.headers[.contentType] == "text/html; charset=utf-8")
                let stranger = try await visitor.send(.get, "/find?who=ben%40nobody.test", cookie: cookie)
                #expect(stranger.status == 422)
                #expect(stranger.text.contains("nobody.test is not a partner of this school"))
                let api = try await visitor.send(
                    .get,
                    "/api/v2/search?resolve=true&q=\(unreachable)",
                    token: token
                )
                for text in [page.text, stranger.text, api.text] {
                    for word in [
                        "127.0.0.1 ", "port 9", "Connection refused", "curl", "SELECT", "sqlite", "Error(",
                    ] {
                        #expect(!text.contains(word), "\(word)")
                    }
                }
                try await instance.database.close()
                let closed = [
                    try await visitor.send(.get, "/"), try await visitor.send(.get, "/@ada"),
                    try await visitor.send(.get, "/api/v1/timelines/home", token: token),
                    try await visitor.send(.post, "/sign-in", form: "name=ada&password=x"),
                ]
                for answer in closed {
                    #expect(answer.status == 503)
                    #expect(answer.headers[.retryAfter] == "30")
                    #expect(!answer.text.lowercased().contains("database") && !answer.text.contains("closed"))
                }
            }
        }

        @Test(
            "PAR-18: limits are clamped and ids that are none refused, on every list",
            arguments: [
                "/api/v1/timelines/home", "/api/v1/timelines/public", "/api/v1/notifications", "accounts",
            ]
        )
        func numbers(_ list: String) async throws {
            try await Visitor.use { visitor async throws in
                for number in 0..<50 {
                    _ = try await visitor.instance.publisher.publish(
                        PostDraft(text: "\(number)"),
                        as: visitor.ada.id
                    )
                }
                let token = try await visitor.token("read")
                let path = list == "accounts" ? "/api/v1/accounts/\(visitor.ada.id)/statuses" : list
                let isPosts = list != "/api/v1/notifications"
                let sizes = [
                    ("1000000000", 40), ("-1", 1), ("0", 1), ("abc", 20), ("99999999999999999999", 20),
                    ("7", 7),
                ]
                for (limit, size) in sizes {
                    let answer = try await visitor.send(.get, "\(path)?limit=\(limit)", token: token)
                    #expect(answer.status == 200)
                    #expect(answer.json?.array?.count == (isPosts ? size : 0), "\(limit)")
                }
                for id in ["abc", "-1", "18446744073709551616", "1.5", "%00"] {
                    #expect(
                        try await visitor.send(.get, "\(path)?max_id=\(id)", token: token).status == 400,
                        "\(id)"
                    )
                }
                let most = try await visitor.send(.get, "\(path)?max_id=9223372036854775807", token: token)
                #expect(most.status == 200)
                let crossed = try await visitor.send(
                    .get,
                    "\(path)?since_id=9223372036854775806&max_id=1",
                    token: token
                )
                #expect(crossed.status == 200 && crossed.json?.array?.isEmpty == true)
            }
        }

        @Test(
            "PAR-15: ranges are not served: however many or odd they are, the whole page comes",
            arguments: [
                "bytes=0-1", "bytes=-1", "bytes=9223372036854775808-", "bytes=-9223372036854775808",
                "bytes=5-2",
                "bytes=" + (0..<1_000).map { "\($0)-" }.joined(separator: ","), "nonsense", "",
            ]
        )
        func ranges(_ range: String) async throws {
            try await Visitor.use { visitor async throws in
                for path in ["/", "/assets/staffroom.css", "/api/v1/instance"] {
                    let whole = try await visitor.send(.get, path)
                    let answer = try await visitor.send(.get, path, fields: [.range: range])
                    #expect(answer.status == 200 && answer.text == whole.text)
                    #expect(answer.headers[.contentRange] == nil)
                }
            }
        }

        @Test(
            "REL-05: on a full disk the client API answers 503 with Retry-After and reads; with room again it writes",
            .enabled(if: TestEngine.chosen == .sqlite)
        )
        func fullDisk() async throws {
            try await Visitor.use { visitor async throws in
                let token = try await visitor.token("read write")
                let form = "status=" + String(repeating: "x", count: 4_900)
                func post(_ key: String) async throws -> Visitor.Answer {
                    let fields: HTTPFields = [HTTPField.Name("Idempotency-Key") ?? .eTag: key]
                    return try await visitor.send(
                        .post,
                        "/api/v1/statuses",
                        form: form,
                        token: token,
                        fields: fields
                    )
                }
                #expect(try await post("1").status == 200)
                try await visitor.instance.database.limitToPresentSize(true)
                for number in 2..<6 {
                    let answer = try await post("\(number)")
                    #expect(answer.status == 503)
                    #expect(answer.headers[.retryAfter] == "30")
                    #expect(answer.json?.object?["error"]?.string?.isEmpty == false)
                }
                let home = try await visitor.send(.get, "/api/v1/timelines/home", token: token)
                #expect(home.status == 200 && home.json?.array?.count == 1)
                #expect(try await visitor.send(.get, "/").status == 200)
                try await visitor.instance.database.limitToPresentSize(false)
                // What was refused may be sent again under the same key.
                #expect(try await post("2").status == 200)
                #expect(try await post("2").status == 200)
                let after = try await visitor.send(.get, "/api/v1/timelines/home", token: token)
                #expect(after.json?.array?.count == 2)
            }
        }

        @Test(
            "names of fields are read encoded or not, as apps send them; lists leave out what they are asked to"
        )
        func names() async throws {
            try await Visitor.use { visitor async throws in
                let token = try await visitor.token("read write")
                for name in ["id[]", "id%5B%5D", "id"] {
                    let answer = try await visitor.send(
                        .get,
                        "/api/v1/accounts/relationships?\(name)=\(visitor.cleo.id)&\(name)=\(visitor.ada.id)",
                        token: token
                    )
                    #expect(answer.json?.array?.count == 2, "\(name)")
                }
                let form = "st%61tus=1+%2B+1%3D2%"
                let post = try await visitor.send(.post, "/api/v1/statuses", form: form, token: token)
                #expect(post.json?.object?["content"]?.string == "<p>1 + 1=2%</p>")
                let id = post.json?.object?["id"]?.string ?? ""
                let reply = "status=Re&in_reply_to_id=\(id)"
                #expect(
                    try await visitor.send(.post, "/api/v1/statuses", form: reply, token: token).status == 200
                )
                for (query, count) in [("", 2), ("?exclude_replies=true", 1), ("?exclude_replies=false", 2)] {
                    let path = "/api/v1/accounts/\(visitor.ada.id)/statuses\(query)"
                    #expect(try await visitor.send(.get, path, token: token).json?.array?.count == count)
                }
            }
        }

        @Test("an author sees where a post went and why not; nobody else does")
        func deliveries() async throws {
            try await Visitor.use { visitor async throws in
                let instance = visitor.instance
                let ben = try await instance.addPeer("ben", at: "south.test")
                let wim = try await instance.addPeer("wim", at: "west.test")
                for (host, peer) in [("south.test", ben), ("west.test", wim)] {
                    try await instance.admin.setPartner(
                        try Host(host),
                        .approved,
                        at: visitor.school,
                        by: "test"
                    )
                    try await instance.addFollow(of: visitor.ada, by: peer.account)
                }
                let post = try await instance.publisher.publish(PostDraft(text: "Hello"), as: visitor.ada.id)
                let now = instance.clock.now()
                try await instance.database.write { db in
                    for row in try db.run("SELECT id, host FROM delivery") {
                        let (id, host): (Delivery.ID, String) = (try row["id"], try row["host"])
                        if host == "south.test" {
                            try db.deliveries.markUndelivered(
                                id,
                                status: 404,
                                reason: "10.0.0.1 says no",
                                at: now
                            )
                        }
                    }
                }
                let (cookie, _) = try await visitor.signIn()
                let page = try await visitor.send(.get, "/posts/\(post.id)", cookie: cookie)
                #expect(page.text.contains("Where it went: 1 on the way, 1 not delivered"))
                #expect(page.text.contains("south.test</bdi>: not delivered</strong>, tried once"))
                #expect(
                    page.text.contains("there is no such inbox any more") && !page.text.contains("10.0.0.1")
                )
                let path = "/api/staffroom/v1/statuses/\(post.id)/deliveries"
                let own = try await visitor.send(.get, path, token: try await visitor.token("read"))
                #expect(own.json?.array?.count == 2 && !own.text.contains("10.0.0.1"))
                #expect(own.json?.array?.first?.object?["state"] == "undelivered")
                let other = try await visitor.token("read", for: visitor.cleo)
                #expect(try await visitor.send(.get, path, token: other).status == 404)
                let (hers, _) = try await visitor.signIn(as: "cleo")
                let seen = try await visitor.send(.get, "/posts/\(post.id)", cookie: hers)
                #expect(seen.status == 200 && !seen.text.contains("Where it went"))
            }
        }

        @Test("PAR-16: a file, or parts without end, are refused where JSON and forms are read")
        func multipart() async throws {
            try await Visitor.use { visitor async throws in
                let token = try await visitor.token("read write")
                let part =
                    "--b\r\nContent-Disposition: form-data; name=\"status\"; filename=\"../../x\"\r\n\r\nhi\r\n"
                let bodies = [
                    ("multipart/form-data", part, 415),
                    ("multipart/form-data; boundary=b", part + "--b--\r\n", 415),
                    (
                        "multipart/form-data; boundary=b",
                        String(repeating: part, count: 1_000) + "--b--\r\n", 400
                    ),
                    ("text/plain", "status=hi", 415), ("application/xml", "<status>hi</status>", 415),
                ]
                for (type, body, status) in bodies {
                    let answer = try await visitor.send(
                        .post,
                        "/api/v1/statuses",
                        body: body,
                        type: type,
                        token: token
                    )
                    #expect(answer.status == status, "\(type)")
                }
                for (type, body) in [
                    ("application/json", "{\"status\":\"hi\"}"),
                    ("application/x-www-form-urlencoded", "status=hi"),
                    (
                        "multipart/form-data; boundary=b",
                        "--b\r\nContent-Disposition: form-data; name=\"status\"\r\n\r\nhi\r\n--b--\r\n"
                    ),
                ] {
                    let answer = try await visitor.send(
                        .post,
                        "/api/v1/statuses",
                        body: body,
                        type: type,
                        token: token
                    )
                    #expect(answer.status == 200, "\(type)")
                }
                let broken = ["{", "[]", "{\"status\":\"a\",\"status\":\"b\"}", "{\"status\":\"a\",}"]
                for body in broken {
                    let answer = try await visitor.send(
                        .post,
                        "/api/v1/statuses",
                        body: body,
                        type: "application/json",
                        token: token
                    )
                    #expect(answer.status == 400, "\(body)")
                }
            }
        }
    }
}
