import Access
import Domain
import HTTPTypes
import Outbox
import Storage
import TestKit
import Testing
import Vocabulary

@testable import ClientAPI

extension WebsiteTests {
    @Suite("Streaming in the client API", .timeLimit(.minutes(5)))
    struct StreamTests {
        @Test(
            "the stream of a person shows what comes to their home timeline, changes and goes, and nothing else"
        )
        func home() async throws {
            try await Visitor.use { visitor async throws in
                let publisher = visitor.instance.publisher
                let bob = try await visitor.instance.addPerson("bob", at: visitor.school)
                for other in [visitor.cleo, bob] {
                    _ = try await publisher.follow(other.id, as: visitor.ada.id)
                }
                try await publisher.mute(bob.id, as: visitor.ada.id)
                let token = try await visitor.token("read")
                try await visitor.streaming {
                    try await visitor.listen("user", token: token) { shown in
                        // Not for ada, or by somebody she mutes: the next one is what comes first.
                        var direct = PostDraft(text: "for @bob")
                        direct.audience = .direct
                        _ = try await publisher.publish(direct, as: visitor.cleo.id)
                        _ = try await publisher.publish(PostDraft(text: "unheard"), as: bob.id)
                        let post = try await publisher.publish(PostDraft(text: "Sums"), as: visitor.cleo.id)
                        let first = try #require(await shown.next())
                        #expect(first.event == "update")
                        #expect(first.id == post.id.description)
                        _ = try await publisher.edit(
                            post.id,
                            PostDraft(text: "Products"),
                            as: visitor.cleo.id
                        )
                        let edited = try #require(await shown.next())
                        #expect(edited.event == "status.update")
                        #expect(edited.json?["content"]?.string?.contains("Products") == true)
                        try await publisher.delete(post.id, as: visitor.cleo.id)
                        #expect(await shown.next() == .init(event: "delete", data: post.id.description))
                        _ = try await publisher.addFilter("Maths", in: [.home], as: visitor.ada.id)
                        #expect(await shown.next() == .init(event: "filters_changed", data: ""))
                    }
                }
            }
        }

        @Test("a deletion is told to those whom the post was for, not to others")
        func deletions() async throws {
            try await Visitor.use { visitor async throws in
                let publisher = visitor.instance.publisher
                let bob = try await visitor.instance.addPerson("bob", at: visitor.school)
                var direct = PostDraft(text: "for @bob")
                direct.audience = .direct
                let secret = try await publisher.publish(direct, as: visitor.cleo.id)
                let open = try await publisher.publish(PostDraft(text: "Sums"), as: visitor.cleo.id)
                let ada = try await visitor.token("read")
                let his = try await visitor.token("read", for: bob)
                try await visitor.streaming {
                    try await visitor.listen("user", token: ada) { hers in
                        try await visitor.listen("user", token: his) { his in
                            try await publisher.delete(secret.id, as: visitor.cleo.id)
                            try await publisher.delete(open.id, as: visitor.cleo.id)
                            #expect(await his.next()?.data == secret.id.description)
                            #expect(await his.next()?.data == open.id.description)
                            #expect(await hers.next()?.data == open.id.description)
                        }
                    }
                }
            }
        }

        @Test("boosts come to the home timeline and to lists, once")
        func boosts() async throws {
            try await Visitor.use { visitor async throws in
                let publisher = visitor.instance.publisher
                let bob = try await visitor.instance.addPerson("bob", at: visitor.school)
                _ = try await publisher.follow(visitor.cleo.id, as: visitor.ada.id)
                let list = try await publisher.addList("Maths", as: visitor.ada.id)
                try await publisher.add([visitor.cleo.id], to: list.id, as: visitor.ada.id)
                let post = try await publisher.publish(PostDraft(text: "Sums"), as: bob.id)
                let token = try await visitor.token("read:statuses")
                try await visitor.streaming {
                    try await visitor.listen("list?list=\(list.id)", token: token) { listed in
                        try await visitor.listen("user", token: token) { shown in
                            try await publisher.react(.boost, to: post.id, as: visitor.cleo.id)
                            for first in [await shown.next(), await listed.next()] {
                                #expect(first?.event == "update")
                                #expect(
                                    first?.json?["reblog"]?.object?["id"]?.string == post.id.description
                                )
                            }
                        }
                    }
                }
            }
        }

        @Test("what somebody is told comes with a token that allows it")
        func notices() async throws {
            try await Visitor.use { visitor async throws in
                let publisher = visitor.instance.publisher
                let post = try await publisher.publish(PostDraft(text: "Sums"), as: visitor.ada.id)
                let full = try await visitor.token("read")
                let less = try await visitor.token("read:statuses")
                let only = try await visitor.token("read:notifications")
                try await visitor.streaming {
                    try await visitor.listen("user", token: less) { posts in
                        try await visitor.listen("user/notification", token: only) { told in
                            try await visitor.listen("user", token: full) { both in
                                try await publisher.react(.like, to: post.id, as: visitor.cleo.id)
                                let next = try await publisher.publish(
                                    PostDraft(text: "more"),
                                    as: visitor.ada.id
                                )
                                let first = try #require(await both.next())
                                #expect(first.event == "notification")
                                #expect(first.json?["type"]?.string == "favourite")
                                #expect(await both.next()?.id == next.id.description)
                                #expect(await told.next() == first)
                                #expect(await posts.next()?.id == next.id.description)
                            }
                        }
                    }
                }
            }
        }

        @Test(
            "feeds and hashtags show what their lists show",
            arguments: ["public", "public/local", "hashtag?tag=Maths", "hashtag/local?tag=maths"]
        )
        func feeds(path: String) async throws {
            try await Visitor.use { visitor async throws in
                let publisher = visitor.instance.publisher
                let token = try await visitor.token("read")
                try await visitor.streaming {
                    try await visitor.listen(path, token: token) { shown in
                        var quiet = PostDraft(text: "quiet #maths")
                        quiet.audience = .unlisted
                        _ = try await publisher.publish(quiet, as: visitor.cleo.id)
                        let post = try await publisher.publish(
                            PostDraft(text: "loud #maths"),
                            as: visitor.cleo.id
                        )
                        #expect(await shown.next()?.id == post.id.description)
                    }
                }
            }
        }

        @Test("a stream needs a token for it, a name, and what the name needs")
        func refusals() async throws {
            try await Visitor.use { visitor async throws in
                let list = try await visitor.instance.publisher.addList("Hers", as: visitor.cleo.id)
                let read = try await visitor.token("read")
                let write = try await visitor.token("write")
                let posts = try await visitor.token("read:statuses")
                let refused: [(String, String?, Int)] = [
                    ("user", nil, 401), ("user", "nonsense", 401), ("user", write, 403),
                    ("user/nothing", read, 404),
                    ("user/notification", posts, 403), ("hashtag", read, 400), ("hashtag?tag=%23", read, 400),
                    ("list", read, 400), ("list?list=\(list.id)", read, 404), ("list?list=x", read, 400),
                    ("?stream=user", "nonsense", 401), ("?stream=cats", read, 404), ("?", read, 400),
                ]
                for (path, token, status) in refused {
                    let answer = try await visitor.send(.get, "/api/v1/streaming/\(path)", token: token)
                    #expect(answer.status == status, "\(path)")
                }
                // Each of them has a twin that is let in.
                let cleo = try await visitor.token("read", for: visitor.cleo)
                for (path, token) in [
                    ("user", posts), ("user?access_token=\(read)", nil), ("user/notification", read),
                    ("hashtag?tag=%23maths", read), ("list?list=\(list.id)", cleo), ("?stream=user", read),
                ] {
                    try await visitor.listen(path, token: token) { _ in
                        #expect(visitor.streams.connections == 1)
                    }
                    #expect(visitor.streams.connections == 0)
                }
                #expect(try await visitor.send(.get, "/api/v1/streaming/health").text == "OK")
            }
        }

        @Test("a token that ends, and an account that is suspended, lose their streams; others keep theirs")
        func revocation() async throws {
            try await Visitor.use { visitor async throws in
                let (instance, database) = (visitor.instance, visitor.instance.database)
                let bob = try await instance.addPerson("bob", at: visitor.school)
                let revoked = try await visitor.token("read")
                let kept = try await visitor.token("read")
                let his = try await visitor.token("read", for: bob)
                try await visitor.streaming {
                    try await visitor.listen("user", token: kept) { other in
                        try await visitor.listen("user", token: revoked) { ended in
                            try await AccessTokens(database: database, clock: instance.clock).revoke(revoked)
                            #expect(await ended.next() == nil)
                        }
                        try await visitor.listen("user", token: his) { ended in
                            let now = instance.clock.now()
                            try await database.write { try $0.accounts.setSuspended(bob.id, at: now) }
                            #expect(await ended.next() == nil)
                        }
                        let post = try await instance.publisher.publish(
                            PostDraft(text: "still here"),
                            as: visitor.ada.id
                        )
                        #expect(await other.next()?.id == post.id.description)
                    }
                }
            }
        }

        @Test(
            "over a WebSocket an app subscribes to several streams, and to those only that its token allows"
        )
        func socket() async throws {
            try await Visitor.use { visitor async throws in
                let token = try await visitor.token("read:statuses")
                let publisher = visitor.instance.publisher
                try await visitor.serving { port in
                    let request = SocketClient.handshake(
                        "/api/v1/streaming?stream=user",
                        "Sec-WebSocket-Protocol: \(token)"
                    )
                    try await SocketClient.connect(port, request) { client in
                        #expect(client.head.hasPrefix("HTTP/1.1 101"))
                        #expect(client.head.contains("Sec-WebSocket-Protocol: \(token)\r\n"))
                        try await client.send(#"{"type":"subscribe","stream":"user:notification"}"#)
                        #expect(try await client.object()?["status"] == 403)
                        try await client.send(#"{"type":"subscribe","stream":"hashtag","tag":"maths"}"#)
                        // The answer to this comes when what was sent before has been done.
                        try await client.send(#"{"type":"subscribe","stream":"cats"}"#)
                        #expect(try await client.object()?["status"] == 404)
                        let post = try await publisher.publish(
                            PostDraft(text: "#maths"),
                            as: visitor.ada.id
                        )
                        var streams: Set<String> = []
                        for _ in 0..<2 {
                            let message = try #require(try await client.object())
                            #expect(message["event"]?.string == "update")
                            let payload = try #require(message["payload"]?.string)
                            let status = try JSONParser.parse(Array(payload.utf8)).object
                            #expect(status?["id"]?.string == post.id.description)
                            streams.formUnion(message["stream"]?.asList.compactMap(\.string) ?? [])
                        }
                        #expect(streams == ["user", "hashtag", "maths"])
                        try await client.send(#"{"type":"unsubscribe","stream":"user"}"#)
                        try await client.send(#"{"type":"subscribe","stream":"cats"}"#)
                        #expect(try await client.object()?["status"] == 404)
                        try await publisher.delete(post.id, as: visitor.ada.id)
                        let deletion = try #require(try await client.object())
                        #expect(deletion["event"]?.string == "delete")
                        #expect(deletion["stream"]?.asList.compactMap(\.string) == ["hashtag", "maths"])
                        try await AccessTokens(
                            database: visitor.instance.database,
                            clock: visitor.instance.clock
                        ).revoke(token)
                        while let frame = try await client.frame() { #expect(frame.opcode == 8) }
                    }
                    let without = SocketClient.handshake("/api/v1/streaming?stream=user")
                    try await SocketClient.connect(port, without) {
                        #expect($0.head.hasPrefix("HTTP/1.1 401"))
                    }
                }
                #expect(visitor.streams.connections == 0)
            }
        }

        @Test("whoever closes a stream of events is forgotten")
        func leaving() async throws {
            try await Visitor.use { visitor async throws in
                let token = try await visitor.token("read")
                try await visitor.serving { port in
                    let request =
                        "GET /api/v1/streaming/user HTTP/1.1\r\nHost: school.test\r\nAuthorization: Bearer \(token)\r\n\r\n"
                    try await SocketClient.connect(port, request) { client in
                        #expect(client.head.contains("Content-Type: text/event-stream\r\n"))
                        #expect(visitor.streams.connections == 1)
                    }
                    while visitor.streams.connections > 0 { await Task.yield() }
                }
            }
        }
    }
}

extension SocketClient {
    /// The next text as an object of JSON; pings are passed over.
    fileprivate func object() async throws -> JSONObject? {
        while let frame = try await frame() {
            if frame.opcode == 1 { return try JSONParser.parse(frame.bytes).object }
        }
        return nil
    }
}
