import Content
import Domain
import Media
import Outbox
import Peers
import Storage

/// Writes posts from an archive as the account's own, with their old dates: nobody is told, nothing is sent, and no home
/// timeline changes.
///
/// A post that answers stays an answer where its author may answer, or where the other post is not known here; one of
/// our own people is not answered behind their back.
struct PostImporter {
    let database: any SQLDatabase
    let media: MediaLibrary
    let ids: IDGenerator
    let account: Account
    let school: School
    let limits: ArchiveLimits

    /// What became of a post.
    enum Outcome: Sendable, Equatable {
        /// It was added; why some of its pictures were not.
        case added(without: [String])
        /// It is there already, or was and is deleted.
        case known
    }

    /// Imports a post with its pictures from the archive.
    ///
    /// - Throws: `StorageError`, `OutboxError.notAbleToAct` when the account is gone, `ArchiveError.diskFull`,
    ///   `MediaError.busy`.
    func add(_ post: ArchivedPost, from archive: UnpackedArchive) async throws -> Outcome {
        let (account, original) = (account.id, post.original.description)
        if try await database.read({ try $0.imports.post(original, of: account) }) != nil { return .known }
        var missing: [String] = []
        var uploads: [(reference: String, upload: Upload)] = []
        for item in post.media {
            guard uploads.count < limits.media else {
                missing.append("more than \(limits.media) files: \(item.reference)")
                continue
            }
            do {
                uploads.append((item.reference, try await upload(item, from: archive)))
            } catch MediaError.diskFull {
                throw ArchiveError.diskFull
            } catch MediaError.busy {
                // The import is begun anew later.
                throw MediaError.busy
            } catch let error as MediaError {
                missing.append("\(item.reference): \(error)")
            } catch let error as ArchiveError {
                missing.append("\(item.reference): \(error)")
            } catch is FileMissing {
                missing.append("\(item.reference): the archive does not have it")
            }
        }
        let (made, absent) = (uploads, missing)
        return try await database.write { db in
            try write(post, made, in: db) ? .added(without: absent) : .known
        }
    }

    private struct FileMissing: Error {}

    private func upload(_ item: ArchivedPost.Media, from archive: UnpackedArchive) async throws -> Upload {
        guard let path = archive.file(named: item.reference) else { throw FileMissing() }
        return try await media.receive(for: account.id) { file in
            try await forEachPart(of: path) { try await file.write($0) }
            return try await media.add(
                file,
                for: account.id,
                description: item.description,
                focus: item.focus
            )
        }
    }

    /// - Returns: false when it is there already.
    private func write(
        _ archived: ArchivedPost,
        _ uploads: [(reference: String, upload: Upload)],
        in db: any SQLConnection
    ) throws -> Bool {
        guard let author = try db.accounts.find(account.id), author.isActive else {
            throw OutboxError.notAbleToAct
        }
        let (note, original) = (archived.note, archived.original.description)
        var id: Post.ID = ids.next(at: note.publishedAt)
        while try db.posts.find(id) != nil { id = ids.next(at: note.publishedAt) }
        guard try db.imports.remember(original, as: id, of: author.id) else { return false }
        let uris = LocalActorURIs(origin: school.origin)
        let parent = try parent(of: note, in: db)
        let attachments = uploads.map { $0.upload.attachment(at: school.origin) }
        var body = note.body
        body.source = archived.source
        // A poll's answers stand beside the text of our own posts.
        body.text = PlainText.from(SanitizedHTML(stored: body.html))
        // Pictures elsewhere, quotes that nobody has allowed us, and the old page stay where they are.
        (body.emojis, body.quotes, body.picture, body.link) = ([], nil, nil, nil)
        if let cover = archived.cover, let place = uploads.firstIndex(where: { $0.reference == cover }) {
            body.picture = Post.Body.Picture(
                attachments[place].url,
                description: attachments[place].description
            )
        }
        let post = Post(
            id: id,
            uri: uris.post(id),
            type: note.type,
            author: author.id,
            audience: archived.audience,
            isLocalOnly: archived.isLocalOnly,
            replyPolicy: note.replyPolicy,
            boostPolicy: note.boostPolicy,
            quotePolicy: note.quotePolicy,
            inReplyTo: parent?.uri,
            conversation: parent?.conversation ?? uris.conversation(id).description,
            body: body,
            page: uris.page(author.handle.name, post: id),
            publishedAt: note.publishedAt,
            editedAt: note.editedAt.flatMap { $0 < note.publishedAt ? nil : $0 }
        )
        try db.posts.insert(post, attachments: attachments, poll: poll(of: note, for: post), addressees: [])
        for (_, upload) in uploads where try !db.uploads.attach(upload.id, to: id) {
            throw OutboxError.noSuchUpload
        }
        return true
    }

    /// A poll that is over, whenever it was to end: its voters are elsewhere.
    private func poll(of note: ForeignNote, for post: Post) -> Poll? {
        guard var poll = note.poll?.poll(of: post.id, at: post.publishedAt) else { return nil }
        poll.hidesTotals = false
        poll.endedAt = poll.endedAt ?? poll.endsAt ?? post.publishedAt
        return poll
    }

    private func parent(of note: ForeignNote, in db: any SQLConnection) throws
        -> (uri: URI, conversation: String?)?
    {
        guard let uri = note.inReplyTo else { return nil }
        if let own = try db.imports.post(uri.description, of: account.id), let post = try db.posts.find(own) {
            return (post.uri, post.conversation)
        }
        guard let post = try db.posts.find(uri: uri) else {
            // It may come to be known one day, but then from its own home.
            return try db.schools.find(host: uri.host) == nil ? (uri, nil) : nil
        }
        guard try db.sights.canSee(.account(account.id, school: school.id), post),
            try db.interactions.allows(.reply, account, on: post)
        else { return nil }
        return (post.uri, post.conversation)
    }
}
