import Domain
import HTTPTypes
import Outbox
import Storage
import TestKit
import Testing
import Vocabulary

extension WebsiteTests {
    @Suite("Quotes in the client API and on pages")
    struct QuoteTests {
        private func quoting(_ status: JSONValue?) -> (state: String?, text: String?) {
            let quote = status?.object?["quote"]?.object
            return (quote?["state"]?.string, quote?["quoted_status"]?.object?["content"]?.string)
        }

        @Test("a post is quoted with quoted_status_id, listed and counted, and taken out by its author alone")
        func api() async throws {
            try await Visitor.use { visitor async throws in
                let (ada, cleo) = (
                    try await visitor.token("read write"),
                    try await visitor.token("read write", for: visitor.cleo)
                )
                let form = "status=Hello&quote_approval_policy=public"
                let post = try await visitor.send(.post, "/api/v1/statuses", form: form, token: ada).json?
                    .object
                let id = post?["id"]?.string ?? ""
                #expect(post?["quote"] == .null && post?["quotes_count"] == 0)
                #expect(post?["quote_approval"]?.object?["automatic"] == ["public"])
                let made = try await visitor.send(
                    .post,
                    "/api/v1/statuses",
                    form: "status=True&quoted_status_id=\(id)",
                    token: cleo
                )
                #expect(quoting(made.json).state == "accepted")
                #expect(quoting(made.json).text == "<p>Hello</p>")
                let quote = made.json?.object?["id"]?.string ?? ""
                let list = try await visitor.send(.get, "/api/v1/statuses/\(id)/quotes", token: ada)
                #expect(list.json?.asList.map { $0.object?["id"]?.string } == [quote])
                #expect(try await visitor.send(.get, "/api/v1/statuses/\(id)/quotes").status == 401)
                let notices = try await visitor.send(.get, "/api/v1/notifications", token: ada).json?.asList
                #expect(notices?.map { $0.object?["type"]?.string } == ["quote"])
                let path = "/api/v1/statuses/\(id)/quotes/\(quote)/revoke"
                #expect(try await visitor.send(.post, path, token: cleo).status == 404)
                let wrong = "/api/v1/statuses/\(quote)/quotes/\(id)/revoke"
                #expect(try await visitor.send(.post, wrong, token: ada).status == 404)
                let revoked = try await visitor.send(.post, path, token: ada)
                #expect(quoting(revoked.json).state == "revoked" && quoting(revoked.json).text == nil)
                let after = try await visitor.send(.get, "/api/v1/statuses/\(id)", token: ada).json?.object
                #expect(after?["quotes_count"] == 0)
            }
        }

        @Test("the policy is changed on its own, by the author; a word that is none is refused")
        func policy() async throws {
            try await Visitor.use { visitor async throws in
                let (ada, cleo) = (
                    try await visitor.token("read write"),
                    try await visitor.token("read write", for: visitor.cleo)
                )
                let post = try await visitor.instance.publisher.publish(
                    PostDraft(text: "Hi"),
                    as: visitor.ada.id
                )
                let path = "/api/v1/statuses/\(post.id)/interaction_policy"
                let set = { (word: String, token: String) in
                    try await visitor.send(.put, path, form: "quote_approval_policy=\(word)", token: token)
                }
                #expect(try await set("nobody", cleo).status == 403)
                #expect(try await set("friends", ada).status == 422)
                for (word, verdict) in [
                    ("nobody", "denied"), ("followers", "denied"), ("ask", "manual"), ("public", "automatic"),
                ] {
                    #expect(try await set(word, ada).status == 200)
                    let seen = try await visitor.send(.get, "/api/v1/statuses/\(post.id)", token: cleo).json?
                        .object
                    #expect(seen?["quote_approval"]?.object?["current_user"]?.string == verdict, "\(word)")
                    let form = "status=Q&quoted_status_id=\(post.id)"
                    let quote = try await visitor.send(.post, "/api/v1/statuses", form: form, token: cleo)
                    #expect(quote.status == (verdict == "denied" ? 403 : 200), "\(word)")
                    let state = quoting(quote.json).state
                    #expect(state == ["manual": "pending", "automatic": "accepted"][verdict], "\(word)")
                }
            }
        }

        @Test(
            "PRV-02: who may not see the quoted post gets nothing of it, by API or page; nor may they quote it"
        )
        func unseen() async throws {
            try await Visitor.use { visitor async throws in
                let publisher = visitor.instance.publisher
                let hidden = try await publisher.publish(
                    PostDraft(text: "Secret words", audience: .followers),
                    as: visitor.ada.id
                )
                var draft = PostDraft(text: "Look @cleo", audience: .direct)
                draft.quotes = hidden.id
                let quote = try await publisher.publish(draft, as: visitor.ada.id)
                let cleo = try await visitor.token("read write", for: visitor.cleo)
                let seen = try await visitor.send(.get, "/api/v1/statuses/\(quote.id)", token: cleo)
                #expect(seen.status == 200)
                #expect(quoting(seen.json).state == "unauthorized" && !seen.text.contains("Secret"))
                let form = "status=Q&quoted_status_id=\(hidden.id)"
                #expect(
                    try await visitor.send(.post, "/api/v1/statuses", form: form, token: cleo).status == 404
                )
                let list = "/api/v1/statuses/\(hidden.id)/quotes"
                #expect(try await visitor.send(.get, list, token: cleo).status == 404)
                let session = try await visitor.signIn(as: "cleo")
                let page = try await visitor.send(.get, "/posts/\(quote.id)", cookie: session.cookie)
                #expect(page.status == 200 && !page.text.contains("Secret"))
                #expect(
                    try await visitor.send(.get, "/posts/\(hidden.id)/quote", cookie: session.cookie).status
                        == 404
                )
                // The twin: a follower sees both.
                try await visitor.instance.addFollow(of: visitor.ada, by: visitor.cleo)
                let twin = try await visitor.send(.get, "/api/v1/statuses/\(quote.id)", token: cleo)
                #expect(quoting(twin.json).text == "<p>Secret words</p>")
                let whole = try await visitor.send(.get, "/posts/\(quote.id)", cookie: session.cookie)
                #expect(whole.text.contains("Secret words"))
            }
        }

        @Test("a quote of a quote is named, not shown again; a deleted post is called so")
        func nested() async throws {
            try await Visitor.use { visitor async throws in
                let publisher = visitor.instance.publisher
                var posts = [try await publisher.publish(PostDraft(text: "1"), as: visitor.ada.id)]
                for number in 2...3 {
                    var draft = PostDraft(text: "\(number)")
                    draft.quotes = posts.last?.id
                    posts.append(try await publisher.publish(draft, as: visitor.cleo.id))
                }
                let path = "/api/v1/statuses/\(posts[2].id)"
                let outer = try await visitor.send(.get, path).json?.object?["quote"]?.object
                let inner = outer?["quoted_status"]?.object?["quote"]?.object
                #expect(inner?["state"] == "accepted" && inner?["quoted_status"] == nil)
                #expect(inner?["quoted_status_id"]?.string == posts[0].id.description)
                try await publisher.delete(posts[1].id, as: visitor.cleo.id)
                #expect(quoting(try await visitor.send(.get, path).json).state == "deleted")
            }
        }

        @Test("on pages a post is quoted by a form, shown as a card, asked for, allowed and taken out")
        func pages() async throws {
            try await Visitor.use { visitor async throws in
                var draft = PostDraft(text: "Ask first")
                draft.quotePolicy = .ask
                let post = try await visitor.instance.publisher.publish(draft, as: visitor.ada.id)
                let (ada, cleo) = (try await visitor.signIn(), try await visitor.signIn(as: "cleo"))
                let form = try await visitor.send(.get, "/posts/\(post.id)/quote", cookie: cleo.cookie)
                #expect(form.text.contains("name=\"quote\" value=\"\(post.id)\""))
                let sent = try await visitor.send(
                    .post,
                    "/posts",
                    form: "csrf=\(cleo.csrf)&text=Mine&quote=\(post.id)&audience=public",
                    cookie: cleo.cookie
                )
                let page = sent.headers[.location] ?? ""
                #expect(sent.status == 303 && page.hasPrefix("/posts/"))
                #expect(try await visitor.send(.get, page).text.contains("has not agreed to it yet"))
                let asked = try await visitor.send(.get, "/notifications", cookie: ada.cookie)
                #expect(asked.text.contains("asks to quote") && asked.text.contains("\(page)/quote/allow"))
                let steal = try await visitor.send(
                    .post,
                    "\(page)/quote/allow",
                    form: "csrf=\(cleo.csrf)",
                    cookie: cleo.cookie
                )
                #expect(steal.status == 422)
                _ = try await visitor.send(
                    .post,
                    "\(page)/quote/allow",
                    form: "csrf=\(ada.csrf)",
                    cookie: ada.cookie
                )
                let shown = try await visitor.send(.get, page, cookie: ada.cookie).text
                #expect(shown.contains("<blockquote class=\"quote\"") && shown.contains("Ask first"))
                #expect(shown.contains("\(page)/quote/revoke"))
                #expect(
                    try await visitor.send(.get, page, cookie: cleo.cookie).text.contains("quote/revoke")
                        == false
                )
                _ = try await visitor.send(
                    .post,
                    "\(page)/quote/revoke",
                    form: "csrf=\(ada.csrf)",
                    cookie: ada.cookie
                )
                #expect(try await visitor.send(.get, page).text.contains("Ask first") == false)
            }
        }
    }
}
