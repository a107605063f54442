import Domain
import Peers
import Storage
import Vocabulary

/// Update of a note by its author, or of an actor by itself.
///
/// Spec: ActivityPub 7.3.
///
/// An actor's new document is fetched from its home, never taken from the activity: a key that the actor's own
/// document does not list is no key.
struct UpdateHandler: ActivityHandler {
    let directory: PeerDirectory

    func mayFetch(_ incoming: Incoming) -> Bool { incoming.objectURI == incoming.sender.uri }

    func prepare(_ incoming: Incoming) async throws -> Effect {
        let sender = incoming.sender
        guard let uri = incoming.objectURI else { return { _ in .ignored("no object") } }
        if uri == sender.uri {
            guard let school = incoming.askingSchool else {
                return { _ in .ignored("no school allows the host") }
            }
            let fresh = try await directory.refreshed(sender, for: school)
            return { application in
                try fresh.store(in: application.db) == nil ? .ignored("the actor is gone") : .applied
            }
        }
        guard let embedded = incoming.activity.object.embedded, let note = try? NoteObject(embedded) else {
            return { _ in .ignored("no readable object") }
        }
        if let reason = ForeignNote.refusal(of: note) { return { _ in .ignored(reason) } }
        let reading = ForeignNote(note, embedded, uri: uri, sender: sender, activity: incoming.activity)
        return { application in try reading.edit(in: application, as: sender) }
    }
}

extension ForeignNote {
    /// Writes the note over what is known of it, when it is its author's and newer.
    ///
    /// An Update that changes nothing but the counts of a poll is no edit.
    func edit(in application: Application, as author: Account) throws -> Handled {
        let db = application.db
        guard let post = try db.posts.find(uri: uri), post.deletedAt == nil else {
            return .ignored("no such post")
        }
        guard post.author == author.id else { return .ignored("somebody else's post") }
        let edited = min(editedAt ?? application.now, application.now)
        if let last = post.editedAt, edited < last { return .ignored("older than what is known") }
        let isNarrower = try restrict(post, in: db)
        let isAnotherPolicy = post.replyPolicy != replyPolicy || post.boostPolicy != boostPolicy
        if isAnotherPolicy { try db.posts.setPolicies(post.id, reply: replyPolicy, boost: boostPolicy) }
        let isRecounted = try updatePoll(of: post, in: application)
        let isAnotherQuote = try noteQuote(in: application, of: post, by: author)
        guard try post.body != body || db.postAttachments.find(of: post.id) != attachments else {
            return isNarrower || isAnotherPolicy || isRecounted || isAnotherQuote
                ? .applied : .ignored("nothing changed")
        }
        try db.posts.edit(post.id, body, attachments: attachments, at: edited)
        try application.noteLink(of: post.id)
        if let document { try db.postDocuments.set(document, of: post.id) }
        return .applied
    }

    /// Notes who may quote it, what it quotes and the approval of that.
    ///
    /// - Returns: whether that is another than it was.
    private func noteQuote(in application: Application, of post: Post, by author: Account) throws -> Bool {
        let db = application.db
        if post.quotePolicy != quotePolicy { try db.posts.setQuotePolicy(post.id, quotePolicy) }
        let before = try db.quotes.find(uri: uri)
        try noteQuote(by: author, in: application.writer)
        return try post.quotePolicy != quotePolicy || before != db.quotes.find(uri: uri)
    }

    /// A post that became more private is shown to fewer from now on; an edit never widens an audience.
    private func restrict(_ post: Post, in db: any SQLConnection) throws -> Bool {
        let order: [Audience] = [.public, .unlisted, .followers, .direct]
        guard let old = order.firstIndex(of: post.audience), let new = order.firstIndex(of: audience),
            new > old
        else { return false }
        try db.posts.setAudience(post.id, audience)
        return true
    }
}

extension Application {
    /// Notes which page a post links to after an edit.
    fileprivate func noteLink(of id: Post.ID) throws {
        guard let post = try db.posts.find(id) else { return }
        try LinkNoter(db, ids: ids, now: now).note(post, from: .received, isEdit: true)
    }
}
