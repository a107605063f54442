import Domain
import Media
import Outbox
import Storage
import Vocabulary

/// Writes everything of an account's into an archive in the shape of Mastodon's, page by page.
///
/// `actor.json`, `outbox.json`, `likes.json` and `bookmarks.json` are ActivityStreams; what was uploaded is in
/// `media_attachments`; whom the account follows and the like are in tables. Memory is that of one page.
struct AccountExporter: Sendable {
    /// How many posts or rows are read at a time.
    private static let page = 100

    let database: any SQLDatabase
    let store: any MediaStore
    let account: Account
    let school: School.ID
    let clock: any WallClock
    /// Told after each page: whoever waits for it knows that it goes on.
    let goesOn: @Sendable () async throws -> Void

    private var viewer: Viewer { .account(account.id, school: school) }

    /// Writes the file.
    ///
    /// - Throws: `ArchiveError.diskFull`, `StorageError`, `CancellationError`, and what `goesOn` throws.
    func write(to path: String) async throws {
        let archive = try ArchiveWriter(path)
        try await writeActor(to: archive)
        try await writeOutbox(to: archive)
        try await writeReferences("likes.json", to: archive) { db, last in
            try db.ownRecords.reacted(.like, by: viewer, after: last, limit: Self.page)
        }
        try await writeReferences("bookmarks.json", to: archive) { db, last in
            try db.ownRecords.bookmarked(by: viewer, after: last, limit: Self.page)
        }
        try await writeTables(to: archive)
        try await writeMedia(to: archive)
        try archive.finish()
    }

    private var now: Int64 { clock.now().milliseconds / 1_000 }

    private func begin(_ name: String, in archive: ArchiveWriter) async throws {
        try Task.checkCancellation()
        try await goesOn()
        try archive.begin(name, at: now)
    }

    private func writeActor(to archive: ArchiveWriter) async throws {
        let account = account
        let (portraits, whereabouts) = try await database.read { db in
            (try db.uploads.portraits(of: account.id), try db.moves.whereabouts(of: account.id))
        }
        var actor = ActorDocument.make(account, keys: [], whereabouts: whereabouts)
        for (term, portrait) in [("icon", Upload.Portrait.avatar), ("image", .header)] {
            guard let upload = portraits.first(where: { $0.portrait == portrait }) else { continue }
            let name = ArchiveNames.portrait(upload, portrait)
            actor[term] = ["type": "Image", "mediaType": .string(upload.mediaType), "url": .string(name)]
        }
        actor["outbox"] = "outbox.json"
        actor["likes"] = "likes.json"
        actor["bookmarks"] = "bookmarks.json"
        try await begin("actor.json", in: archive)
        try archive.write(JSONWriter.write(.object(actor)))
        for upload in portraits {
            guard let portrait = upload.portrait else { continue }
            try await copy(upload.file, as: ArchiveNames.portrait(upload, portrait), to: archive)
        }
    }

    /// Begins a collection; its items follow, then `endCollection`.
    private func beginCollection(_ name: String, in archive: ArchiveWriter) async throws {
        try await begin(name, in: archive)
        let context = JSONWriter.text(ContextDocument.note)
        try archive.write(
            "{\"@context\":\(context),\"id\":\"\(name)\",\"type\":\"OrderedCollection\",\"orderedItems\":["
        )
    }

    private func endCollection(_ count: Int, in archive: ArchiveWriter) throws {
        try archive.write("],\"totalItems\":\(count)}")
    }

    private func writeOutbox(to archive: ArchiveWriter) async throws {
        let account = account
        try await beginCollection("outbox.json", in: archive)
        var count = 0
        try await forEachPage { db, posts in
            let uploads = try db.uploads.find(of: posts.map(\.id))
            return try posts.map { post in
                let parts = try NoteDocument.Parts(of: post, by: account, in: db)
                return ArchivedDocument.create(post, parts, uploads[post.id] ?? [])
            }
        } use: { activities in
            for activity in activities {
                try archive.write((count == 0 ? "\n" : ",\n") + JSONWriter.text(.object(activity)))
                count += 1
            }
        }
        var last: Int64?
        while true {
            let after = last
            let boosts = try await database.read { db in
                try db.ownRecords.reacted(.boost, by: viewer, after: after, limit: Self.page)
            }
            for boost in boosts {
                let activity = ArchivedDocument.announce(boost, by: account)
                try archive.write((count == 0 ? "\n" : ",\n") + JSONWriter.text(.object(activity)))
                count += 1
            }
            try await goesOn()
            guard let end = boosts.last else { break }
            last = end.position
        }
        try endCollection(count, in: archive)
    }

    /// Goes through the account's posts: what `read` makes of a page in its transaction is given to `use`.
    private func forEachPage<Value: Sendable>(
        _ read: @escaping @Sendable (any SQLConnection, [Post]) throws -> Value,
        use: (Value) async throws -> Void
    ) async throws {
        let account = account.id
        var last: Post.ID?
        while true {
            try Task.checkCancellation()
            let after = last
            let (value, end) = try await database.read { db in
                let posts = try db.ownRecords.posts(of: account, after: after, limit: Self.page)
                return (try read(db, posts), posts.last?.id)
            }
            try await use(value)
            try await goesOn()
            guard let end else { return }
            last = end
        }
    }

    private func writeReferences(
        _ name: String,
        to archive: ArchiveWriter,
        _ read: @escaping @Sendable (any SQLConnection, Int64?) throws -> [OwnRecordsView.Mention]
    ) async throws {
        try await beginCollection(name, in: archive)
        var (last, count) = (Int64?.none, 0)
        while true {
            let after = last
            let page = try await database.read { db in try read(db, after) }
            for mention in page {
                let item = JSONWriter.text(.string(mention.post.description))
                try archive.write((count == 0 ? "\n" : ",\n") + item)
                count += 1
            }
            try await goesOn()
            guard let end = page.last else { break }
            last = end.position
        }
        try endCollection(count, in: archive)
    }

    private func writeTables(to archive: ArchiveWriter) async throws {
        try await begin("following_accounts.csv", in: archive)
        try archive.write(csvRow(["Account address", "Show boosts", "Notify on new posts"]))
        try await writeRelations(.follows, to: archive) {
            [$0.handle.description, "\($0.showsBoosts)", "\($0.notifies)"]
        }
        try await begin("blocked_accounts.csv", in: archive)
        try await writeRelations(.blocks, to: archive) { [$0.handle.description] }
        try await begin("muted_accounts.csv", in: archive)
        try archive.write(csvRow(["Account address", "Hide notifications"]))
        try await writeRelations(.mutes, to: archive) { [$0.handle.description, "\($0.hidesNotices)"] }
        try await begin("lists.csv", in: archive)
        let account = account.id
        for list in try await database.read({ try $0.accountLists.all(of: account) }) {
            try await writeRelations(.list(list.id), to: archive) { [list.title, $0.handle.description] }
        }
        try await begin("bookmarks.csv", in: archive)
        var last: Int64?
        while true {
            let after = last
            let page = try await database.read { db in
                try db.ownRecords.bookmarked(by: viewer, after: after, limit: Self.page)
            }
            for mention in page { try archive.write(csvRow([mention.post.description])) }
            guard let end = page.last else { break }
            last = end.position
        }
        try await begin("followed_hashtags.csv", in: archive)
        // There are 500 at most.
        for tag in try await database.read({ try $0.hashtags.followed(by: account, limit: 1_000) }) {
            try archive.write(csvRow([tag.name]))
        }
    }

    private func writeRelations(
        _ kind: OwnRecordsView.Kind,
        to archive: ArchiveWriter,
        _ row: (OwnRecordsView.Relation) -> [String]
    ) async throws {
        let account = account.id
        var last: Int64?
        while true {
            let after = last
            let page = try await database.read { db in
                try db.ownRecords.relations(kind, of: account, after: after, limit: Self.page)
            }
            for relation in page { try archive.write(csvRow(row(relation))) }
            try await goesOn()
            guard let end = page.last else { return }
            last = end.position
        }
    }

    private func writeMedia(to archive: ArchiveWriter) async throws {
        try await forEachPage { db, posts in
            try db.uploads.find(of: posts.map(\.id)).values.flatMap { $0 }
        } use: { uploads in
            for upload in uploads { try await copy(upload.file, as: ArchiveNames.media(upload), to: archive) }
        }
    }

    /// A file that the folder has lost leaves a gap and no ruin: the rest is still there to be taken along.
    private func copy(_ file: String, as name: String, to archive: ArchiveWriter) async throws {
        guard let stored = await store.open(file) else { return }
        try await begin(name, in: archive)
        var offset = 0
        while offset < stored.size {
            let bytes = try await stored.read(at: offset, count: 1 << 18)
            guard !bytes.isEmpty else { return }
            try archive.write(bytes)
            offset += bytes.count
            if offset < stored.size { try await goesOn() }
        }
    }
}
