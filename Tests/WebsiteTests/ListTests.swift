import Domain
import HTTPTypes
import Outbox
import Storage
import TestKit
import Testing
import Vocabulary

extension WebsiteTests {
    @Suite("Lists in the client API")
    struct ListTests {
        @Test(
            "a list has a timeline of its own, and an exclusive one takes its members out of the home timeline"
        )
        func timeline() async throws {
            try await Visitor.use { visitor async throws in
                let publisher = visitor.instance.publisher
                let token = try await visitor.token("read write", for: visitor.cleo)
                let made = try await visitor.send(
                    .post,
                    "/api/v1/lists",
                    form: "title=Maths&replies_policy=none",
                    token: token
                )
                let list = try #require(made.json?.object?["id"]?.string)
                let members = "/api/v1/lists/\(list)/accounts"
                let ada = "account_ids[]=\(visitor.ada.id)"
                // Only whom one follows can be in a list.
                #expect(try await visitor.send(.post, members, form: ada, token: token).status == 404)
                _ = try await publisher.follow(visitor.ada.id, as: visitor.cleo.id)
                #expect(try await visitor.send(.post, members, form: ada, token: token).status == 200)
                #expect(try await visitor.send(.post, members, form: ada, token: token).status == 422)
                #expect(try await visitor.ids(members, token) == [visitor.ada.id.description])
                #expect(
                    try await visitor.ids("/api/v1/accounts/\(visitor.ada.id)/lists", token) == [list]
                )
                let mine = try await publisher.publish(PostDraft(text: "mine"), as: visitor.cleo.id)
                let post = try await publisher.publish(PostDraft(text: "Sums"), as: visitor.ada.id)
                var answer = PostDraft(text: "answer to cleo")
                answer.inReplyTo = mine.id
                let reply = try await publisher.publish(answer, as: visitor.ada.id)
                let timeline = "/api/v1/timelines/list/\(list)"
                #expect(
                    try await visitor.ids(timeline, token) == [reply, post].map(\.id.description)
                )
                #expect(try await visitor.ids("/api/v1/timelines/home", token).contains(post.id.description))
                let changed = try await visitor.send(
                    .put,
                    "/api/v1/lists/\(list)",
                    form: "title=Sums&exclusive=true",
                    token: token
                )
                #expect(changed.json?.object?["exclusive"] == true)
                #expect(changed.json?.object?["replies_policy"] == "none")
                #expect(try await visitor.ids("/api/v1/timelines/home", token) == [mine.id.description])
                #expect(try await visitor.ids(timeline, token).count == 2)
                #expect(try await visitor.send(.delete, members, form: ada, token: token).status == 200)
                #expect(try await visitor.ids(timeline, token) == [])
            }
        }

        @Test("a list is its owner's alone, and who is followed no more leaves it")
        func privacy() async throws {
            try await Visitor.use { visitor async throws in
                let publisher = visitor.instance.publisher
                _ = try await publisher.follow(visitor.ada.id, as: visitor.cleo.id)
                let list = try await publisher.addList("Mine", as: visitor.cleo.id)
                try await publisher.add([visitor.ada.id], to: list.id, as: visitor.cleo.id)
                let ada = try await visitor.token("read write")
                let cleo = try await visitor.token("read write", for: visitor.cleo)
                let path = "/api/v1/lists/\(list.id)"
                for path in [path, "\(path)/accounts", "/api/v1/timelines/list/\(list.id)"] {
                    #expect(try await visitor.send(.get, path, token: ada).status == 404)
                    #expect(try await visitor.send(.get, path, token: cleo).status == 200)
                }
                #expect(try await visitor.send(.delete, path, token: ada).status == 404)
                #expect(
                    try await visitor.send(.post, "/api/v1/lists", form: "title=+", token: ada).status == 422
                )
                try await publisher.unfollow(visitor.ada.id, as: visitor.cleo.id)
                #expect(try await visitor.ids("\(path)/accounts", cleo) == [])
                #expect(try await visitor.send(.delete, path, token: cleo).status == 200)
                #expect(try await visitor.ids("/api/v1/lists", cleo) == [])
            }
        }
    }
}
