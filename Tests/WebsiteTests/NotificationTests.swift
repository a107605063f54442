import Domain
import HTTPTypes
import Outbox
import Storage
import TestKit
import Testing
import Vocabulary

extension WebsiteTests {
    @Suite("Notifications in the client API")
    struct NotificationTests {
        private static let first = "/api/v1/notifications"
        private static let second = "/api/v2/notifications"

        @Test("notifications are asked for by kind and by account, read one by one, dismissed and cleared")
        func list() async throws {
            try await Visitor.use { visitor async throws in
                let publisher = visitor.instance.publisher
                let bob = try await visitor.instance.addPerson("bob", at: visitor.school)
                let token = try await visitor.token("read write")
                let post = try await publisher.publish(PostDraft(text: "Sums"), as: visitor.ada.id)
                for actor in [visitor.cleo, bob] {
                    try await publisher.react(.like, to: post.id, as: actor.id)
                }
                try await publisher.react(.boost, to: post.id, as: bob.id)
                func ids(_ query: String) async throws -> [String] {
                    try await visitor.ids("\(Self.first)\(query)", token)
                }
                let all = try await ids("")
                #expect(all.count == 3)
                #expect(try await ids("?types[]=reblog") == [all[0]])
                #expect(try await ids("?exclude_types[]=reblog") == Array(all.dropFirst()))
                #expect(try await ids("?types[]=unheard_of") == [])
                #expect(try await ids("?account_id=\(visitor.cleo.id)") == [all[2]])
                #expect(try await ids("?min_id=\(all[2])&limit=1") == [all[1]])
                #expect(try await ids("?since_id=\(all[2])") == Array(all.dropLast()))
                #expect(try await visitor.count("\(Self.first)/unread_count", token) == 3)
                _ = try await visitor.send(
                    .post,
                    "/api/v1/markers",
                    form: "notifications[last_read_id]=\(all[1])",
                    token: token
                )
                #expect(try await visitor.count("\(Self.first)/unread_count", token) == 1)
                let one = "\(Self.first)/\(all[0])"
                #expect(try await visitor.send(.get, one, token: token).json?.object?["type"] == "reblog")
                let cleo = try await visitor.token("read write", for: visitor.cleo)
                #expect(try await visitor.send(.get, one, token: cleo).status == 404)
                #expect(try await visitor.send(.post, "\(one)/dismiss", token: cleo).status == 200)
                #expect(try await ids("").count == 3)
                #expect(try await visitor.send(.post, "\(one)/dismiss", token: token).status == 200)
                #expect(try await ids("") == Array(all.dropFirst()))
                #expect(try await visitor.send(.post, "\(Self.first)/clear", token: token).status == 200)
                #expect(try await ids("") == [])
            }
        }

        @Test("likes and boosts of a post, and follows of a day, are one group each, once in all pages")
        func groups() async throws {
            try await Visitor.use { visitor async throws in
                let publisher = visitor.instance.publisher
                let bob = try await visitor.instance.addPerson("bob", at: visitor.school)
                let token = try await visitor.token("read write")
                let post = try await publisher.publish(PostDraft(text: "Sums"), as: visitor.ada.id)
                let other = try await publisher.publish(PostDraft(text: "Products"), as: visitor.ada.id)
                for actor in [visitor.cleo, bob] {
                    _ = try await publisher.follow(visitor.ada.id, as: actor.id)
                    try await publisher.react(.like, to: post.id, as: actor.id)
                }
                try await publisher.react(.like, to: other.id, as: bob.id)
                try await publisher.react(.boost, to: post.id, as: bob.id)
                _ = try await publisher.publish(PostDraft(text: "hello @ada"), as: visitor.cleo.id)
                let all = try #require(try await visitor.send(.get, Self.second, token: token).json?.object)
                let groups = all["notification_groups"]?.asList.compactMap(\.object) ?? []
                let types = groups.compactMap { $0["type"]?.string }
                #expect(types == ["mention", "reblog", "favourite", "favourite", "follow"])
                #expect(groups.map { $0["notifications_count"] } == [1, 1, 1, 2, 2])
                let likes = try #require(groups.dropFirst(3).first)
                #expect(likes["group_key"]?.string == "favourite-\(post.id)")
                #expect(likes["status_id"]?.string == post.id.description)
                #expect(
                    likes["sample_account_ids"]?.asList.compactMap(\.string)
                        == [bob, visitor.cleo].map(\.id.description)
                )
                #expect(all["accounts"]?.asList.count == 2)
                #expect(all["statuses"]?.asList.count == 3)
                // Page by page it is the same, and no group comes twice.
                var (keys, end): ([String], String) = ([], "")
                for _ in groups {
                    let path = "\(Self.second)?limit=1\(end)"
                    let page = try await visitor.send(.get, path, token: token).json?.object
                    let group = page?["notification_groups"]?.asList.first?.object
                    keys.append(group?["group_key"]?.string ?? "")
                    end = "&max_id=\(group?["most_recent_notification_id"]?.string ?? "")"
                }
                #expect(keys == groups.compactMap { $0["group_key"]?.string })
                #expect(try await visitor.count("\(Self.second)/unread_count", token) == 5)
                let single = try await visitor.send(
                    .get,
                    "\(Self.second)?grouped_types[]=follow",
                    token: token
                )
                #expect(single.json?.object?["notification_groups"]?.asList.count == 6)
                let one = "\(Self.second)/favourite-\(post.id)"
                let shown = try await visitor.send(.get, one, token: token).json?.object
                #expect(shown?["notification_groups"]?.asList.count == 1)
                #expect(
                    try await visitor.ids("\(one)/accounts", token)
                        == [bob, visitor.cleo].map(\.id.description)
                )
                for wrong in ["favourite-x", "mention-1", "nothing", "favourite-1"] {
                    #expect(
                        try await visitor.send(.get, "\(Self.second)/\(wrong)", token: token).status == 404
                    )
                }
                let cleo = try await visitor.token("read write", for: visitor.cleo)
                #expect(try await visitor.send(.get, one, token: cleo).status == 404)
                #expect(try await visitor.send(.post, "\(one)/dismiss", token: token).status == 200)
                #expect(try await visitor.send(.get, one, token: token).status == 404)
                #expect(try await visitor.ids(Self.first, token).count == 5)
            }
        }

        @Test("what the policy filters is kept aside until its reader decides, and what it drops is not kept")
        func policy() async throws {
            try await Visitor.use { visitor async throws in
                let publisher = visitor.instance.publisher
                let bob = try await visitor.instance.addPerson("bob", at: visitor.school)
                let token = try await visitor.token("read write")
                let policy = "\(Self.second)/policy"
                let standard = try await visitor.send(.get, policy, token: token).json?.object
                #expect(standard?["for_not_following"] == "accept")
                #expect(standard?["for_limited_accounts"] == "drop")
                let wrong = try await visitor.send(.patch, policy, form: "for_not_following=no", token: token)
                #expect(wrong.status == 422)
                let set = try await visitor.send(
                    .patch,
                    policy,
                    form: "for_not_following=filter",
                    token: token
                )
                #expect(set.json?.object?["for_not_following"] == "filter")
                let old = try await visitor.send(.get, "\(Self.first)/policy", token: token).json?.object
                #expect(old?["filter_not_following"] == true)
                #expect(old?["filter_new_accounts"] == false)
                _ = try await publisher.follow(visitor.cleo.id, as: visitor.ada.id)
                let post = try await publisher.publish(PostDraft(text: "Sums"), as: visitor.ada.id)
                for actor in [visitor.cleo, bob] {
                    try await publisher.react(.like, to: post.id, as: actor.id)
                }
                #expect(try await visitor.ids(Self.first, token).count == 1)
                #expect(try await visitor.ids("\(Self.first)?include_filtered=true", token).count == 2)
                let requests = "\(Self.first)/requests"
                #expect(try await visitor.ids(requests, token) == [bob.id.description])
                let one = try await visitor.send(.get, "\(requests)/\(bob.id)", token: token).json?.object
                #expect(one?["notifications_count"] == "1")
                #expect(one?["last_status"]?.object?["id"]?.string == post.id.description)
                let summary = try await visitor.send(.get, policy, token: token).json?.object?["summary"]?
                    .object
                #expect(summary?["pending_requests_count"] == 1)
                let none = "\(requests)/\(visitor.cleo.id)"
                #expect(try await visitor.send(.get, none, token: token).status == 404)
                #expect(try await visitor.send(.post, "\(none)/accept", token: token).status == 404)
                let accepted = try await visitor.send(.post, "\(requests)/\(bob.id)/accept", token: token)
                #expect(accepted.status == 200)
                #expect(try await visitor.ids(requests, token) == [])
                try await publisher.react(.boost, to: post.id, as: bob.id)
                #expect(try await visitor.ids(Self.first, token).count == 3)
            }
        }

        @Test("a request that is dismissed is thrown away, and what is dropped never was there")
        func dismissal() async throws {
            try await Visitor.use { visitor async throws in
                let publisher = visitor.instance.publisher
                let token = try await visitor.token("read write")
                let post = try await publisher.publish(PostDraft(text: "Sums"), as: visitor.ada.id)
                let policy = "\(Self.first)/policy"
                func like() async throws {
                    try await publisher.react(.like, to: post.id, as: visitor.cleo.id)
                    try await publisher.undo(.like, of: post.id, as: visitor.cleo.id)
                    try await publisher.react(.like, to: post.id, as: visitor.cleo.id)
                }
                _ = try await visitor.send(.put, policy, form: "filter_new_accounts=true", token: token)
                try await like()
                let requests = "\(Self.first)/requests"
                #expect(try await visitor.ids(requests, token) == [visitor.cleo.id.description])
                let dismissed = try await visitor.send(
                    .post,
                    "\(requests)/dismiss",
                    form: "id[]=\(visitor.cleo.id)",
                    token: token
                )
                #expect(dismissed.status == 200)
                #expect(try await visitor.ids("\(Self.first)?include_filtered=true", token) == [])
                let form = "for_not_followers=drop&for_new_accounts=accept"
                _ = try await visitor.send(.patch, "\(Self.second)/policy", form: form, token: token)
                try await publisher.undo(.like, of: post.id, as: visitor.cleo.id)
                try await like()
                #expect(try await visitor.ids("\(Self.first)?include_filtered=true", token) == [])
                // Whoever has followed for some days is a follower.
                _ = try await publisher.follow(visitor.ada.id, as: visitor.cleo.id)
                visitor.instance.clock.advance(by: .days(4))
                try await publisher.undo(.like, of: post.id, as: visitor.cleo.id)
                try await like()
                #expect(try await visitor.ids("\(Self.first)?types[]=favourite", token).count == 1)
            }
        }

        @Test("a private mention may be filtered, unless it answers what the reader has written")
        func mentions() async throws {
            try await Visitor.use { visitor async throws in
                let publisher = visitor.instance.publisher
                let token = try await visitor.token("read write")
                let form = "for_private_mentions=filter"
                _ = try await visitor.send(.patch, "\(Self.second)/policy", form: form, token: token)
                let mine = try await publisher.publish(PostDraft(text: "Sums"), as: visitor.ada.id)
                var answer = PostDraft(text: "@ada why?", audience: .direct)
                answer.inReplyTo = mine.id
                _ = try await publisher.publish(answer, as: visitor.cleo.id)
                #expect(try await visitor.ids(Self.first, token).count == 1)
                _ = try await publisher.publish(
                    PostDraft(text: "@ada buy!", audience: .direct),
                    as: visitor.cleo.id
                )
                #expect(try await visitor.ids(Self.first, token).count == 1)
                #expect(try await visitor.ids("\(Self.first)/requests", token).count == 1)
            }
        }
    }
}

extension Visitor {
    /// The number that a path answers with.
    fileprivate func count(_ path: String, _ token: String) async throws -> Int64? {
        guard case .integer(let count)? = try await send(.get, path, token: token).json?.object?["count"]
        else {
            return nil
        }
        return count
    }
}
