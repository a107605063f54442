import Content
public import Domain
public import Storage

/// Notes which page a post links to, inside the transaction that writes the post.
///
/// Only of posts for everybody: to ask for a page tells its site that somebody is talking about it, and what is linked in
/// private may be a secret in itself, or be used up by being asked for.
public struct LinkNoter {
    private let db: any SQLConnection
    private let ids: IDGenerator
    private let now: Timestamp

    /// Where a post came from, which says when its page is asked.
    public enum Source: Sendable {
        /// Somebody here wrote it: within two seconds.
        case own
        /// It was sent to us, and to many others at the same moment: within a minute, when a partner's server sent it or
        /// somebody here follows its author; of strangers only what is known already is shown.
        case received
        /// We fetched it, as an old one or of many: never; what is known already is shown.
        case fetched
    }

    /// Works in a transaction.
    public init(_ db: any SQLConnection, ids: IDGenerator, now: Timestamp) {
        self.db = db
        self.ids = ids
        self.now = now
    }

    /// Notes the first page that a new or edited post links to; not mentions, hashtags, what it quotes, or pages of our own.
    ///
    /// - Throws: `StorageError`.
    public func note(_ post: Post, from source: Source, isEdit: Bool = false) throws {
        guard post.audience.isForEverybody, !post.isLocalOnly, let url = try page(of: post) else {
            if isEdit { try db.linkPreviews.detach(post.id) }
            return
        }
        let id: LinkPreview.ID = ids.next()
        // The random part of the id.
        let noise = id.rawValue & 0xFFFF
        let dueAt: Timestamp? =
            switch source {
            case .own: now + Span(milliseconds: noise % 2_000)
            case .received: try isAuthorKnown(post) ? now + Span(milliseconds: noise % 60_000) : nil
            case .fetched: nil
            }
        try db.linkPreviews.attach(url, to: post.id, as: id, dueAt: dueAt, now: now)
    }

    /// Whether somebody here follows a post's author, or a school is a partner of their server.
    ///
    /// A stranger whom only an open school lets in could otherwise have us ask any page by mentioning somebody here.
    private func isAuthorKnown(_ post: Post) throws -> Bool {
        guard let author = try db.accounts.find(post.author) else { return false }
        if try db.partners.isApproved(author.host) { return true }
        return try db.follows.hasLocalFollower(of: author.id, in: db.schools.all().map(\.id))
    }

    private func page(of post: Post) throws -> URI? {
        let mentioned = Set(post.body.mentions)
        let text = try FirstLink.find(in: SanitizedHTML(stored: post.body.html)) { text in
            guard let uri = try? URI(text), uri != post.body.quotes, !mentioned.contains(uri) else {
                return false
            }
            return try db.schools.find(host: uri.host) == nil
        }
        if let text { return try? URI(text).withoutFragment }
        guard let link = post.body.link, link != post.page, try db.schools.find(host: link.host) == nil else {
            return nil
        }
        return link.withoutFragment
    }
}
