public import Domain

/// Finds posts and people by words.
public struct SearchView {
    let db: any SQLConnection

    /// Of all that match, the newest so many are looked at.
    private static let matches = 2_000
    /// Of those that the viewer may see, the newest so many are ranked.
    private static let candidates = 200

    /// The posts that answer a query and that the viewer may see, the best first; not by those whom they mute.
    ///
    /// Ranked are the newest 200 that they may see of the newest 2,000 that match: what a search costs does not grow
    /// with the number of posts.
    public func posts(
        _ query: SearchQuery,
        for viewer: Viewer,
        now: Timestamp,
        offset: Int = 0,
        limit: Int = 20
    ) throws(StorageError) -> [PresentedPost] {
        var terms = query.terms
        for author in query.authors {
            guard let id = try account(author, viewer) else { return [] }
            terms.add(.author(id))
        }
        guard terms.wantsSomething else { return [] }
        let until = query.until.map { Post.ID.lowest(at: $0) } ?? Post.ID(rawValue: .max)
        let since = query.since.map { Post.ID.lowest(at: $0) } ?? Post.ID(rawValue: 0)
        let found = try db.run(
            """
            SELECT p.* FROM (
                SELECT rowid AS id FROM post_search
                WHERE \(fragment: db.dialect.fullTextMatch("post_search", terms)) AND rowid >= \(since) AND rowid < \(until)
                ORDER BY rowid DESC LIMIT \(Self.matches)) s
                JOIN post p ON p.id = s.id JOIN account w ON w.id = p.account_id
            WHERE \(fragment: VisibilitySQL.condition(for: viewer))
                AND \(fragment: VisibilitySQL.isListed(for: viewer))
                AND \(fragment: MuteSQL.isHeard(column: "p.account_id", by: viewer))
            ORDER BY p.id DESC LIMIT \(Self.candidates)
            """
        ).decoded(Post.init(row:))
        let ranked = try rank(found, query.terms, for: viewer, now)
        return try db.presenter.present(
            Array(ranked.dropFirst(max(0, offset)).prefix(max(0, limit))),
            to: viewer
        )
    }

    /// The account that `from:` names: `me`, a name of the viewer's school, or a whole handle.
    private func account(_ name: String, _ viewer: Viewer) throws(StorageError) -> Account.ID? {
        guard case .account(let id, let school) = viewer else { return nil }
        if name == "me" { return id }
        guard let host = try db.schools.find(school)?.host else { return nil }
        guard let handle = try? Handle(name.contains("@") ? name : "\(name)@\(host)") else { return nil }
        return try db.accounts.find(handle)?.id
    }

    private func rank(_ posts: [Post], _ terms: SearchTerms, for viewer: Viewer, _ now: Timestamp)
        throws(StorageError)
        -> [Post]
    {
        let reactions = try db.reactions.counts(of: posts.map(\.id))
        let followed = try viewer.account.map { id throws(StorageError) in
            try db.follows.followed(by: id, among: Set(posts.map(\.author)))
        }
        let judge = SearchScore(terms, now: now)
        let scored = posts.map { post in
            let counts = reactions[post.id]
            return (
                post,
                judge.score(
                    of: post,
                    reactions: (counts?.likes ?? 0) + (counts?.boosts ?? 0),
                    isFollowed: followed?.contains(post.author) ?? false
                )
            )
        }
        return scored.sorted { ($0.1, $0.0.id) > ($1.1, $1.0.id) }.map(\.0)
    }

    /// The accounts whose name or handle has the words of a text, the last of each may go on: those whom the viewer
    /// follows first, then those of the viewer's school, then the rest.
    ///
    /// Only accounts that are active, at hosts that the school admits, and between whom and the viewer no block stands.
    public func accounts(
        _ text: String,
        for viewer: Account.ID,
        of school: School.ID,
        offset: Int = 0,
        limit: Int = 20
    ) throws(StorageError) -> [Account] {
        let terms = SearchTerms(prefixesOf: text)
        guard terms.wantsSomething else { return [] }
        return try db.run(
            """
            SELECT w.* FROM (
                SELECT rowid AS id FROM account_search
                WHERE \(fragment: db.dialect.fullTextMatch("account_search", terms))
                ORDER BY rowid DESC LIMIT \(Self.matches)) s JOIN account w ON w.id = s.id
            WHERE w.suspended_at IS NULL AND w.gone_at IS NULL
                AND \(fragment: VisibilitySQL.isListed(for: .account(viewer, school: school)))
                AND \(fragment: AdmissionSQL.isAdmitted(column: "w.host", by: "\(school)"))
                AND NOT EXISTS (SELECT 1 FROM block k WHERE k.blocker_id = w.id AND k.blocked_id = \(viewer))
                AND NOT EXISTS (SELECT 1 FROM block k WHERE k.blocker_id = \(viewer) AND k.blocked_id = w.id)
            ORDER BY EXISTS (SELECT 1 FROM follow f WHERE f.follower_id = \(viewer) AND f.followed_id = w.id
                    AND f.state = 'accepted') DESC, COALESCE(w.school_id = \(school), 1 = 0) DESC, w.id DESC
            LIMIT \(max(0, limit)) OFFSET \(max(0, offset))
            """
        ).decoded(Account.init(row:))
    }
}

extension SQLConnection {
    /// Searches.
    public var searches: SearchView { SearchView(db: self) }
}
