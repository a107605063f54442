import Domain
import Outbox
import Storage

/// Delete of a post by its author, of an approval of a quote by who gave it, or of an actor by itself.
///
/// Spec: ActivityPub 7.4; FEP-044f, "Handling a revocation".
///
/// A Delete that overtakes its Create leaves a tombstone, so that the late Create is ignored.
struct DeleteHandler: ActivityHandler {
    func prepare(_ incoming: Incoming) async throws -> Effect {
        guard let uri = incoming.objectURI else { return { _ in .ignored("no object") } }
        return { application in try apply(application, uri) }
    }

    private func apply(_ application: Application, _ uri: URI) throws -> Handled {
        let db = application.db
        let sender = application.incoming.sender
        if uri == sender.uri {
            try db.buryAccount(sender.id, at: application.now)
            try db.peerKeys.replace(of: sender.uri, with: [])
            return .applied
        }
        guard let post = try db.posts.find(uri: uri) else {
            guard uri.origin == sender.uri.origin else { return .ignored("of another origin") }
            try db.tombstones.bury(uri, by: sender.uri, at: application.now)
            try revoke(uri, application)
            return .applied
        }
        guard post.author == sender.id else { return .ignored("somebody else's post") }
        try db.posts.bury(post.id, at: application.now)
        return .applied
    }

    /// Takes back the quotes that an approval stood for, when it was the quoted author's; those who have a post of ours
    /// that quoted are told.
    private func revoke(_ stamp: URI, _ application: Application) throws {
        let db = application.db
        for var quote in try db.quotes.find(stamp: stamp) where quote.state != .revoked {
            guard
                try db.posts.find(uri: quote.quoted).map({ $0.author == application.incoming.sender.id })
                    ?? true
            else { continue }
            let wasAccepted = quote.state == .accepted
            quote.state = .revoked
            quote.dueAt = nil
            try db.quotes.set(quote)
            guard wasAccepted, let account = try db.accounts.find(quote.account), let id = account.school,
                let school = application.incoming.schools.first(where: { $0.id == id }),
                let post = try db.posts.find(uri: quote.uri)
            else { continue }
            try ActivityEnqueuer(db, ids: application.ids, school: school, now: application.now)
                .tellQuote(of: post, by: account)
        }
    }
}
