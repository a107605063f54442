import Domain
import Peers
import Storage
import Vocabulary

/// Create of a note, or of anything that is shown as a post; or of a vote.
///
/// Spec: ActivityPub 7.1.
struct CreateHandler: ActivityHandler {
    let directory: PeerDirectory

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
        if let vote = ForeignVote(note) { return { application in try application.count(vote) } }
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
        let writer = application.writer
        if try writer.isBuried(note, by: sender) { return .ignored("deleted before it arrived") }
        let addressees = try addressees(of: note, application)
        let parent = try writer.parent(of: note, by: sender)
        if case .known(let post) = parent, let reason = try application.refusal(of: .reply, to: post) {
            return .ignored(reason)
        }
        guard try isWanted(application, note, addressees, parent) else {
            return .ignored("nobody here is concerned")
        }
        let written = try writer.write(
            note,
            by: sender,
            answering: parent,
            to: addressees,
            isFetched: false
        )
        if case .missing(let uri) = parent, written != nil { try application.haveFetched(parent: uri) }
        guard let post = try written ?? arrived(note, application) else { return .ignored("known already") }
        try db.timelines.add(post, to: application.schools)
        if post.audience == .direct { try db.timelines.addForAddressees(of: post, in: application.schools) }
        try db.notices.tellFollowers(of: post, now: application.now) { application.ids.next() }
        for account in addressees where account.isLocal && note.addressed.contains(account.uri) {
            try application.notify(account, .mention, post: post.id)
        }
        if let quoted = try application.quotedAuthor(of: note), let quote = try db.quotes.find(uri: note.uri)
        {
            try application.noticeQuote(quote, in: post, to: quoted)
        }
        return .applied
    }

    /// A post that was fetched before it was sent: whom it is for gets it now.
    private func arrived(_ note: ForeignNote, _ application: Application) throws -> Post? {
        guard let known = try application.db.posts.find(uri: note.uri),
            known.author == application.incoming.sender.id, try application.db.posts.arrive(known.id)
        else { return nil }
        return known
    }

    /// Whom the note addresses.
    ///
    /// One that names nobody of ours and came to somebody's own inbox is private to them: it named them in bto or bcc.
    private func addressees(of note: ForeignNote, _ application: Application) throws -> [Account] {
        var found = try application.writer.addressees(of: note, by: application.incoming.sender)
        if note.audience == .direct, !found.contains(where: \.isLocal),
            let id = application.incoming.received.recipient,
            let recipient = try application.db.accounts.find(id), let school = recipient.school,
            recipient.isActive, application.schools.contains(school), try !application.isParted(recipient)
        {
            found.append(recipient)
        }
        return found
    }

    /// A post concerns us when somebody here follows its author, is addressed, or is answered or quoted by it; a public one also
    /// when somebody here follows a hashtag of it.
    private func isWanted(
        _ application: Application,
        _ note: ForeignNote,
        _ addressees: [Account],
        _ parent: PeerPostWriter.Parent
    ) throws -> Bool {
        let db = application.db
        if addressees.contains(where: \.isLocal) { return true }
        if try db.follows.hasLocalFollower(of: application.incoming.sender.id, in: application.schools) {
            return true
        }
        if note.audience == .public,
            try db.hashtags.isFollowed(anyOf: note.body.hashtags, in: application.schools)
        {
            return true
        }
        if try application.quotedAuthor(of: note) != nil { return true }
        guard case .known(let parent) = parent, note.audience.isForEverybody else { return false }
        return try db.accounts.find(parent.author)?.isLocal ?? false
    }
}
