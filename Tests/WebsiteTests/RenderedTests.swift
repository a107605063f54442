import Domain
import HTTPTypes
import Outbox
import Storage
import TestKit
import Testing
import Vocabulary

extension WebsiteTests {
    @Suite("Parts of statuses that are kept")
    struct RenderedTests {
        /// The members of a status by key, those of its account too.
        private func members(_ value: JSONValue?) -> [String: JSONValue] {
            Dictionary((value?.object?.members ?? []).map { ($0.key, $0.value) }) { $1 }
        }

        @Test(
            "a status in a timeline says the same as alone, for each reader, and what changed is seen at once"
        )
        func sameAsAlone() async throws {
            try await Visitor.use { visitor async throws in
                let publisher = visitor.instance.publisher
                for reader in [visitor.cleo] { _ = try await publisher.follow(visitor.ada.id, as: reader.id) }
                let post = try await publisher.publish(
                    PostDraft(text: "A \"quote\" #maths"),
                    as: visitor.ada.id
                )
                _ = try await publisher.publish(PostDraft(text: "Another"), as: visitor.cleo.id)
                let ada = try await visitor.token("read write")
                let cleo = try await visitor.token("read write", for: visitor.cleo)
                func compare(_ token: String) async throws -> [String: JSONValue] {
                    let home = try await visitor.send(.get, "/api/v1/timelines/home", token: token)
                    let found = home.json?.asList.first { $0.object?["id"]?.string == post.id.description }
                    let alone = try await visitor.send(.get, "/api/v1/statuses/\(post.id)", token: token)
                    let listed = members(found)
                    #expect(!listed.isEmpty && listed == members(alone.json))
                    return listed
                }
                #expect(try await compare(ada)["favourited"] == false)
                try await publisher.react(.like, to: post.id, as: visitor.cleo.id)
                #expect(try await compare(ada)["favourited"] == false)
                #expect(try await compare(cleo)["favourited"] == true)
                #expect(try await compare(ada)["favourites_count"] == 1)
                _ = try await publisher.edit(post.id, PostDraft(text: "Edited"), as: visitor.ada.id)
                #expect(try await compare(cleo)["content"]?.string?.contains("Edited") == true)
                _ = try await visitor.send(
                    .patch,
                    "/api/v1/accounts/update_credentials",
                    form: "display_name=Ada+L.",
                    token: ada
                )
                #expect(try await compare(cleo)["account"]?.object?["display_name"] == "Ada L.")
            }
        }

        @Test("a boost in a timeline wraps the post as it is alone")
        func boost() async throws {
            try await Visitor.use { visitor async throws in
                let publisher = visitor.instance.publisher
                let dora = try await visitor.instance.addPerson("dora", at: visitor.school)
                _ = try await publisher.follow(visitor.ada.id, as: visitor.cleo.id)
                let post = try await publisher.publish(PostDraft(text: "By dora"), as: dora.id)
                try await publisher.react(.boost, to: post.id, as: visitor.ada.id)
                let cleo = try await visitor.token("read", for: visitor.cleo)
                let home = try await visitor.send(.get, "/api/v1/timelines/home", token: cleo).json?.asList
                let wrapper = try #require(home?.first?.object)
                #expect(wrapper["content"] == "" && wrapper["account"]?.object?["username"] == "ada")
                let alone = try await visitor.send(.get, "/api/v1/statuses/\(post.id)", token: cleo)
                #expect(members(wrapper["reblog"]) == members(alone.json))
            }
        }
    }
}
