import Domain
import HTTPTypes
import Outbox
import Storage
import TestKit
import Testing
import Vocabulary

extension WebsiteTests {
    @Suite("Finding people and posts in the client API")
    struct FindingTests {
        @Test("how far somebody has read goes with them, and is their own")
        func markers() async throws {
            try await Visitor.use { visitor async throws in
                let token = try await visitor.token("read:statuses write:statuses")
                let path = "/api/v1/markers"
                #expect(try await visitor.send(.get, "\(path)?timeline[]=home", token: token).json == [:])
                let form = "home[last_read_id]=12&notifications[last_read_id]=7"
                #expect(try await visitor.send(.post, path, form: form, token: token).status == 200)
                let body = #"{"home": {"last_read_id": "15"}}"#
                let set = try await visitor.send(
                    .post,
                    path,
                    body: body,
                    type: "application/json",
                    token: token
                )
                #expect(set.json?.object?.count == 1)
                let home = set.json?.object?["home"]?.object
                #expect(home?["last_read_id"] == "15")
                #expect(home?["version"] == 2)
                let both = "\(path)?timeline[]=home&timeline[]=notifications"
                let read = try await visitor.send(.get, both, token: token).json?.object
                #expect(read?["notifications"]?.object?["last_read_id"] == "7")
                for wrong in ["x", "-1", "99999999999999999999"] {
                    let refused = try await visitor.send(
                        .post,
                        path,
                        form: "home[last_read_id]=\(wrong)",
                        token: token
                    )
                    #expect(refused.status == 422)
                }
                let cleo = try await visitor.token("read", for: visitor.cleo)
                #expect(try await visitor.send(.get, both, token: cleo).json == [:])
                let own = try await visitor.send(.get, "/api/v1/preferences", token: cleo)
                #expect(own.json?.object?["posting:default:visibility"] == "public")
            }
        }

        @Test("hashtags on a profile: at most ten, with how often they were used")
        func featured() async throws {
            try await Visitor.use { visitor async throws in
                let token = try await visitor.token("read write")
                let publisher = visitor.instance.publisher
                _ = try await publisher.publish(PostDraft(text: "#Sums are #fun"), as: visitor.ada.id)
                var quiet = PostDraft(text: "#sums")
                quiet.audience = .direct
                _ = try await publisher.publish(quiet, as: visitor.ada.id)
                let path = "/api/v1/featured_tags"
                let proposed = try await visitor.send(.get, "\(path)/suggestions", token: token).json?.asList
                #expect(proposed?.compactMap { $0.object?["name"]?.string } == ["fun", "sums"])
                let added = try await visitor.send(.post, path, form: "name=%23Sums", token: token)
                let id = try #require(added.json?.object?["id"]?.string)
                #expect(added.json?.object?["statuses_count"] == "1")
                #expect(try await visitor.send(.post, path, form: "name=%23", token: token).status == 422)
                for number in 1...9 {
                    let more = try await visitor.send(.post, "/api/v1/tags/t\(number)/feature", token: token)
                    #expect(more.json?.object?["featuring"] == true)
                }
                #expect(try await visitor.send(.post, path, form: "name=more", token: token).status == 422)
                let theirs = "/api/v1/accounts/\(visitor.ada.id)/featured_tags"
                #expect(try await visitor.send(.get, theirs).json?.asList.count == 10)
                let cleo = try await visitor.token("write", for: visitor.cleo)
                #expect(try await visitor.send(.delete, "\(path)/\(id)", token: cleo).status == 404)
                #expect(try await visitor.send(.delete, "\(path)/\(id)", token: token).status == 200)
                let last = try await visitor.send(.post, "/api/v1/tags/t9/unfeature", token: token)
                #expect(last.json?.object?["featuring"] == false)
                #expect(try await visitor.send(.get, path, token: token).json?.asList.count == 8)
            }
        }

        @Test("the directory has who is to be found, and nobody who is limited, muted or blocked")
        func directory() async throws {
            try await Visitor.use { visitor async throws in
                let (instance, publisher) = (visitor.instance, visitor.instance.publisher)
                let bob = try await instance.addPerson("bob", at: visitor.school)
                let token = try await visitor.token("read")
                let ids = [visitor.ada, visitor.cleo, bob].map(\.id.description)
                let new = "/api/v1/directory?order=new"
                #expect(try await visitor.ids(new, token) == ids.reversed())
                #expect(try await visitor.ids("\(new)&offset=1&limit=1", token) == [ids[1]])
                #expect(try await visitor.ids("/api/v1/directory?local=true", token) == [])
                _ = try await publisher.publish(PostDraft(text: "here"), as: visitor.cleo.id)
                #expect(try await visitor.ids("/api/v1/directory?local=true", token) == [ids[1]])
                #expect(try await visitor.ids("/api/v1/directory", token) == [ids[1]])
                try await publisher.mute(visitor.cleo.id, as: visitor.ada.id)
                try await publisher.block(bob.id, as: visitor.ada.id)
                #expect(try await visitor.ids(new, token) == [ids[0]])
                let now = instance.clock.now()
                try await instance.database.write { try $0.accounts.setLimited(visitor.cleo.id, at: now) }
                let bobs = try await visitor.token("read", for: bob)
                #expect(try await visitor.ids(new, bobs) == [ids[2]])
                for wrong in ["order=old", "offset=x"] {
                    #expect(
                        try await visitor.send(.get, "/api/v1/directory?\(wrong)", token: token).status == 400
                    )
                }
            }
        }

        @Test("whom one might follow: friends' friends first, then colleagues, until one does not want them")
        func proposals() async throws {
            try await Visitor.use { visitor async throws in
                let publisher = visitor.instance.publisher
                let bob = try await visitor.instance.addPerson("bob", at: visitor.school)
                let dan = try await visitor.instance.addPerson("dan", at: visitor.school)
                let token = try await visitor.token("read write")
                _ = try await publisher.follow(visitor.cleo.id, as: visitor.ada.id)
                _ = try await publisher.follow(bob.id, as: visitor.cleo.id)
                let path = "/api/v1/suggestions"
                #expect(try await visitor.ids(path, token) == [bob, dan].map(\.id.description))
                let second = try await visitor.send(.get, "/api/v2/suggestions", token: token).json?.asList
                #expect(second?.map { $0.object?["sources"] } == [["friends_of_friends"], ["featured"]])
                let known = "/api/v1/accounts/familiar_followers?id[]=\(bob.id)&id[]=\(dan.id)"
                let familiar = try await visitor.send(.get, known, token: token).json?.asList
                let whom = familiar?.map { entry in
                    entry.object?["accounts"]?.asList.compactMap { $0.object?["id"]?.string }
                }
                #expect(whom == [[visitor.cleo.id.description], []])
                #expect(try await visitor.send(.delete, "\(path)/\(bob.id)", token: token).status == 200)
                #expect(try await visitor.ids(path, token) == [dan.id.description])
                _ = try await publisher.follow(dan.id, as: visitor.ada.id)
                #expect(try await visitor.ids(path, token) == [])
            }
        }

        @Test("trends are what people used and liked lately, as far as the reader may see")
        func trends() async throws {
            try await Visitor.use { visitor async throws in
                let publisher = visitor.instance.publisher
                let bob = try await visitor.instance.addPerson("bob", at: visitor.school)
                let token = try await visitor.token("read")
                let post = try await publisher.publish(PostDraft(text: "#sums #fun"), as: visitor.cleo.id)
                let second = try await publisher.publish(PostDraft(text: "#sums"), as: bob.id)
                var quiet = PostDraft(text: "#hidden")
                quiet.audience = .followers
                _ = try await publisher.publish(quiet, as: bob.id)
                try await publisher.react(.like, to: second.id, as: visitor.cleo.id)
                let tags = "/api/v1/trends/tags"
                func names(_ token: String?) async throws -> [String]? {
                    try await visitor.send(.get, tags, token: token).json?.asList
                        .compactMap { $0.object?["name"]?.string }
                }
                #expect(try await names(token) == ["sums", "fun"])
                #expect(try await names(nil) == ["sums", "fun"])
                let posts = "/api/v1/trends/statuses"
                #expect(try await visitor.ids(posts, token) == [second.id.description])
                for actor in [visitor.ada, bob] {
                    try await publisher.react(.like, to: post.id, as: actor.id)
                }
                #expect(try await visitor.ids(posts, token) == [post, second].map(\.id.description))
                try await publisher.block(bob.id, as: visitor.ada.id)
                #expect(try await visitor.ids(posts, token) == [post.id.description])
                visitor.instance.clock.advance(by: .days(4))
                #expect(try await visitor.ids(posts, token) == [])
                #expect(try await names(token) == [])
                for empty in ["/api/v1/trends/links", "/api/v1/announcements"] {
                    #expect(try await visitor.send(.get, empty, token: token).json == [])
                }
            }
        }

        @Test("a translation is unavailable for whoever may see the post, and for others there is no post")
        func translation() async throws {
            try await Visitor.use { visitor async throws in
                var draft = PostDraft(text: "for me")
                draft.audience = .direct
                let post = try await visitor.instance.publisher.publish(draft, as: visitor.ada.id)
                let path = "/api/v1/statuses/\(post.id)/translate"
                let ada = try await visitor.token("read")
                let cleo = try await visitor.token("read", for: visitor.cleo)
                #expect(try await visitor.send(.post, path, token: ada).status == 503)
                #expect(try await visitor.send(.post, path, token: cleo).status == 404)
            }
        }
    }
}
