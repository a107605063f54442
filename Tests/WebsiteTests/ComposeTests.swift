import Domain
import HTTPTypes
import Outbox
import Storage
import TestKit
import Testing

extension WebsiteTests {
    @Suite("Writing and reading on pages")
    struct ComposeTests {
        private static let article =
            "title=Folding+%26+more&text=With+**paper**%0D%0A%0D%0A%23+Boats&markdown=yes&summary=About+it"
            + "&kind=trying&what=Folded%0D%0Atwice&why=To+see&replies=followers&boosts=nobody&language=en"

        private func publish(_ form: String, _ visitor: Visitor, _ cookie: String, _ csrf: String)
            async throws
            -> String
        {
            let answer = try await visitor.send(.post, "/posts", form: "csrf=\(csrf)&\(form)", cookie: cookie)
            #expect(answer.status == 303)
            return answer.headers[.location] ?? ""
        }

        @Test("an article is written with a form, has its own layout, and only begins in lists")
        func article() async throws {
            try await Visitor.use { visitor async throws in
                let (cookie, csrf) = try await visitor.signIn()
                let form = try await visitor.send(.get, "/write", cookie: cookie)
                for name in [
                    "title", "summary", "text", "kind", "what", "why", "audience", "replies", "boosts",
                    "language", "markdown", "sensitive", "local",
                ] {
                    #expect(form.text.contains("name=\"\(name)\""), "\(name)")
                }
                let path = try await publish(Self.article + "&audience=public", visitor, cookie, csrf)
                let page = try await visitor.send(.get, path, cookie: cookie)
                #expect(page.text.contains("<h1>Folding &amp; more</h1>"))
                #expect(page.text.contains("<article class=\"reading\">"))
                #expect(page.text.contains("<p class=\"abstract\" dir=\"auto\">About it</p>"))
                #expect(page.text.contains("<p class=\"kind trying\">Trying this</p>"))
                #expect(
                    page.text.contains("lang=\"en\"") && page.text.contains("With <strong>paper</strong>")
                )
                #expect(page.text.contains("<strong>What we did</strong><br>Folded<br>twice"))
                let list = try await visitor.send(.get, "/@ada")
                #expect(list.text.contains("<h2 class=\"title\"><a href=\"\(path)\"><bdi>Folding &amp; more"))
                #expect(list.text.contains("Read the article") && !list.text.contains("With <strong>"))
            }
        }

        @Test(
            "what was chosen is kept; an edit has it in its form, and the history is there for who may see the post"
        )
        func edit() async throws {
            try await Visitor.use { visitor async throws in
                let (cookie, csrf) = try await visitor.signIn()
                let path = try await publish(Self.article + "&audience=public", visitor, cookie, csrf)
                let form = try await visitor.send(.get, path + "/edit", cookie: cookie)
                #expect(form.text.contains("value=\"Folding &amp; more\""))
                #expect(form.text.contains("\nWith **paper**\n\n# Boats</textarea>"))
                #expect(form.text.contains("<option value=\"trying\" selected>"))
                #expect(form.text.contains("<option value=\"followers\" selected>"))
                #expect(form.text.contains("name=\"markdown\" value=\"yes\" checked"))
                #expect(!form.text.contains("name=\"audience\"") && !form.text.contains("name=\"local\""))
                visitor.instance.clock.advance(by: .minutes(1))
                let saved = try await visitor.send(
                    .post,
                    path + "/edit",
                    form: "csrf=\(csrf)&title=Another&text=Plain&kind=&replies=everyone&boosts=everyone",
                    cookie: cookie
                )
                #expect(saved.status == 303)
                let page = try await visitor.send(.get, path)
                #expect(page.text.contains("<h1>Another</h1>") && page.text.contains("<p>Plain</p>"))
                #expect(page.text.contains("\(path)/history") && !page.text.contains("class=\"kind"))
                let history = try await visitor.send(.get, path + "/history")
                #expect(history.status == 200)
                #expect(history.text.contains("Folding &amp; more") && history.text.contains("Another"))
            }
        }

        @Test("nobody edits somebody else's post, nor sees the history of what they may not see")
        func others() async throws {
            try await Visitor.use { visitor async throws in
                let (cookie, csrf) = try await visitor.signIn()
                let (other, otherToken) = try await visitor.signIn(as: "Cleo")
                let post = try await visitor.instance.publisher.publish(
                    PostDraft(text: "@ada rosebud", audience: .direct),
                    as: visitor.ada.id
                )
                let path = "/posts/\(post.id)"
                for (session, token, status) in [(other, otherToken, 404), (cookie, csrf, 200)] {
                    for page in ["/edit", "/history"] {
                        let answer = try await visitor.send(.get, path + page, cookie: session)
                        #expect(answer.status == status && answer.text.contains("rosebud") == (status == 200))
                    }
                    let saved = try await visitor.send(
                        .post,
                        path + "/edit",
                        form: "csrf=\(token)&text=@ada+rosebud",
                        cookie: session
                    )
                    #expect(saved.status == (status == 200 ? 303 : 404))
                }
                #expect(try await visitor.send(.get, path + "/history").status == 404)
            }
        }

        @Test(
            "who may not answer or boost is not offered it, and a form that does it all the same says why not"
        )
        func controls() async throws {
            try await Visitor.use { visitor async throws in
                var draft = PostDraft(text: "Hello")
                (draft.replyPolicy, draft.boostPolicy) = (.followers, .followers)
                let post = try await visitor.instance.publisher.publish(draft, as: visitor.ada.id)
                let path = "/posts/\(post.id)"
                let (cookie, csrf) = try await visitor.signIn(as: "Cleo")
                let closed = try await visitor.send(.get, path, cookie: cookie)
                #expect(!closed.text.contains("id=\"reply\"") && !closed.text.contains("\(path)/boost"))
                let refused = try await visitor.send(
                    .post,
                    "/posts",
                    form: "csrf=\(csrf)&text=Hi&reply=\(post.id)",
                    cookie: cookie
                )
                #expect(
                    refused.status == 422 && refused.text.contains("followers and those whom it mentions")
                )
                try await visitor.instance.addFollow(of: visitor.ada, by: visitor.cleo)
                let open = try await visitor.send(.get, path, cookie: cookie)
                #expect(open.text.contains("id=\"reply\"") && open.text.contains("\(path)/boost"))
                _ = try await publish("text=Hi&reply=\(post.id)", visitor, cookie, csrf)
            }
        }

        @Test("what stays here says so, and nobody who is not signed in sees it")
        func localOnly() async throws {
            try await Visitor.use { visitor async throws in
                let (cookie, csrf) = try await visitor.signIn()
                _ = try await publish("text=rosebud&audience=public&local=yes", visitor, cookie, csrf)
                let home = try await visitor.send(.get, "/home", cookie: cookie)
                #expect(home.text.contains("rosebud") && home.text.contains("on this server only"))
                for path in ["/", "/@ada", "/@ada.rss"] {
                    #expect(try await !visitor.send(.get, path).text.contains("rosebud"))
                }
            }
        }

        @Test("a cover and a link are shown; what is elsewhere is never asked for by the page")
        func attachments() async throws {
            try await Visitor.use { visitor async throws in
                let instance = visitor.instance
                for (origin, isOurs) in [("https://school.test", true), ("https://south.test", false)] {
                    let post = Post(
                        id: instance.ids.next(),
                        uri: try URI("https://school.test/ap/posts/\(isOurs)"),
                        author: visitor.ada.id,
                        audience: .public,
                        body: Post.Body(
                            html: "<p>Look</p>",
                            text: "Look",
                            link: try URI("https://other.test/?a=1&b"),
                            picture: .init(try URI("\(origin)/media/c.png"), description: "A \"cover\"")
                        ),
                        publishedAt: instance.clock.now()
                    )
                    let film = Post.Attachment(.video, url: try URI("https://south.test/3.mp4"))
                    try await instance.database.write { db in
                        _ = try db.posts.insert(post, attachments: [film], addressees: [])
                    }
                    let page = try await visitor.send(.get, "/posts/\(post.id)")
                    let image = "<img src=\"/media/c.png\" alt=\"A &quot;cover&quot;\">"
                    #expect(page.text.contains(image) == isOurs)
                    #expect(page.text.contains("href=\"https://south.test/media/c.png\"") == !isOurs)
                    #expect(!page.text.contains("src=\"https:"))
                    #expect(page.text.contains("Film at its home"))
                    #expect(page.text.contains("href=\"https://other.test/?a=1&amp;b\""))
                }
            }
        }

        @Test("an uploaded picture is an article's cover, shown once; taken off, it is no cover")
        func cover() async throws {
            try await Visitor.use { visitor async throws in
                let (cookie, csrf) = try await visitor.signIn()
                let photo = try TestPicture.sidewaysPhoto(width: 60, height: 40, place: "pond")
                let fields = [
                    ("csrf", csrf), ("title", "A pond"), ("text", "Hello"), ("audience", "public"),
                    ("picture-text", "Ducks"),
                ]
                let answer = try await visitor.send(
                    .post,
                    "/posts",
                    bytes: UploadTests.form("picture", photo, fields),
                    type: UploadTests.type,
                    cookie: cookie
                )
                #expect(answer.status == 303)
                let path = answer.headers[.location] ?? ""
                let page = try await visitor.send(.get, path)
                #expect(page.text.split(separator: "<img ").count == 2)
                #expect(page.text.contains("<p class=\"cover\"><img ") && page.text.contains("alt=\"Ducks\""))
                let id = try #require(Post.ID(String(path.dropFirst("/posts/".count))))
                let post = try await visitor.instance.database.read { try $0.posts.find(id) }
                var draft = PostDraft(editing: try #require(post))
                draft.text = "Better"
                let publisher = visitor.instance.publisher
                let kept = try await publisher.edit(id, draft, as: visitor.ada.id)
                #expect(kept.body.picture != nil)
                draft.uploads = []
                let taken = try await publisher.edit(id, draft, as: visitor.ada.id)
                #expect(taken.body.picture == nil)
            }
        }

        @Test(
            "a hashtag has feeds of what is for everybody, with titles; there is none of what is no hashtag"
        )
        func feeds() async throws {
            try await Visitor.use { visitor async throws in
                let publisher = visitor.instance.publisher
                var draft = PostDraft(text: "Boats #maths")
                draft.title = "Folding & more"
                _ = try await publisher.publish(draft, as: visitor.ada.id)
                for audience in [Audience.unlisted, .followers, .school] {
                    _ = try await publisher.publish(
                        PostDraft(text: "rosebud #maths", audience: audience),
                        as: visitor.ada.id
                    )
                }
                for form in ["rss", "atom"] {
                    let feed = try await visitor.send(.get, "/tags/Maths.\(form)")
                    #expect(feed.status == 200)
                    #expect(feed.headers[.contentType]?.contains("application/\(form)+xml") == true)
                    #expect(feed.text.contains("<title>Folding &amp; more</title>"))
                    #expect(!feed.text.contains("rosebud"))
                }
                let page = try await visitor.send(.get, "/tags/maths")
                #expect(page.text.contains("href=\"/tags/maths.atom\""))
                #expect(try await visitor.send(.get, "/tags/!.rss").status == 404)
            }
        }

        @Test("an article as long as may be is taken, however a browser writes it")
        func long() async throws {
            try await Visitor.use { visitor async throws in
                let (cookie, csrf) = try await visitor.signIn()
                let text = String(repeating: "%E2%82%AC", count: 60_000)
                let path = try await publish("title=Long&text=\(text)", visitor, cookie, csrf)
                #expect(path.hasPrefix("/posts/"))
                let more = try await visitor.send(
                    .post,
                    "/posts",
                    form: "csrf=\(csrf)&title=Long&text=\(text)%E2%82%AC",
                    cookie: cookie
                )
                #expect(more.status == 422)
            }
        }
    }
}
