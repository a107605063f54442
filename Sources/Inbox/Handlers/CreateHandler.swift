import Domain
import Peers
import Storage
import Vocabulary

/// Create of a note, or of anything that is shown as a post.
///
/// Spec: ActivityPub 7.1.
struct CreateHandler: ActivityHandler {
    let directory: PeerDirectory
    let ids: IDGenerator

    func mayFetch(_ incoming: Incoming) -> Bool { incoming.activity.object.embedded == nil }

    func prepare(_ incoming: Incoming) async throws -> Effect {
        let sender = incoming.sender
        guard let (json, note) = try await object(of: incoming) else {
            return { _ in .ignored("no readable object") }
        }
        guard let uri = note.id.flatMap({ try? URI($0) }), uri.origin == sender.uri.origin else {
            return { _ in .ignored("the object is of another origin") }
        }
        guard ForeignNote.isWritten(note, by: sender.uri) else {
            return { _ in .ignored("written by somebody else") }
        }
        if let reason = ForeignNote.refusal(of: note) { return { _ in .ignored(reason) } }
        let reading = ForeignNote(note, json, uri: uri, sender: sender, activity: incoming.activity)
        return { application in try apply(application, reading) }
    }

    /// The embedded object, or the one the activity names, fetched from the sender's own host.
    ///
    /// - Throws: when it cannot be fetched now.
    private func object(of incoming: Incoming) async throws -> (JSONObject, NoteObject)? {
        if let embedded = incoming.activity.object.embedded {
            return (try? NoteObject(embedded)).map { (embedded, $0) }
        }
        guard let uri = incoming.objectURI, uri.origin == incoming.sender.uri.origin,
            let school = incoming.askingSchool
        else { return nil }
        let json = try await directory.object(uri, for: school)
        return (json, try NoteObject(json))
    }

    private func apply(_ application: Application, _ note: ForeignNote) throws -> Handled {
        let db = application.db
        let sender = application.incoming.sender
        if try db.tombstones.isBuried(note.uri, by: sender.uri) {
            return .ignored("deleted before it arrived")
        }
        let addressees = try addressees(of: note, application)
        let parent = try note.inReplyTo.flatMap { try db.posts.find(uri: $0) }
        let isHiddenParent = try parent.map { try !application.maySee($0) } ?? false
        if let parent, !isHiddenParent, let reason = try application.refusal(of: .reply, to: parent) {
            return .ignored(reason)
        }
        guard try isWanted(application, note, addressees, isHiddenParent ? nil : parent) else {
            return .ignored("nobody here is concerned")
        }
        var post = note.post(id: id(for: note, application), author: sender.id, receivedAt: application.now)
        // An answer to what its author may not see is shown as no answer: it could only have been guessed.
        if isHiddenParent { post.inReplyTo = nil }
        let isNew = try db.posts.insert(
            post,
            attachments: note.attachments,
            addressees: addressees.map(\.id)
        )
        guard isNew else { return .ignored("known already") }
        if let document = note.document { try db.postDocuments.set(document, of: post.id) }
        try db.timelines.add(post, to: application.schools)
        if post.audience == .direct { try db.timelines.addForAddressees(of: post, in: application.schools) }
        for account in addressees where account.isLocal && note.addressed.contains(account.uri) {
            try application.notify(account, .mention, post: post.id)
        }
        return .applied
    }

    /// Whom the note addresses, as far as we know them; of ours only those whose school allows the sender and between
    /// whom and the sender no block stands.
    ///
    /// One that names nobody of ours and came to somebody's own inbox is private to them: it named them in bto or bcc.
    private func addressees(of note: ForeignNote, _ application: Application) throws -> [Account] {
        let named = try application.db.accounts.find(uris: note.addressed)
        let parted = try application.db.blocks.parted(
            from: application.incoming.sender.id,
            among: named.map(\.id)
        )
        var found = named.filter { account in
            account.isActive && account.school.map(application.schools.contains) ?? true
                && !(account.isLocal && parted.contains(account.id))
        }
        if note.audience == .direct, !found.contains(where: \.isLocal),
            let id = application.incoming.received.recipient,
            let recipient = try application.db.accounts.find(id), let school = recipient.school,
            recipient.isActive, application.schools.contains(school), try !application.isParted(recipient)
        {
            found.append(recipient)
        }
        return found
    }

    /// A post concerns us when somebody here follows its author, is addressed, or is answered by it.
    private func isWanted(
        _ application: Application,
        _ note: ForeignNote,
        _ addressees: [Account],
        _ parent: Post?
    ) throws -> Bool {
        let db = application.db
        if addressees.contains(where: \.isLocal) { return true }
        if try db.follows.hasLocalFollower(of: application.incoming.sender.id, in: application.schools) {
            return true
        }
        guard let parent, note.audience.isForEverybody else { return false }
        return try db.accounts.find(parent.author)?.isLocal ?? false
    }

    /// A post that comes as it is written stands where it arrived; an old one stands where it was published.
    private func id(for note: ForeignNote, _ application: Application) -> Post.ID {
        let isLive = application.now - note.publishedAt < .minutes(1)
        return isLive || note.publishedAt > application.now ? ids.next() : ids.next(at: note.publishedAt)
    }
}
