import Domain
import Storage
import Testing

/// Every hot query costs what it returns, whatever the tables hold.
@Suite("Query plans")
struct PlanTests {
    /// Runs a body and gives how SQLite went about its statements.
    private func plan(_ body: @escaping @Sendable (World, any SQLConnection) throws -> Void) async throws -> (
        scans: [String], sorts: [String], steps: [String]
    ) {
        try await withPlans { world in
            let connection = PlanConnection(world.db)
            try body(world, connection)
            return (connection.scans, connection.sorts, connection.steps)
        }
    }

    private func withPlans<Value: Sendable>(_ body: @escaping @Sendable (World) throws -> Value) async throws
        -> Value
    {
        let result = Result<Value>()
        try await Engine.sqlite.withWorld { world in result.value = try body(world) }
        return try #require(result.value)
    }

    @Test("a page of the home timeline")
    func homeTimeline() async throws {
        let plan = try await plan { world, db in
            let north = try world.school("north.example")
            let ada = try world.person("ada", at: north)
            for page in [HomeTimelineView.Page(), .init(before: 9), .init(after: 9)] {
                _ = try db.homeTimelines.page(of: ada.id, school: north.id, page)
            }
        }
        #expect(plan.scans.isEmpty && plan.sorts.isEmpty, "\(plan.steps)")
    }

    @Test("keeping, claiming and finishing received activities")
    func inbox() async throws {
        let plan = try await plan { world, db in
            let received = try world.received("1", by: try world.peer("ben", at: "far.example"))
            _ = try db.receivedActivities.keep(received)
            _ = try db.receivedActivities.claim(now: world.now, lease: world.now, limit: 64)
            _ = try db.receivedActivities.hasDue(now: world.now)
            _ = try db.receivedActivities.hasSuspect()
            _ = try db.receivedActivities.claimSuspect(lease: world.now)
            try db.receivedActivities.renew([received.id], of: nil, lease: world.now, now: world.now)
            try db.receivedActivities.suspect(lapsedAt: world.now)
            try db.receivedActivities.postpone(received.id, until: world.now, reason: "x")
            _ = try db.receivedActivities.finish(received.id, as: .applied)
            _ = try db.receivedActivities.find(uri: received.uri)
        }
        // Scanned are the hosts whose turn it is, at most 64; sorted is what they have, and what is in work.
        #expect(plan.scans.allSatisfy { $0 == "SCAN t" }, "\(plan.steps)")
        let index = "received_activity_kept (host=? AND due_at<?)"
        #expect(plan.steps.contains { $0.hasPrefix("SEARCH x USING") && $0.contains(index) }, "\(plan.steps)")
        #expect(
            plan.steps.contains { $0.hasPrefix("SEARCH k USING") && $0.contains("(host>?)") },
            "\(plan.steps)"
        )
        #expect(
            !plan.steps.contains { $0 == "SEARCH received_activity USING INTEGER PRIMARY KEY" },
            "\(plan.steps)"
        )
    }

    @Test("claiming a lane, its due deliveries, their outcomes, and giving the lane back")
    func delivery() async throws {
        let plan = try await plan { world, db in
            let ada = try world.ada(.open)
            let delivery = try world.deliver(try world.activity(by: ada), to: "https://far.example/inbox")
            let host = delivery.inbox.host
            try db.deliveries.insert([delivery])
            _ = try db.lanes.hasDue(now: world.now)
            let lane = try db.lanes.claim(token: "worker", now: world.now, lease: world.now, limit: 9).first
            _ = try db.deliveries.due(on: host, now: world.now, limit: 9)
            try db.deliveries.markWaiting(
                delivery.id,
                until: world.now,
                status: nil,
                reason: "x",
                at: world.now
            )
            try db.deliveries.markUndelivered(delivery.id, status: nil, reason: "x", at: world.now)
            try db.deliveries.markDelivered(delivery.id, status: 200, at: world.now)
            _ = try db.deliveries.nextDue(on: host)
            _ = try db.lanes.held(host, token: "worker")
            if let lane { try db.lanes.release(lane, token: "worker") }
            _ = try db.lanes.claim(token: "worker", failing: true, now: world.now, lease: world.now, limit: 9)
            try db.deliveries.makeDueUnanswered(on: host, at: world.now)
            _ = try db.deliveries.isAnyWaiting(for: host)
            try db.deliveries.giveUpRefused(on: host, at: world.now)
            try db.lanes.reopen(host, at: world.now)
            try db.deliveries.removeFinished(before: world.now, limit: 9)
        }
        #expect(plan.scans.isEmpty && plan.sorts.isEmpty, "\(plan.steps)")
        #expect(
            plan.steps.contains {
                $0.hasPrefix("SEARCH e USING") && $0.contains("delivery_object (host=? AND object=?")
            }
        )
        #expect(plan.steps.contains { $0.contains("delivery_waiting (host=?)") }, "\(plan.steps)")
        #expect(plan.steps.contains { $0.contains("delivery_due (host=?") }, "\(plan.steps)")
    }

    @Test("choosing a probe, and finding who was sent a post")
    func boundedDeliveries() async throws {
        let plan = try await plan { world, db in
            let ada = try world.ada(.open)
            _ = try db.deliveries.probe(on: try Host("far.example"), now: world.now)
            _ = try db.deliveries.inboxes(about: Post.ID(rawValue: 1))
            _ = try db.deliveries.inboxes(reachedBy: ada.id)
        }
        // The few that a probe is chosen from are sorted once more.
        #expect(plan.scans.filter { $0 != "SCAN d" }.isEmpty, "\(plan.steps)")
    }

    @Test("publishing to followers, locally and at peers")
    func publishing() async throws {
        let plan = try await plan { world, db in
            let north = try world.school("north.example")
            let ada = try world.person("ada", at: north)
            for audience in Audience.allCases {
                let post = try world.newPost(by: ada, audience)
                try db.posts.insert(post, addressees: [ada.id])
                try db.timelines.add(post, to: [north.id])
                try db.timelines.addForAddressees(of: post, in: [north.id])
                let boost = try world.newReaction(.boost, ada, post)
                try db.reactions.insert(boost)
                try db.timelines.add(boost, to: [north.id])
                try db.timelines.remove(boost)
                try db.posts.bury(post.id, at: world.now)
            }
            _ = try db.follows.hasLocalFollower(of: ada.id, in: [north.id])
            _ = try db.follows.hasFollower(at: north.host, of: ada.id)
            try db.timelines.remove(author: ada.id, from: ada.id)
        }
        // SQLite plans this one for the foreign key and skips it at run time, while no key is violated.
        let scans = plan.scans.filter { $0 != "SCAN outbox_activity" }
        #expect(scans.isEmpty, "\(plan.steps)")
        // An unfollow looks at what the account boosted, not at all that the reader's other accounts have written.
        #expect(!plan.steps.contains("SEARCH p USING INDEX post_account (account_id=?)"), "\(plan.steps)")
    }

    @Test("looking up accounts, posts, keys, tombstones and admissions")
    func lookups() async throws {
        let plan = try await plan { world, db in
            let north = try world.school("north.example")
            let ada = try world.person("ada", at: north)
            let post = try world.post(by: ada)
            _ = try db.accounts.find(ada.id)
            _ = try db.accounts.find(uri: ada.uri)
            _ = try db.accounts.find(ada.handle)
            _ = try db.accounts.find(uris: [ada.uri])
            _ = try db.posts.find(uri: post.uri)
            _ = try db.tombstones.isBuried(post.uri, by: ada.uri)
            _ = try db.peerKeys.find(ada.uri)
            try db.peerKeys.replace(of: ada.uri, with: [])
            try db.peers.heard(from: north.host, at: world.now)
            _ = try db.partners.admission(of: north.host, at: north)
            _ = try db.sessions.find("x", now: world.now)
            _ = try db.accessTokens.find("x")
            _ = try db.clientApps.find("x", at: north.id)
            _ = try db.permissions.find(code: "x")
            _ = try db.permissions.findRefresh("x")
            try db.lanes.noteHeard(from: north.host, at: world.now)
            _ = try db.signingKeys.find(of: ada.id, .rsa)
            _ = try db.sights.canSee(.server(try Host("far.example")), post)
            try world.notice(.like, to: ada, from: ada, post)
            _ = try db.notices.page(of: ada.id, before: nil, limit: 9)
        }
        #expect(plan.scans.isEmpty && plan.sorts.isEmpty, "\(plan.scans + plan.sorts)")
    }

    @Test("an account's page, a thread, an outbox and the collections")
    func pages() async throws {
        let plan = try await plan { world, db in
            let ada = try world.ada()
            try world.post(by: ada)
            for viewer in [Viewer.anonymous, .server(try Host("far.example"))] {
                _ = try db.profiles.posts(of: ada.id, for: viewer)
            }
            _ = try db.outboxActivities.publicPage(of: ada.id, before: nil, limit: 9)
            _ = try db.outboxActivities.countPublic(of: ada.id)
            _ = try db.follows.page(.followers, of: ada.id, before: nil, limit: 9)
            _ = try db.follows.page(.following, of: ada.id, before: nil, limit: 9)
        }
        #expect(plan.scans.isEmpty && plan.sorts.isEmpty, "\(plan.scans + plan.sorts)")
    }

    @Test("what people keep and whom they mute, and a home timeline that leaves those out")
    func personal() async throws {
        let plan = try await plan { world, db in
            let north = try world.school("north.example")
            let (ada, bob) = (try world.person("ada", at: north), try world.person("bob", at: north))
            let post = try world.post(by: bob)
            try db.bookmarks.insert(Bookmark(id: world.id(), account: ada.id, post: post.id))
            try db.mutes.set(Mute(id: world.id(), account: ada.id, muted: bob.id))
            for page in [HomeTimelineView.Page(), .init(before: 9), .init(after: 9)] {
                _ = try db.savedPosts.bookmarks(of: ada.id, school: north.id, page)
                _ = try db.savedPosts.likes(of: ada.id, school: north.id, page)
                _ = try db.homeTimelines.page(of: ada.id, school: north.id, page)
            }
            _ = try db.mutes.page(of: ada.id, limit: 9)
            _ = try db.mutes.removeExpired(now: world.now, limit: 9)
            _ = try db.notices.page(of: ada.id, before: nil, limit: 9)
            _ = try db.remarks.endorsements(by: ada.id, limit: 9)
            _ = try db.follows.toBeTold(of: post)
        }
        #expect(plan.scans.isEmpty && plan.sorts.isEmpty, "\(plan.scans + plan.sorts)")
    }

    @Test("burying an account")
    func burial() async throws {
        let plan = try await plan { world, db in
            let ada = try world.ada()
            try world.post(by: ada)
            try db.buryAccount(ada.id, at: world.now)
            while try db.burials.proceed(limit: 9) {}
        }
        // Of the accounts that are being buried the first is taken.
        #expect(plan.scans.allSatisfy { $0.hasPrefix("SCAN burial") }, "\(plan.scans)")
        #expect(plan.sorts.isEmpty, "\(plan.sorts)")
    }

    @Test("RES-10: a thread takes a fixed number of queries, whatever its length, and none reads a table")
    func thread() async throws {
        let (plan, short) = try await withPlans { world in
            let north = try world.school("north.example")
            let ada = try world.person("ada", at: north)
            let root = try world.post(by: ada)
            let middle = try world.post(by: ada, answers: root)
            try world.post(by: ada, answers: middle)
            let connection = PlanConnection(world.db)
            for viewer in [Viewer.anonymous, .account(ada.id, school: north.id)] {
                _ = try connection.threads.thread(of: middle.id, for: viewer)
            }
            return (connection.scans, connection.statements)
        }
        // The steps of the recursion, and the ids that it found.
        #expect(
            plan.allSatisfy { ["SCAN c", "SCAN b", "SCAN chain", "SCAN branch"].contains($0) },
            "\(plan)"
        )
        let long = try await withPlans { world in
            let north = try world.school("north.example")
            let ada = try world.person("ada", at: north)
            var last = try world.post(by: ada)
            for _ in 0..<300 { last = try world.post(by: ada, answers: last) }
            let middle = try #require(
                try world.db.profiles.posts(of: ada.id, for: .anonymous, limit: 80).last
            )
            let connection = PlanConnection(world.db)
            for viewer in [Viewer.anonymous, .account(ada.id, school: north.id)] {
                let thread = try #require(try connection.threads.thread(of: middle.post.id, for: viewer))
                #expect(thread.ancestors.count == 40 && thread.descendants.count == 79)
            }
            return connection.statements
        }
        #expect(long == short)
    }

    @Test("RES-10: a school's feed and its number of posts never touch what came in from peers")
    func localFeed() async throws {
        let plan = try await plan { world, db in
            let north = try world.school("north.example")
            let ada = try world.person("ada", at: north)
            for viewer in [Viewer.anonymous, .account(ada.id, school: north.id)] {
                _ = try db.profiles.localFeed(of: north.id, for: viewer)
                _ = try db.profiles.localFeed(of: north.id, for: viewer, .init(before: 9))
            }
            _ = try db.posts.count(of: north.id)
            _ = try db.accounts.countPeople(of: north.id)
        }
        #expect(plan.scans.isEmpty && plan.sorts.isEmpty, "\(plan.steps)")
        #expect(
            plan.steps.filter { $0.hasPrefix("SEARCH p USING INDEX post_school") }.count == 4,
            "\(plan.steps)"
        )
        #expect(plan.steps.contains { $0.hasPrefix("SEARCH post USING") && $0.contains("INDEX post_school") })
    }
}

/// Takes a value out of a transaction.
private final class Result<Value: Sendable>: @unchecked Sendable {
    var value: Value?
}
