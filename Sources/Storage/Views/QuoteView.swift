public import Domain

/// What quotes a post, and what posts quote, as far as a viewer may see it.
public struct QuoteView {
    let db: any SQLConnection

    /// A page of the posts that quote a post with its author's approval, newest first; of what the viewer may see.
    ///
    /// `before`: the last of the page before.
    public func posts(quoting quoted: URI, for viewer: Viewer, before: Post.ID?, limit: Int)
        throws(StorageError) -> [PresentedPost]
    {
        let posts = try db.run(
            """
            SELECT p.* FROM quote q JOIN post p ON p.uri = q.uri JOIN account w ON w.id = p.account_id
            WHERE q.quoted = \(quoted) AND q.state = 'accepted' AND p.id < \(before ?? Post.ID(rawValue: .max))
                AND \(fragment: VisibilitySQL.condition(for: viewer))
            ORDER BY p.id DESC LIMIT \(limit)
            """
        ).decoded(Post.init(row:))
        return try db.presenter.present(posts, to: viewer)
    }

    /// What each of some posts quotes, by the post.
    ///
    /// A quoted post is there only when its author has approved it and the viewer may see it. `isNested`: the posts are
    /// quoted ones themselves: of what these quote the id alone is told.
    func quotes(in posts: [Post], to viewer: Viewer, isNested: Bool) throws(StorageError)
        -> [Post.ID: PresentedQuote]
    {
        let quoting = posts.filter { $0.body.quotes != nil }
        guard !quoting.isEmpty else { return [:] }
        let quotes = try db.quotes.find(uris: quoting.map(\.uri))
        let accepted = quotes.values.filter { $0.state == .accepted }.map(\.quoted)
        let quoted = try visible(accepted, to: viewer)
        let gone = try deleted(accepted)
        let shown =
            isNested
            ? [] : try db.presenter.present(quoted.map { .init(quoting: $0) }, to: viewer, isNested: true)
        var presented: [Post.ID: PresentedQuote] = [:]
        for post in quoting {
            guard let uri = post.body.quotes else { continue }
            let quote = quotes[post.uri].flatMap { $0.quoted == uri ? $0 : nil }
            guard let quote, quote.state == .accepted else {
                presented[post.id] = .hidden(quote?.state.reason ?? .pending)
                continue
            }
            if let found = shown.first(where: { $0.post.uri == uri }) {
                presented[post.id] = .shown(found)
            } else if isNested, let found = quoted.first(where: { $0.uri == uri }) {
                presented[post.id] = .named(found.id)
            } else {
                presented[post.id] = .hidden(gone.contains(uri) ? .deleted : .unauthorized)
            }
        }
        return presented
    }

    private func visible(_ uris: [URI], to viewer: Viewer) throws(StorageError) -> [Post] {
        guard !uris.isEmpty else { return [] }
        return try db.run(
            """
            SELECT p.* FROM post p JOIN account w ON w.id = p.account_id
            WHERE p.uri IN (\(list: uris)) AND \(fragment: VisibilitySQL.condition(for: viewer))
            """
        ).decoded(Post.init(row:))
    }

    private func deleted(_ uris: [URI]) throws(StorageError) -> Set<URI> {
        guard !uris.isEmpty else { return [] }
        let rows = try db.run(
            "SELECT uri FROM post WHERE uri IN (\(list: uris)) AND deleted_at IS NOT NULL"
        )
        return Set(try rows.decoded { row throws(StorageError) in try row["uri"] })
    }
}

/// What a post quotes, for one viewer.
public indirect enum PresentedQuote: Sendable {
    /// The quoted post.
    case shown(PresentedPost)
    /// The quoted post's id, inside of another quote.
    case named(Post.ID)
    /// It is not shown.
    case hidden(Reason)

    /// Why a quoted post is not shown.
    public enum Reason: String, Sendable, CaseIterable {
        /// Its author has not approved it.
        case pending
        /// Its author has refused it.
        case rejected
        /// Its author has taken the approval back.
        case revoked
        /// It was deleted.
        case deleted
        /// The viewer may not see it, or it is not known here.
        case unauthorized
    }
}

extension Quote.State {
    fileprivate var reason: PresentedQuote.Reason {
        switch self {
        case .pending, .accepted: .pending
        case .rejected: .rejected
        case .revoked: .revoked
        }
    }
}

extension PostPresenter.Entry {
    fileprivate init(quoting post: Post) {
        self.init(post: post, position: post.id.rawValue, boostedBy: nil)
    }
}

extension SQLConnection {
    /// Quotes as they are shown.
    public var quoteViews: QuoteView { QuoteView(db: self) }
}
