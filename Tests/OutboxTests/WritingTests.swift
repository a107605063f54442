import Domain
import Storage
import TestKit
import Testing

@testable import Outbox

@Suite("Writing posts")
struct WritingTests {
    private func publish(_ draft: PostDraft, _ stage: OutboxStage, as author: Account? = nil) async throws
        -> Post
    {
        let post = try await stage.instance.publisher.publish(draft, as: (author ?? stage.ada).id)
        let kept = try await stage.instance.database.read { try $0.posts.find(post.id) }
        #expect(kept == post)
        return post
    }

    @Test("a title makes an article, with its Markdown, its summary and what it mentions")
    func article() async throws {
        try await OutboxStage.use { stage in
            var draft = PostDraft(
                text: "# Fractions\n\nWith **paper**, @ben@south.test, see #Maths",
                summary: "What worked",
                language: "en"
            )
            draft.title = "  Folding\npaper "
            draft.format = .markdown
            let post = try await publish(draft, stage)
            #expect(post.type == .article && post.body.title == "Folding paper")
            #expect(post.body.html.contains("<strong>paper</strong>"))
            #expect(post.body.source == .init(draft.text, mediaType: "text/markdown"))
            #expect(post.body.hashtags == ["maths"] && post.body.mentions == [stage.ben.uri])
            #expect(post.abstract == "What worked" && post.warning.isEmpty && !post.body.isSensitive)
            #expect(post.body.language == "en")
            let addressees = try await stage.instance.database.read { try $0.posts.addressees(of: post.id) }
            #expect(addressees == [stage.ben.id])
        }
    }

    @Test("the summary of a note is a warning; Markdown without a title is a note")
    func note() async throws {
        try await OutboxStage.use { stage in
            var draft = PostDraft(text: "*Well*", summary: "Food")
            draft.format = .markdown
            let post = try await publish(draft, stage)
            #expect(post.type == .note && post.warning == "Food" && post.abstract.isEmpty)
            #expect(post.body.html.contains("<p><em>Well</em></p>") && post.body.text == "Well")
            let plain = try await publish(PostDraft(text: "*Well*"), stage)
            #expect(plain.body.html == "<p>*Well*</p>" && plain.body.source == nil)
        }
    }

    @Test(
        "a kind of learning says in the text what was done and why, and has a hashtag",
        arguments: Learning.Kind.allCases
    )
    func learning(kind: Learning.Kind) async throws {
        try await OutboxStage.use { stage in
            var draft = PostDraft(text: "It worked")
            draft.learning = Learning(kind, whatWeDid: "Folded <paper>\nTwice", why: "")
            let post = try await publish(draft, stage)
            #expect(post.body.learning == Learning(kind, whatWeDid: "Folded <paper>\nTwice"))
            #expect(
                post.body.html.contains(
                    "<p><strong>What we did</strong><br>Folded &lt;paper&gt;<br>Twice</p>"
                )
            )
            #expect(!post.body.html.contains("Why"))
            #expect(post.body.hashtags == [kind.hashtag.lowercased()])
            #expect(post.body.text == "It worked\n\nWhat we did\nFolded <paper>\nTwice\n\n#\(kind.hashtag)")
            #expect(PostDraft(editing: post).text == "It worked")
        }
    }

    @Test("the hashtag of the kind stands once, and a kind alone is no post")
    func hashtag() async throws {
        try await OutboxStage.use { stage in
            var draft = PostDraft(text: "Look #resource")
            draft.learning = Learning(.resource)
            let post = try await publish(draft, stage)
            #expect(post.body.text == "Look #resource")
            draft.text = " "
            await #expect(throws: OutboxError.badText(reason: "the post is empty")) {
                try await stage.instance.publisher.publish(draft, as: stage.ada.id)
            }
            draft.learning?.why = "Because"
            let other = try await publish(draft, stage)
            #expect(other.body.text == "Why\nBecause\n\n#Resource")
        }
    }

    @Test(
        "what is too long is refused, and what just fits is taken",
        arguments: ["title", "summary", "what", "why"]
    )
    func lengths(field: String) async throws {
        try await OutboxStage.use { stage in
            for (excess, isTaken) in [(0, true), (1, false)] {
                var draft = PostDraft(text: "Hello")
                draft.learning = Learning(.trying)
                switch field {
                case "title": draft.title = String(repeating: "é", count: PostDraft.longestTitle + excess)
                case "summary":
                    draft.summary = String(repeating: "é", count: PostDraft.longestSummary + excess)
                case "what":
                    draft.learning?.whatWeDid = String(repeating: "é", count: Learning.longestText + excess)
                default: draft.learning?.why = String(repeating: "é", count: Learning.longestText + excess)
                }
                if isTaken {
                    _ = try await publish(draft, stage)
                } else {
                    await #expect(throws: OutboxError.self) {
                        try await stage.instance.publisher.publish(draft, as: stage.ada.id)
                    }
                }
            }
        }
    }

    @Test("an edit changes all of it, keeps what was said before, and leaves the audience alone")
    func edit() async throws {
        try await OutboxStage.use { stage in
            var draft = PostDraft(text: "One **two**", audience: .unlisted, summary: "About")
            draft.title = "Title"
            draft.format = .markdown
            let post = try await publish(draft, stage)
            var edit = PostDraft(editing: post)
            #expect(edit == draft)
            edit.title = "Another"
            edit.text = "One **three**"
            edit.learning = Learning(.reflection, why: "So")
            edit.replyPolicy = .followers
            edit.boostPolicy = .nobody
            edit.audience = .public
            stage.instance.clock.advance(by: .minutes(1))
            let edited = try await stage.instance.publisher.edit(post.id, edit, as: stage.ada.id)
            let (kept, versions) = try await stage.instance.database.read { db in
                (try db.posts.find(post.id), try db.postVersions.find(of: post.id))
            }
            #expect(kept == edited && edited.editedAt == stage.instance.clock.now())
            #expect(edited.body.title == "Another" && edited.body.html.contains("<strong>three</strong>"))
            #expect(edited.body.learning == Learning(.reflection, why: "So"))
            #expect(edited.replyPolicy == .followers && edited.boostPolicy == .nobody)
            #expect(edited.audience == .unlisted)
            #expect(versions.map(\.title) == ["Title"])
            #expect(versions.map(\.html) == [post.body.html])
        }
    }

    @Test("an edit of who may answer alone is no new version")
    func editPolicies() async throws {
        try await OutboxStage.use { stage in
            let post = try await publish(PostDraft(text: "Hello"), stage)
            var edit = PostDraft(editing: post)
            edit.replyPolicy = .nobody
            let edited = try await stage.instance.publisher.edit(post.id, edit, as: stage.ada.id)
            #expect(edited.replyPolicy == .nobody && edited.editedAt == nil)
            let versions = try await stage.instance.database.read { try $0.postVersions.find(of: post.id) }
            #expect(versions.isEmpty)
        }
    }

    @Test("a note cannot become an article, nor an article a note")
    func types() async throws {
        try await OutboxStage.use { stage in
            var titled = PostDraft(text: "Hello")
            titled.title = "Title"
            let note = try await publish(PostDraft(text: "Hello"), stage)
            let article = try await publish(titled, stage)
            for (post, draft) in [(note, titled), (article, PostDraft(text: "Hello"))] {
                await #expect(throws: OutboxError.self) {
                    try await stage.instance.publisher.edit(post.id, draft, as: stage.ada.id)
                }
            }
            titled.text = "Better"
            _ = try await stage.instance.publisher.edit(article.id, titled, as: stage.ada.id)
        }
    }

    @Test("an answer belongs to the conversation of what it answers")
    func conversation() async throws {
        try await OutboxStage.use { stage in
            let root = try await publish(PostDraft(text: "One"), stage)
            let answer = try await publish(PostDraft(text: "Two", inReplyTo: root.id), stage)
            let other = try await publish(PostDraft(text: "Three"), stage)
            #expect(root.conversation != nil && answer.conversation == root.conversation)
            #expect(other.conversation != root.conversation)
        }
    }
}
