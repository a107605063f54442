import Domain
import Storage
import TestKit
import Testing
import Vocabulary

@testable import Outbox

@Suite("Posts as others read them")
struct NoteDocumentTests {
    private func document(_ draft: PostDraft, _ stage: OutboxStage) async throws -> (Post, JSONObject) {
        let ada = stage.ada
        let post = try await stage.instance.publisher.publish(draft, as: ada.id)
        let parts = try await stage.instance.database.read { db in
            try NoteDocument.Parts(of: post, by: ada, in: db)
        }
        return (post, NoteDocument.make(post, parts))
    }

    @Test("an article has its name, summary, source and picture, and a note for those who read no more")
    func article() async throws {
        try await OutboxStage.use { stage in
            var draft = PostDraft(text: "With **paper**", summary: "Cut & paste")
            draft.title = "Folding <paper>"
            draft.format = .markdown
            draft.picture = .init(try URI("https://north.test/media/1"), description: "A crane")
            let (post, json) = try await document(draft, stage)
            #expect(json["type"] == "Article" && json["name"] == "Folding <paper>")
            #expect(json["summary"] == "Cut &amp; paste" && json["sensitive"] == false)
            #expect(json["content"] == .string(post.body.html))
            #expect(json["source"] == ["content": "With **paper**", "mediaType": "text/markdown"])
            #expect(
                json["image"]
                    == ["type": "Image", "url": "https://north.test/media/1", "name": "A crane"]
            )
            let preview = try #require(json["preview"]?.object)
            let page = try #require(post.page?.description)
            #expect(preview["type"] == "Note" && preview["id"] == nil)
            #expect(
                preview["content"]
                    == .string(
                        "<p><strong>Folding &lt;paper&gt;</strong></p><p>Cut &amp; paste</p>"
                            + "<p><a href=\"\(page)\">\(page)</a></p>"
                    )
            )
        }
    }

    @Test("the preview of an article behind a warning shows nothing of it")
    func warning() async throws {
        try await OutboxStage.use { stage in
            var draft = PostDraft(text: "rosebud", summary: "Spoilers", isSensitive: true)
            draft.title = "A film"
            let (_, json) = try await document(draft, stage)
            let preview = try #require(json["preview"]?.object)
            #expect(preview["summary"] == "Spoilers" && preview["sensitive"] == true)
            #expect(preview["content"]?.string?.contains("rosebud") == false)
            draft = PostDraft(text: "rosebud")
            draft.title = "A film"
            let (_, open) = try await document(draft, stage)
            #expect(open["preview"]?.object?["content"]?.string?.contains("<p>rosebud</p>") == true)
        }
    }

    @Test("a kind of learning is a plain note with a term of our own, which the context defines")
    func learning() async throws {
        try await OutboxStage.use { stage in
            var draft = PostDraft(text: "Look")
            draft.learning = Learning(.celebration, whatWeDid: "A play", why: "")
            let (_, json) = try await document(draft, stage)
            #expect(json["type"] == "Note" && json["name"] == nil && json["preview"] == nil)
            #expect(json["learning"] == ["learningKind": "celebration", "whatWeDid": "A play"])
            #expect(json["content"]?.string?.contains("<strong>What we did</strong><br>A play") == true)
            let tags = (json["tag"]?.array ?? []).compactMap { $0.object?["name"]?.string }
            #expect(tags == ["#celebration"])
            let context = try #require(json["@context"]?.array?.last?.object)
            #expect(context["staffroom"] == .string(ContextDocument.ownNamespace))
            for term in ["learning", "learningKind", "whatWeDid", "why"] {
                #expect(context[term] == .string("staffroom:\(term)"))
            }
            let (_, plain) = try await document(PostDraft(text: "Look"), stage)
            #expect(plain["learning"] == nil && plain["source"] == nil)
        }
    }

    @Test(
        "the policy says who may, by both names, and boosts of what is not for everybody are its author's",
        arguments: InteractionPolicy.allCases,
        [Audience.public, .followers]
    )
    func policy(policy: InteractionPolicy, audience: Audience) async throws {
        try await OutboxStage.use { stage in
            var draft = PostDraft(text: "Hello @ben@south.test", audience: audience)
            (draft.replyPolicy, draft.boostPolicy) = (policy, policy)
            let (_, json) = try await document(draft, stage)
            let author = stage.ada.uri.description
            let followers = try #require(stage.ada.endpoints.followers?.description)
            let ben = stage.ben.uri.description
            let wanted =
                switch policy {
                case .everyone: [Addressing.everybody]
                case .followers: [author, followers, ben]
                case .mentioned: [author, ben]
                case .nobody: [author]
                }
            let rules = try #require(json["interactionPolicy"]?.object)
            for name in ["automaticApproval", "always"] {
                func list(_ rule: String) -> [String] {
                    (rules[rule]?.object?[name]?.array ?? []).compactMap(\.string)
                }
                #expect(list("canReply") == wanted)
                #expect(list("canAnnounce") == (audience == .public ? wanted : [author]))
                #expect(list("canLike") == [Addressing.everybody])
            }
        }
    }

    @Test("what is attached is told, and the conversation: as an address only when it is one")
    func parts() async throws {
        try await OutboxStage.use { stage in
            let (post, json) = try await document(PostDraft(text: "Hello"), stage)
            #expect(json["attachment"] == nil)
            #expect(json["conversation"] == post.conversation.map { .string($0) })
            #expect(json["context"] == json["conversation"])
            var other = post
            other.conversation = "tag:south.test,2026-11-25:objectId=1:objectType=Conversation"
            let attachment = Post.Attachment(
                .image,
                mediaType: "image/png",
                url: try URI("https://north.test/media/2"),
                description: "A plan",
                focus: .init(x: 0.5, y: -1),
                blurhash: "LE",
                width: 4,
                height: 3
            )
            let told = NoteDocument.make(
                other,
                .init(author: stage.ada, mentioned: [], attachments: [attachment])
            )
            #expect(told["context"] == nil && told["conversation"] == .string(other.conversation ?? ""))
            #expect(
                told["attachment"]?.array?.first == [
                    "type": "Image", "url": "https://north.test/media/2", "mediaType": "image/png",
                    "name": "A plan", "blurhash": "LE", "focalPoint": [.number(0.5), .number(-1)],
                    "width": 4, "height": 3,
                ]
            )
        }
    }
}
