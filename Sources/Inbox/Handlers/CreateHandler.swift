import Domain
import Peers
import Storage
import Vocabulary

/// Create of a note.
///
/// Spec: ActivityPub 7.1.
struct CreateHandler: ActivityHandler {
    let directory: PeerDirectory
    let ids: IDGenerator

    func prepare(_ incoming: Incoming) async throws -> Effect {
        let sender = incoming.sender
        guard let note = try await note(of: incoming) else { return { _ in .ignored("no readable object") } }
        guard let uri = note.id.flatMap({ try? URI($0) }), uri.origin == sender.uri.origin else {
            return { _ in .ignored("the object is of another origin") }
        }
        guard note.attributedTo == sender.uri.description else {
            return { _ in .ignored("written by somebody else") }
        }
        guard ForeignNote.types.contains(note.type) else {
            return { _ in .ignored("an object of another kind") }
        }
        let reading = ForeignNote(note, uri: uri, sender: sender, activity: incoming.activity)
        return { application in try apply(application, reading) }
    }

    /// The embedded object, or the one the activity names, fetched from the sender's own host.
    private func note(of incoming: Incoming) async throws -> NoteObject? {
        if let embedded = incoming.activity.object.embedded { return try? NoteObject(embedded) }
        guard let uri = incoming.objectURI, uri.origin == incoming.sender.uri.origin,
            let school = incoming.askingSchool
        else { return nil }
        return try? NoteObject(try await directory.object(uri, for: school))
    }

    private func apply(_ application: Application, _ note: ForeignNote) throws -> Handled {
        let db = application.db
        let sender = application.incoming.sender
        if try db.tombstones.isBuried(note.uri, by: sender.uri) {
            return .ignored("deleted before it arrived")
        }
        let addressed = try db.accounts.find(uris: note.addressed).filter(\.isActive)
        var addressees = addressed.map(\.id)
        // Addressed to nobody at all: private to the inbox that it came to.
        if let recipient = application.incoming.received.recipient, note.audience == .direct,
            addressed.isEmpty
        {
            addressees = [recipient]
        }
        let parent = try note.inReplyTo.flatMap { try db.posts.find(uri: $0) }
        guard try isWanted(application, note, addressees, parent) else {
            return .ignored("nobody here is concerned")
        }
        let post = note.post(id: id(for: note, application), author: sender.id, receivedAt: application.now)
        guard try db.posts.insert(post, addressees: addressees) else { return .ignored("known already") }
        try db.timelines.add(post, to: application.schools)
        if post.audience == .direct { try db.timelines.addForAddressees(of: post, in: application.schools) }
        for account in addressed where account.isLocal {
            try application.notify(account, .mention, post: post.id)
        }
        return .applied
    }

    /// A post concerns us when somebody here follows its author, is addressed, or is answered by it.
    private func isWanted(
        _ application: Application,
        _ note: ForeignNote,
        _ addressees: [Account.ID],
        _ parent: Post?
    ) throws -> Bool {
        let db = application.db
        if try db.accounts.find(addressees).values.contains(where: \.isLocal) { return true }
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
