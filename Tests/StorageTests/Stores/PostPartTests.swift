import Domain
import Storage
import Testing

@Suite("All that a post may carry")
struct PostPartTests {
    @Test("a post with everything that a post may have is read as it was written", arguments: Engine.all)
    func whole(engine: Engine) async throws {
        try await engine.withWorld { world in
            let ada = try world.ada()
            let id: Post.ID = world.id()
            let post = Post(
                id: id,
                uri: try URI("https://north.example/ap/posts/1"),
                type: .article,
                author: ada.id,
                audience: .public,
                isLocalOnly: true,
                replyPolicy: .followers,
                boostPolicy: .nobody,
                conversation: "tag:north.example,2026:conversation=1",
                body: try Self.body(),
                publishedAt: world.now
            )
            #expect(try world.db.posts.insert(post, attachments: Self.attachments(), addressees: []))
            #expect(try world.db.posts.find(id) == post)
            #expect(try world.db.postAttachments.find(of: id) == Self.attachments())
            let shown = try #require(try world.db.presenter.present([post], to: .anonymous).first)
            #expect(try shown.attachments == Self.attachments())
            try world.db.posts.setPolicies(id, reply: .mentioned, boost: .followers)
            let changed = try #require(try world.db.posts.find(id))
            #expect(changed.replyPolicy == .mentioned && changed.boostPolicy == .followers)
        }
    }

    @Test("a type keeps its name, known or not", arguments: Engine.all)
    func types(engine: Engine) async throws {
        try await engine.withWorld { world in
            let ben = try world.peer("ben", at: "far.example")
            for type in PostType.allKnown + [.other("Review"), .other("")] {
                let id: Post.ID = world.id()
                let post = Post(
                    id: id,
                    uri: try URI("https://far.example/things/\(id)"),
                    type: type,
                    author: ben.id,
                    audience: .public,
                    body: Post.Body(html: "", text: ""),
                    publishedAt: world.now
                )
                try world.db.posts.insert(post, addressees: [])
                #expect(try world.db.posts.find(id)?.type == type)
            }
        }
    }

    @Test("an edit keeps what was said before, the last fifty versions", arguments: Engine.all)
    func versions(engine: Engine) async throws {
        try await engine.withWorld { world in
            let db = world.db
            let ada = try world.ada()
            var first = try world.newPost(by: ada)
            first.body = try Self.body()
            try db.posts.insert(first, attachments: Self.attachments(), addressees: [])
            let other = try world.post(by: ada)
            let times = (1...52).map { world.now + .seconds(Int64($0)) }
            try db.posts.edit(first.id, Post.Body(html: "1", text: "1"), at: times[0])
            let before = try #require(try db.postVersions.find(of: first.id).first)
            #expect(
                before
                    == PostVersion(
                        post: first.id,
                        number: 1,
                        title: first.body.title,
                        html: first.body.html,
                        summary: first.body.summary,
                        isSensitive: true,
                        attachments: try Self.attachments(),
                        writtenAt: world.now
                    )
            )
            #expect(try db.postAttachments.find(of: first.id).isEmpty)
            for number in 2...52 {
                try db.posts.edit(
                    first.id,
                    Post.Body(html: "\(number)", text: ""),
                    attachments: [try world.picture()],
                    at: times[number - 1]
                )
            }
            let kept = try db.postVersions.find(of: first.id)
            #expect(kept.map(\.number) == Array(3...52))
            #expect(kept.map(\.html) == (2...51).map(\.description))
            #expect(kept.map(\.writtenAt) == Array(times[1..<51]))
            #expect(try db.posts.find(first.id)?.editedAt == times[51])
            #expect(try db.postVersions.find(of: other.id).isEmpty)
        }
    }

    @Test("the document of an unknown type is kept up to 64 KiB", arguments: Engine.all)
    func documents(engine: Engine) async throws {
        try await engine.withWorld { world in
            let db = world.db
            let post = try world.post(by: try world.peer("ben", at: "far.example"))
            let longest = String(repeating: "x", count: PostDocumentStore.longest)
            #expect(try db.postDocuments.find(of: post.id) == nil)
            try db.postDocuments.set("{}", of: post.id)
            try db.postDocuments.set(longest, of: post.id)
            #expect(try db.postDocuments.find(of: post.id) == longest)
            try db.postDocuments.set(longest + "x", of: post.id)
            #expect(try db.postDocuments.find(of: post.id) == nil)
        }
    }

    @Test("a buried post has lost all of its parts", arguments: Engine.all)
    func burial(engine: Engine) async throws {
        try await engine.withWorld { world in
            let db = world.db
            let ada = try world.ada()
            var post = try world.newPost(by: ada)
            post.body = try Self.body()
            try db.posts.insert(post, attachments: Self.attachments(), addressees: [])
            try db.posts.edit(post.id, post.body, attachments: Self.attachments(), at: world.now)
            try db.postDocuments.set("{}", of: post.id)
            try db.posts.bury(post.id, at: world.now)
            var empty = Post.Body(html: "", text: "")
            empty.isSensitive = true
            empty.language = "de"
            #expect(try db.posts.find(post.id)?.body == empty)
            #expect(try db.postAttachments.find(of: post.id).isEmpty)
            #expect(try db.postVersions.find(of: post.id).isEmpty)
            #expect(try db.postDocuments.find(of: post.id) == nil)
        }
    }

    private static func body() throws -> Post.Body {
        Post.Body(
            title: "Title",
            html: "<p>h</p>",
            text: "h",
            source: Post.Body.Source("*h*", mediaType: "text/markdown"),
            summary: "s",
            isSensitive: true,
            language: "de",
            link: try URI("https://far.example/page"),
            picture: Post.Body.Picture(try URI("https://far.example/cover.png"), description: "a cover"),
            hashtags: ["eins", "zwei"],
            mentions: [try URI("https://far.example/ben"), try URI("https://far.example/dora")],
            emojis: [
                try #require(Post.Body.Emoji("one", url: try URI("https://far.example/1.png"))),
                try #require(Post.Body.Emoji("two_2", url: try URI("https://far.example/2.png"))),
            ],
            quotes: try URI("https://far.example/posts/9"),
            learning: Learning(.trying, whatWeDid: "stations", why: "")
        )
    }

    private static func attachments() throws -> [Post.Attachment] {
        [
            Post.Attachment(
                .image,
                mediaType: "image/png",
                url: try URI("https://far.example/a.png"),
                preview: try URI("https://far.example/a-small.png"),
                description: "a hall",
                focus: Post.Attachment.Focus(x: -0.25, y: 1),
                blurhash: "LKO2",
                width: 640,
                height: 480
            ),
            Post.Attachment(.file, url: try URI("https://far.example/b")),
        ]
    }
}

extension World {
    func picture() throws -> Post.Attachment {
        Post.Attachment(.image, url: try URI("https://far.example/\(id() as Post.ID).png"), description: "x")
    }
}
