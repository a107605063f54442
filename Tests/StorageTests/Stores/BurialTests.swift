import Domain
import Testing

@testable import Storage

@Suite("What accounts leave behind")
struct BurialTests {
    /// Rows that stay when their account is gone, and why.
    private static let staying: Set = [
        // The Delete is signed with it; its deliveries name the account.
        "signing_key.account_id", "outbox_activity.account_id", "delivery.account_id",
        // Tombstones, and what others wrote to the account.
        "post.account_id", "post_addressee.account_id",
        // The name is kept from others.
        "former_handle.account_id",
        // The work itself.
        "burial.account_id",
        // Cases are of the school.
        "report.reporter_id", "report.reported_id", "report.assignee_id",
        // Of a peer's account, and answered within minutes.
        "follower_check.account_id", "received_activity.recipient_id",
    ]

    /// Columns that name an account and are emptied when it goes.
    private static let going: Set = [
        "follow.follower_id", "follow.followed_id", "block.blocker_id", "block.blocked_id",
        "reaction.account_id",
        "timeline_entry.account_id", "timeline_entry.boosted_by", "notice.account_id", "notice.from_id",
        "member.account_id", "session.account_id", "access_token.account_id", "upload.account_id",
        "move.account_id", "move.target_id", "account_alias.account_id", "quote.account_id",
        "followed_hashtag.account_id", "pin.account_id", "poll_vote.account_id",
        "mute.account_id", "mute.muted_id", "conversation_mute.account_id", "bookmark.account_id",
        "account_list.account_id", "account_list_member.member_id", "post_filter.account_id",
        "draft.account_id", "account_note.account_id", "account_note.about_id",
        "permission.account_id", "endorsement.account_id", "endorsement.endorsed_id",
        "reading_mark.account_id", "featured_hashtag.account_id", "unwanted_proposal.account_id",
        "unwanted_proposal.proposed_id", "notice_policy.account_id", "notice_permit.account_id",
        "notice_permit.from_id", "direct_thread.account_id",
        "account_export.account_id", "account_import.account_id",
        "imported_post.account_id",
    ]

    @Test(
        "every column that names an account is known to go with it or to stay: a new one belongs to BurialStore"
    )
    func columns() async throws {
        try await Engine.sqlite.withWorld { world in
            var found: Set<String> = []
            for table in TransferTable.all {
                let name = try #require(SQL(identifier: table.name))
                for row in try world.db.run("PRAGMA foreign_key_list(\(fragment: name))") {
                    let target: String = try row["table"]
                    let column: String = try row["from"]
                    if target == "account" { found.insert("\(table.name).\(column)") }
                }
            }
            #expect(found == Self.staying.union(Self.going))
        }
    }

    @Test(
        "of a buried account nothing personal is left, in slices of one; others keep theirs",
        arguments: Engine.all
    )
    func nothingLeft(engine: Engine) async throws {
        try await engine.withWorld { world in
            let db = world.db
            let north = try world.school("north.example")
            let (ada, bob) = (try world.person("ada", at: north), try world.person("bob", at: north))
            for (one, other) in [(ada, bob), (bob, ada)] {
                try world.follow(one, other)
                let post = try world.post(by: one)
                try db.timelines.add(post, to: [north.id])
                try world.react(.like, other, post)
                try db.notices.insert(
                    Notice(
                        id: world.id(),
                        account: one.id,
                        kind: .like,
                        from: other.id,
                        post: post.id,
                        createdAt: world.now
                    )
                )
                try db.hashtags.follow(
                    FollowedHashtag(id: world.id(), account: one.id, name: "mathe", createdAt: world.now)
                )
                try arrange(one, other, post, in: world)
                try db.members.set(Member(account: one.id, role: .member, passwordHash: "x"))
                let activity = try world.activity(by: one, about: post)
                try world.deliver(activity, to: "https://far.example/inbox")
            }
            try db.buryAccount(ada.id, at: world.now)
            while try db.burials.proceed(limit: 1) {}
            for place in Self.going {
                let parts = place.split(separator: ".").map(String.init)
                let (table, column) = (
                    try #require(SQL(identifier: parts[0])), try #require(SQL(identifier: parts[1]))
                )
                let left = try db.run(
                    "SELECT 1 AS n FROM \(fragment: table) WHERE \(fragment: column) = \(ada.id)"
                )
                #expect(left.isEmpty, "\(place)")
            }
            #expect(try db.run("SELECT 1 AS n FROM outbox_activity WHERE account_id = \(ada.id)").isEmpty)
            #expect(try db.run("SELECT 1 AS n FROM outbox_activity WHERE account_id = \(bob.id)").count == 1)
            #expect(try db.members.find(bob.id) != nil)
            #expect(try db.posts.count(of: bob.id) == 1)
            #expect(try db.formerHandles.holder(of: ada.handle) == ada.id)
            #expect(try db.formerHandles.account(ada.handle) == nil)
        }
    }

    /// What somebody arranges for themselves about another and their post.
    private func arrange(_ one: Account, _ other: Account, _ post: Post, in world: World) throws {
        let db = world.db
        try db.mutes.set(Mute(id: world.id(), account: one.id, muted: other.id))
        try db.conversationMutes.add(threadOf: post.id, by: one.id)
        try db.bookmarks.insert(Bookmark(id: world.id(), account: one.id, post: post.id))
        try allow(to: one, in: world)
        try db.readingMarks.set(.home, of: one.id, to: post.id.rawValue, at: world.now)
        _ = try db.featuredHashtags.insert(
            FeaturedHashtag(id: world.id(), account: one.id, name: "mathe", createdAt: world.now)
        )
        try db.people.dismiss(other.id, for: one.id)
        try db.noticePolicies.set(NoticePolicy(notFollowing: .filter), of: one.id)
        try db.noticePolicies.permit(other.id, by: one.id)
        try db.directThreads.add(post, to: one.school.map { [$0] } ?? [])
        try db.exports.insert(
            AccountExport(id: world.id(), account: one.id, createdAt: world.now, until: world.now)
        )
        let order = AccountImport(
            id: world.id(),
            account: one.id,
            kind: .blocks,
            file: nil,
            createdAt: world.now,
            until: world.now
        )
        try db.imports.insert(order)
        try db.imports.insert([
            ImportRow(id: world.id(), import: order.id, kind: .blocks, subject: "x", dueAt: world.now)
        ])
        let refusal = ImportRefusal(id: world.id(), import: order.id, item: "y", reason: "z")
        try db.imports.refuse(refusal, keeping: 1)
        #expect(try db.imports.remember("https://old.example/1", as: post.id, of: one.id))
        try db.remarks.note("helps with fractions", about: other.id, by: one.id)
        try db.remarks.endorse(Endorsement(id: world.id(), account: one.id, endorsed: other.id))
        try db.drafts.insert(
            SavedDraft(
                id: world.id(),
                account: one.id,
                document: "{}",
                createdAt: world.now,
                changedAt: world.now
            )
        )
        let list = AccountList(id: world.id(), account: one.id, title: "maths")
        try db.accountLists.insert(list)
        #expect(try db.accountLists.add(other.id, to: list.id))
        let filter: PostFilter.ID = world.id()
        try db.filters.insert(
            PostFilter(
                id: filter,
                account: one.id,
                title: "noise",
                contexts: [.home],
                keywords: [.init(id: world.id(), filter: filter, text: "noise", isWholeWord: true)],
                entries: [.init(id: world.id(), filter: filter, post: post.id)]
            )
        )
    }

    /// An app that acts for somebody, with both its tokens.
    private func allow(to one: Account, in world: World) throws {
        let (db, school) = (world.db, try #require(one.school))
        let app = ClientApp(
            id: world.id(),
            school: school,
            clientID: "app-\(one.id)",
            secretHash: "s",
            name: "app",
            redirectURIs: [ClientApp.outOfBand],
            scopes: "read",
            createdAt: world.now
        )
        try db.clientApps.insert(app)
        let permission = Permission(
            id: world.id(),
            app: app.id,
            account: one.id,
            scopes: "read",
            codeHash: "code-\(one.id)",
            redirectURI: ClientApp.outOfBand,
            challenge: nil,
            createdAt: world.now,
            codeExpiresAt: world.now + .minutes(10)
        )
        try db.permissions.insert(permission)
        try db.accessTokens.insert(
            AccessToken(
                tokenHash: "token-\(one.id)",
                account: one.id,
                app: app.id,
                permission: permission.id,
                scopes: "read",
                createdAt: world.now
            )
        )
        try db.permissions.insertRefresh("refresh-\(one.id)", permission.id, at: world.now)
    }
}
