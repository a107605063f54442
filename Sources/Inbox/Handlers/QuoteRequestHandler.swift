import Domain
import Outbox
import Peers
import Storage
import Vocabulary

/// QuoteRequest: somebody asks to quote a post of ours.
///
/// Spec: FEP-044f, "Receiving, accepting or rejecting quote posts".
///
/// Answered at once with Accept and a stamp, or Reject, as the post's author has chosen; or kept until the author answers.
/// A request that comes again gets the same answer. The post in it is only read, never written: it may not be published
/// yet, and comes in a Create of its own.
struct QuoteRequestHandler: ActivityHandler {
    func prepare(_ incoming: Incoming) async throws -> Effect {
        let sender = incoming.sender
        guard let target = incoming.objectURI else { return { _ in .ignored("no object") } }
        let instrument = incoming.activity.instrument
        guard let quoting = instrument.id.flatMap({ try? URI($0) }) else {
            return { _ in .ignored("no post that quotes") }
        }
        guard quoting.origin == sender.uri.origin else {
            return { _ in .ignored("the post that quotes is of another origin") }
        }
        if let embedded = instrument.embedded {
            guard let note = try? NoteObject(embedded), ForeignNote.isWritten(note, by: sender.uri) else {
                return { _ in .ignored("the post that quotes is written by somebody else") }
            }
            guard note.parts.quotes.flatMap({ try? URI($0) }) == target else {
                return { _ in .ignored("the post does not quote what is asked for") }
            }
        }
        return { application in try apply(application, quoting, target) }
    }

    private func apply(_ application: Application, _ quoting: URI, _ target: URI) throws -> Handled {
        let db = application.db
        let (sender, received) = (application.incoming.sender, application.incoming.received)
        if try application.isUndone() || db.tombstones.isBuried(quoting, by: received.actor) {
            return .ignored("undone before it arrived")
        }
        guard let post = try db.posts.find(uri: target), let author = try db.accounts.find(post.author),
            author.isLocal, author.isActive, let schoolID = author.school,
            let school = application.incoming.schools.first(where: { $0.id == schoolID })
        else { return .ignored("not a post of ours") }
        let written = try db.posts.find(uri: quoting)
        if let written, written.author != sender.id { return .ignored("somebody else's post") }
        if written?.deletedAt != nil { return .ignored("undone before it arrived") }
        let enqueuer = ActivityEnqueuer(db, ids: application.ids, school: school, now: application.now)
        let isParted = try application.isParted(author)
        guard try isParted || application.maySee(post) else { return .ignored("no such post") }
        let desk = QuoteDesk(enqueuer)
        let quote = try desk.receive(
            received.uri,
            of: quoting,
            by: sender,
            quoting: post,
            by: author,
            isParted: isParted
        )
        guard let quote else { return .ignored("the post quotes something else") }
        if let written { try application.noticeQuote(quote, in: written, to: author) }
        return .applied
    }
}

extension Application {
    /// Tells the author of a post that somebody quotes it, or asks to.
    func noticeQuote(_ quote: Quote, in post: Post, to author: Account) throws {
        switch quote.state {
        case .accepted: try notify(author, .quote, post: post.id)
        // What nobody has asked for is not to be answered.
        case .pending: if quote.request != nil { try notify(author, .quoteRequest, post: post.id) }
        case .rejected, .revoked: break
        }
    }

    /// The author of ours whom a note for everybody quotes, if the sender may see what it quotes.
    func quotedAuthor(of note: ForeignNote) throws -> Account? {
        guard note.audience.isForEverybody, let uri = note.body.quotes,
            let quoted = try db.posts.find(uri: uri),
            let author = try db.accounts.find(quoted.author), author.isActive,
            author.school.map(schools.contains) ?? false, try maySee(quoted)
        else { return nil }
        return author
    }
}
