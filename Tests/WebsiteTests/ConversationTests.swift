import Domain
import HTTPTypes
import Outbox
import Storage
import TestKit
import Testing
import Vocabulary

extension WebsiteTests {
    @Suite("Conversations in the client API", .timeLimit(.minutes(5)))
    struct ConversationTests {
        private static let path = "/api/v1/conversations"

        private func ids(_ visitor: Visitor, _ token: String, _ query: String = "") async throws -> [String] {
            let list = try await visitor.send(.get, "\(Self.path)\(query)", token: token).json?.asList ?? []
            return list.map { conversation in
                let status = conversation.object?["last_status"]?.object?["id"]?.string ?? "none"
                return conversation.object?["unread"] == true ? "\(status) unread" : status
            }
        }

        @Test("a conversation stands once, by its newest message, unread for those who did not write it")
        func list() async throws {
            try await Visitor.use { visitor async throws in
                let publisher = visitor.instance.publisher
                let ada = try await visitor.token("read write")
                let cleo = try await visitor.token("read write", for: visitor.cleo)
                func say(_ text: String, _ author: Account, to parent: Post? = nil) async throws -> Post {
                    var draft = PostDraft(text: text, audience: .direct)
                    draft.inReplyTo = parent?.id
                    return try await publisher.publish(draft, as: author.id)
                }
                let first = try await say("@cleo Sums?", visitor.ada)
                let other = try await say("@cleo Products?", visitor.ada)
                #expect(try await ids(visitor, ada) == [other, first].map(\.id.description))
                #expect(try await ids(visitor, cleo) == ["\(other.id) unread", "\(first.id) unread"])
                let answer = try await say("@ada Sums.", visitor.cleo, to: first)
                #expect(try await ids(visitor, ada) == ["\(answer.id) unread", "\(other.id)"])
                #expect(try await ids(visitor, cleo) == ["\(answer.id)", "\(other.id) unread"])
                #expect(try await ids(visitor, cleo, "?max_id=\(answer.id)") == ["\(other.id) unread"])
                #expect(try await ids(visitor, cleo, "?limit=1") == ["\(answer.id)"])
                let shown = try await visitor.send(.get, Self.path, token: ada).json?.asList.first?.object
                #expect(
                    shown?["accounts"]?.asList.compactMap { $0.object?["id"]?.string }
                        == [visitor.cleo.id.description]
                )
                let one = "\(Self.path)/\(first.id)"
                #expect(shown?["id"]?.string == first.id.description)
                for (verb, isUnread) in [("read", false), ("unread", true), ("read", false)] {
                    let marked = try await visitor.send(.post, "\(one)/\(verb)", token: ada)
                    #expect(marked.json?.object?["unread"] == .bool(isUnread))
                }
                #expect(try await ids(visitor, ada) == ["\(answer.id)", "\(other.id)"])
                // What is not public is no conversation, and what is deleted is not its newest message.
                _ = try await publisher.publish(PostDraft(text: "@ada aloud"), as: visitor.cleo.id)
                try await publisher.delete(answer.id, as: visitor.cleo.id)
                #expect(try await ids(visitor, ada) == ["\(other.id)", "\(first.id)"])
                try await publisher.delete(first.id, as: visitor.ada.id)
                #expect(try await ids(visitor, ada) == ["\(other.id)"])
                #expect(try await visitor.send(.post, "\(one)/read", token: ada).status == 404)
            }
        }

        @Test("a conversation is for those who take part; who takes it out of their list keeps it away alone")
        func privacy() async throws {
            try await Visitor.use { visitor async throws in
                let publisher = visitor.instance.publisher
                let bob = try await visitor.instance.addPerson("bob", at: visitor.school)
                let post = try await publisher.publish(
                    PostDraft(text: "@cleo Sums?", audience: .direct),
                    as: visitor.ada.id
                )
                let ada = try await visitor.token("read write")
                let cleo = try await visitor.token("read write", for: visitor.cleo)
                let his = try await visitor.token("read write", for: bob)
                let one = "\(Self.path)/\(post.id)"
                #expect(try await ids(visitor, his) == [])
                #expect(try await visitor.send(.post, "\(one)/read", token: his).status == 404)
                #expect(try await visitor.send(.delete, one, token: his).status == 404)
                #expect(try await visitor.send(.delete, one, token: cleo).status == 200)
                #expect(try await ids(visitor, cleo) == [])
                #expect(try await ids(visitor, ada) == ["\(post.id)"])
                try await publisher.block(visitor.ada.id, as: visitor.cleo.id)
                #expect(try await ids(visitor, cleo) == [])
            }
        }

        @Test("the stream of conversations shows those that one takes part in")
        func stream() async throws {
            try await Visitor.use { visitor async throws in
                let publisher = visitor.instance.publisher
                let bob = try await visitor.instance.addPerson("bob", at: visitor.school)
                let token = try await visitor.token("read", for: visitor.cleo)
                try await visitor.streaming {
                    try await visitor.listen("direct", token: token) { shown in
                        for text in ["@bob not for cleo", "@cleo Sums?"] {
                            _ = try await publisher.publish(
                                PostDraft(text: text, audience: .direct),
                                as: visitor.ada.id
                            )
                        }
                        _ = try await publisher.publish(PostDraft(text: "@cleo aloud"), as: bob.id)
                        let post = try await publisher.publish(
                            PostDraft(text: "@cleo Products?", audience: .direct),
                            as: bob.id
                        )
                        let first = try #require(await shown.next())
                        #expect(first.event == "conversation")
                        #expect(first.json?["unread"] == true)
                        let content = first.json?["last_status"]?.object?["content"]?.string
                        #expect(content?.contains("Sums?") == true)
                        #expect(await shown.next()?.id == post.id.description)
                    }
                }
            }
        }
    }
}
