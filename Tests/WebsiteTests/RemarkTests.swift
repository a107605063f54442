import Domain
import HTTPTypes
import Outbox
import Storage
import TestKit
import Testing
import Vocabulary

extension WebsiteTests {
    @Suite("Remarks, what one wants of a follow, and blocks in the client API")
    struct RemarkTests {
        @Test(
            "a follow without boosts leaves them out, one with notices tells of posts; twice keeps what is not said"
        )
        func followOptions() async throws {
            try await Visitor.use { visitor async throws in
                let publisher = visitor.instance.publisher
                let dora = try await visitor.instance.addPerson("dora", at: visitor.school)
                let token = try await visitor.token("read write", for: visitor.cleo)
                let boosted = try await publisher.publish(PostDraft(text: "by dora"), as: dora.id)
                let path = "/api/v1/accounts/\(visitor.ada.id)/follow"
                func follow(_ form: String?) async throws -> JSONObject? {
                    try await visitor.send(.post, path, form: form, token: token).json?.object
                }
                let plain = try await follow(nil)
                #expect(plain?["showing_reblogs"] == true && plain?["notifying"] == false)
                try await publisher.react(.boost, to: boosted.id, as: visitor.ada.id)
                let home = "/api/v1/timelines/home"
                #expect(try await visitor.ids(home, token).count == 1)
                let silent = try await follow("reblogs=false&notify=true")
                #expect(silent?["showing_reblogs"] == false && silent?["notifying"] == true)
                #expect(try await visitor.ids(home, token).isEmpty)
                let post = try await publisher.publish(PostDraft(text: "new"), as: visitor.ada.id)
                var answer = PostDraft(text: "an answer")
                answer.inReplyTo = boosted.id
                _ = try await publisher.publish(answer, as: visitor.ada.id)
                let told =
                    try await visitor.send(.get, "/api/v1/notifications", token: token).json?.asList ?? []
                #expect(told.count == 1 && told.first?.object?["type"] == "status")
                #expect(told.first?.object?["status"]?.object?["id"]?.string == post.id.description)
                let again = try await follow(nil)
                #expect(again?["showing_reblogs"] == false && again?["notifying"] == true)
                let back = try await follow("reblogs=true&notify=false")
                #expect(back?["showing_reblogs"] == true && back?["notifying"] == false)
                _ = try await publisher.publish(PostDraft(text: "newer"), as: visitor.ada.id)
                #expect(try await visitor.ids("/api/v1/notifications", token).count == 1)
            }
        }

        @Test("notes, recommendations and the removal of followers show in the relationship")
        func remarks() async throws {
            try await Visitor.use { visitor async throws in
                let publisher = visitor.instance.publisher
                _ = try await publisher.follow(visitor.ada.id, as: visitor.cleo.id)
                let token = try await visitor.token("read write")
                let path = "/api/v1/accounts/\(visitor.cleo.id)"
                func change(_ verb: String, _ form: String? = nil) async throws -> Visitor.Answer {
                    try await visitor.send(.post, "\(path)/\(verb)", form: form, token: token)
                }
                let noted = try await change("note", "comment=met+in+May")
                #expect(noted.json?.object?["note"] == "met in May")
                let long = String(repeating: "a", count: 2_001)
                #expect(try await change("note", "comment=\(long)").status == 422)
                #expect(try await change("endorse").status == 422)
                _ = try await publisher.follow(visitor.cleo.id, as: visitor.ada.id)
                let endorsed = try await change("endorse").json?.object
                #expect(endorsed?["endorsed"] == true && endorsed?["followed_by"] == true)
                let listed = try await visitor.ids("/api/v1/accounts/\(visitor.ada.id)/endorsements", token)
                #expect(listed == [visitor.cleo.id.description])
                let removed = try await change("remove_from_followers").json?.object
                #expect(removed?["followed_by"] == false && removed?["following"] == true)
                #expect(try await change("unendorse").json?.object?["endorsed"] == false)
                #expect(try await change("remove_from_followers").status == 200)
            }
        }

        @Test("lists of followers and searches leave out those between whom and the reader a block stands")
        func blocks() async throws {
            try await Visitor.use { visitor async throws in
                let instance = visitor.instance
                let dora = try await instance.addPerson("dora", at: visitor.school)
                for follower in [visitor.cleo, dora] {
                    _ = try await instance.publisher.follow(visitor.ada.id, as: follower.id)
                }
                let token = try await visitor.token("read", for: visitor.cleo)
                let followers = "/api/v1/accounts/\(visitor.ada.id)/followers"
                let search = "/api/v1/accounts/search?q=dora"
                #expect(try await visitor.ids(followers, token).count == 2)
                #expect(try await visitor.ids(search, token) == [dora.id.description])
                try await instance.publisher.block(visitor.cleo.id, as: dora.id)
                let left = try await visitor.ids(followers, token)
                #expect(left == [visitor.cleo.id.description])
                #expect(try await visitor.ids(search, token).isEmpty)
                try await instance.publisher.block(visitor.cleo.id, as: visitor.ada.id)
                #expect(try await visitor.ids(followers, token).isEmpty)
            }
        }

        @Test("whom one blocks is found by their exact name, to be unblocked; not who blocks back")
        func blockedByName() async throws {
            try await Visitor.use { visitor async throws in
                let instance = visitor.instance
                let dora = try await instance.addPerson("dora", at: visitor.school)
                let token = try await visitor.token("read", for: visitor.cleo)
                let search = "/api/v1/accounts/search?q="
                try await instance.publisher.block(dora.id, as: visitor.cleo.id)
                #expect(try await visitor.ids("\(search)dor", token).isEmpty)
                #expect(try await visitor.ids("\(search)dora", token) == [dora.id.description])
                #expect(try await visitor.ids("\(search)@dora", token) == [dora.id.description])
                try await instance.publisher.block(visitor.cleo.id, as: dora.id)
                #expect(try await visitor.ids("\(search)dora", token).isEmpty)
            }
        }
    }
}
