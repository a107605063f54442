import Domain
import HTTPTypes
import Outbox
import Storage
import TestKit
import Testing

/// Somebody with a browser, signed in.
struct Reader {
    let visitor: Visitor
    let cookie: String
    let csrf: String

    init(_ visitor: Visitor, _ name: String) async throws {
        self.visitor = visitor
        (cookie, csrf) = try await visitor.signIn(as: name)
    }

    func page(_ path: String) async throws -> String {
        try await visitor.send(.get, path, cookie: cookie).text
    }

    func send(_ path: String, _ form: String = "") async throws -> Visitor.Answer {
        try await visitor.send(.post, path, form: "csrf=\(csrf)&\(form)", cookie: cookie)
    }

    /// Sends a form, and follows to the page that it leads to.
    func go(_ path: String, _ form: String = "") async throws -> String {
        let answer = try await send(path, form)
        guard answer.status == 303, let next = answer.headers[.location] else {
            return "status \(answer.status)"
        }
        return try await page(next)
    }
}

extension WebsiteTests {
    @Suite("What people keep for themselves, on pages")
    struct PersonalPageTests {
        @Test("a post is bookmarked, liked, pinned and its conversation muted by buttons that take it back")
        func buttons() async throws {
            try await Visitor.use { visitor async throws in
                let post = try await visitor.instance.publisher.publish(
                    PostDraft(text: "A pond"),
                    as: visitor.ada.id
                )
                let path = "/posts/\(post.id)"
                let (ada, cleo) = (try await Reader(visitor, "Ada"), try await Reader(visitor, "Cleo"))
                #expect(try await cleo.page("/bookmarks").contains("No bookmarks yet"))
                #expect(try await cleo.page(path).contains("action=\"\(path)/bookmark\""))
                #expect(try await cleo.go("\(path)/bookmark").contains("action=\"\(path)/unbookmark\""))
                #expect(try await cleo.page("/bookmarks").contains("A pond"))
                _ = try await cleo.go("\(path)/unbookmark")
                #expect(try await !cleo.page("/bookmarks").contains("A pond"))
                #expect(try await !cleo.page("/favourites").contains("A pond"))
                _ = try await cleo.go("\(path)/like")
                #expect(try await cleo.page("/favourites").contains("A pond"))
                #expect(try await cleo.go("\(path)/mute").contains("action=\"\(path)/unmute\""))
                #expect(try await cleo.go("\(path)/unmute").contains("action=\"\(path)/mute\""))
                #expect(try await !cleo.page(path).contains("action=\"\(path)/pin\""))
                #expect(try await cleo.send("\(path)/pin").status == 422)
                #expect(try await ada.page(path).contains("action=\"\(path)/pin\""))
                #expect(try await ada.go("\(path)/pin").contains("action=\"\(path)/unpin\""))
                _ = try await visitor.instance.publisher.publish(
                    PostDraft(text: "Later"),
                    as: visitor.ada.id
                )
                let profile = try await visitor.send(.get, "/@ada").text
                let pinned = try #require(profile.firstRange(of: "Pinned"))
                let later = try #require(profile.firstRange(of: "Later"))
                #expect(pinned.lowerBound < later.lowerBound)
                #expect(profile.ranges(of: "A pond").count == 1)
                _ = try await ada.go("\(path)/unpin")
                #expect(try await !visitor.send(.get, "/@ada").text.contains("Pinned"))
            }
        }

        @Test("a post is answered with an emoji of those that are offered or another, and it is taken back")
        func emojis() async throws {
            try await Visitor.use { visitor async throws in
                let post = try await visitor.instance.publisher.publish(
                    PostDraft(text: "A pond"),
                    as: visitor.ada.id
                )
                let path = "/posts/\(post.id)"
                let cleo = try await Reader(visitor, "Cleo")
                #expect(try await cleo.page(path).contains("name=\"emoji\" value=\"👍\""))
                // A thumb, and a duck with a space behind it as keyboards write it.
                let answered = try await cleo.go("\(path)/react", "emoji=%F0%9F%91%8D")
                #expect(answered.contains("name=\"undo\" value=\"👍\"") && answered.contains("👍 1"))
                #expect(try await cleo.go("\(path)/react", "emoji=%F0%9F%A6%86+").contains("🦆 1"))
                #expect(try await visitor.send(.get, path).text.contains("<span class=\"emoji\">🦆 1</span>"))
                #expect(try await cleo.send("\(path)/react", "emoji=duck").status == 422)
                let left = try await cleo.go("\(path)/react", "undo=%F0%9F%91%8D")
                #expect(!left.contains("👍 1") && left.contains("🦆 1"))
            }
        }

        @Test("somebody is muted for a time from their profile, listed, and unmuted")
        func mute() async throws {
            try await Visitor.use { visitor async throws in
                let publisher = visitor.instance.publisher
                _ = try await publisher.follow(visitor.ada.id, as: visitor.cleo.id)
                _ = try await publisher.publish(PostDraft(text: "A pond"), as: visitor.ada.id)
                let cleo = try await Reader(visitor, "Cleo")
                let path = "/people/\(visitor.ada.id)"
                #expect(try await cleo.page("/home").contains("A pond"))
                #expect(try await cleo.page("/muted").contains("You have muted nobody."))
                let muted = try await cleo.go("\(path)/mute", "length=3600&notices=yes")
                #expect(muted.contains("Muted until") && muted.contains("with notifications"))
                #expect(
                    muted.contains("action=\"\(path)/unmute\"") && !muted.contains("action=\"\(path)/mute\"")
                )
                let mute = try await visitor.instance.database.read {
                    try $0.mutes.find(of: visitor.ada.id, by: visitor.cleo.id)
                }
                #expect(mute?.expiresAt == visitor.instance.clock.now() + .hours(1))
                #expect(try await !cleo.page("/home").contains("A pond"))
                let list = try await cleo.page("/muted")
                #expect(list.contains("@ada") || list.contains("ada@school.test"))
                #expect(try await cleo.go("\(path)/unmute").contains("action=\"\(path)/mute\""))
                #expect(try await cleo.page("/home").contains("A pond"))
                #expect(
                    try await cleo.go("\(path)/mute", "length=").contains("Muted, without notifications.")
                )
            }
        }

        @Test("somebody is blocked from their profile, listed, and unblocked; nobody blocks themselves")
        func block() async throws {
            try await Visitor.use { visitor async throws in
                let publisher = visitor.instance.publisher
                _ = try await publisher.follow(visitor.ada.id, as: visitor.cleo.id)
                _ = try await publisher.publish(PostDraft(text: "A pond"), as: visitor.ada.id)
                let cleo = try await Reader(visitor, "Cleo")
                let path = "/people/\(visitor.ada.id)"
                #expect(try await cleo.page("/blocked").contains("You block nobody."))
                let blocked = try await cleo.go("\(path)/block")
                #expect(blocked.contains("You block this account.") && !blocked.contains("A pond"))
                #expect(!blocked.contains("action=\"\(path)/follow\""))
                #expect(try await cleo.page("/blocked").contains("action=\"\(path)/unblock\""))
                let free = try await cleo.go("\(path)/unblock")
                #expect(free.contains("A pond") && free.contains("action=\"\(path)/follow\""))
                #expect(try await cleo.send("/people/\(visitor.cleo.id)/block").status == 422)
                #expect(try await cleo.send("/people/\(visitor.cleo.id)/mute").status == 422)
            }
        }

        @Test("pages and forms are for whoever is signed in, and forms for our own pages")
        func strangers() async throws {
            try await Visitor.use { visitor async throws in
                let post = try await visitor.instance.publisher.publish(
                    PostDraft(text: "A pond"),
                    as: visitor.ada.id
                )
                for path in [
                    "/bookmarks", "/favourites", "/muted", "/blocked", "/lists", "/lists/1", "/lists/1/edit",
                    "/filters", "/filters/1",
                ] {
                    let answer = try await visitor.send(.get, path)
                    #expect(answer.headers[.location] == "/sign-in", "\(path)")
                }
                let cleo = try await Reader(visitor, "Cleo")
                let person = "/people/\(visitor.ada.id)"
                for path in [
                    "/posts/\(post.id)/bookmark", "/posts/\(post.id)/react", "/posts/\(post.id)/mute",
                    "/posts/\(post.id)/pin", "\(person)/mute", "\(person)/block", "\(person)/list",
                    "/lists", "/lists/1/edit", "/lists/1/add", "/lists/1/remove", "/lists/1/delete",
                    "/filters", "/filters/1", "/filters/1/delete", "/filters/1/release",
                ] {
                    let form = "csrf=\(cleo.csrf)0&title=T&emoji=%F0%9F%91%8D"
                    let forged = try await visitor.send(.post, path, form: form, cookie: cleo.cookie)
                    #expect(forged.status == 403, "\(path)")
                    #expect(try await visitor.send(.post, path, form: form).status == 403, "\(path)")
                }
                let left = try await visitor.instance.database.read { db in
                    try db.bookmarks.own(of: visitor.cleo.id, among: [post.id]).isEmpty
                        && db.accountLists.all(of: visitor.cleo.id).isEmpty
                        && db.filters.all(of: visitor.cleo.id).isEmpty
                        && db.blocks.find(blocker: visitor.cleo.id, blocked: visitor.ada.id) == nil
                }
                #expect(left)
                #expect(try await cleo.send("/posts/\(post.id)/bookmark").status == 303)
            }
        }
    }

    @Suite("Lists on pages")
    struct ListPageTests {
        @Test("a list is made, renamed, given members, read and deleted")
        func list() async throws {
            try await Visitor.use { visitor async throws in
                let publisher = visitor.instance.publisher
                let cleo = try await Reader(visitor, "Cleo")
                let made = try await cleo.send("/lists", "title=Art+%3C3")
                let edit = try #require(made.headers[.location])
                let path = String(edit.dropLast("/edit".count))
                #expect(try await cleo.page("/lists").contains("<bdi>Art &lt;3</bdi>"))
                // Whoever is followed can be a member, and nobody else.
                #expect(try await cleo.send("\(path)/add", "who=ada").status == 422)
                _ = try await publisher.follow(visitor.ada.id, as: visitor.cleo.id)
                _ = try await publisher.publish(PostDraft(text: "A pond"), as: visitor.ada.id)
                #expect(try await cleo.send("\(path)/add", "who=nobody").status == 422)
                #expect(
                    try await cleo.go("\(path)/add", "who=%40ada").contains("value=\"\(visitor.ada.id)\"")
                )
                #expect(try await cleo.page(path).contains("A pond"))
                #expect(try await cleo.page("/home").contains("A pond"))
                let renamed = try await cleo.go("\(path)/edit", "title=Art&replies=none&exclusive=yes")
                #expect(renamed.contains("<h1>Art</h1>"))
                #expect(try await !cleo.page("/home").contains("A pond"))
                #expect(try await cleo.page("/lists").contains("1 member; left out of the home timeline"))
                let form = try await cleo.page(edit)
                #expect(form.contains("name=\"exclusive\" value=\"yes\" checked"))
                #expect(form.contains("<option value=\"none\" selected>"))
                #expect(try await cleo.send("\(path)/edit", "title=+").status == 422)
                _ = try await cleo.go("\(path)/remove", "member=\(visitor.ada.id)")
                #expect(try await !cleo.page(path).contains("A pond"))
                #expect(try await cleo.go("\(path)/delete").contains("A list has some of those"))
                #expect(try await cleo.send("\(path)/delete").status == 404)
            }
        }

        @Test("somebody is put in a list and taken out from their profile, once they are followed")
        func profile() async throws {
            try await Visitor.use { visitor async throws in
                let publisher = visitor.instance.publisher
                let list = try await publisher.addList("Art", as: visitor.cleo.id)
                let cleo = try await Reader(visitor, "Cleo")
                let path = "/people/\(visitor.ada.id)"
                #expect(try await !cleo.page(path).contains("action=\"\(path)/list\""))
                _ = try await publisher.follow(visitor.ada.id, as: visitor.cleo.id)
                #expect(try await cleo.page(path).contains("<option value=\"\(list.id)\">Art</option>"))
                let added = try await cleo.go("\(path)/list", "list=\(list.id)")
                #expect(added.contains("In the list <bdi>Art</bdi>"))
                #expect(!added.contains("action=\"\(path)/list\""))
                #expect(
                    try await cleo.go("\(path)/unlist", "list=\(list.id)").contains("action=\"\(path)/list\"")
                )
                for wrong in ["", "list=x", "list=1"] {
                    #expect(try await cleo.send("\(path)/list", wrong).status == 404)
                }
            }
        }

        @Test("nobody else reads, changes or deletes a list")
        func others() async throws {
            try await Visitor.use { visitor async throws in
                let list = try await visitor.instance.publisher.addList("Rosebud", as: visitor.cleo.id)
                let (ada, cleo) = (try await Reader(visitor, "Ada"), try await Reader(visitor, "Cleo"))
                let path = "/lists/\(list.id)"
                for page in [path, path + "/edit", "/lists"] {
                    #expect(try await cleo.page(page).contains("Rosebud"))
                    #expect(try await !ada.page(page).contains("Rosebud"))
                }
                for form in ["/edit", "/add", "/remove", "/delete"] {
                    let fields = "title=Mine&who=ada&member=\(visitor.ada.id)"
                    #expect(try await ada.send(path + form, fields).status == 404, "\(form)")
                }
                #expect(try await cleo.page("/lists").contains("Rosebud"))
            }
        }
    }
}
