public import Domain

/// The `post` and `post_addressee` tables.
public struct PostStore {
    let db: any SQLConnection

    /// Adds a post with its attachments, its poll and the accounts it addresses.
    ///
    /// - Returns: false, with nothing changed, when a post or tombstone with its URI is there already.
    @discardableResult
    public func insert(
        _ post: Post,
        attachments: [Post.Attachment] = [],
        poll: Poll? = nil,
        addressees: some Collection<Account.ID>
    ) throws(StorageError) -> Bool {
        let body = post.body
        let added = try db.run(
            """
            INSERT INTO post (id, uri, type, account_id, school_id, audience, is_local_only, reply_policy,
                boost_policy, quote_policy, quote_asking, in_reply_to, conversation, title, html, text, source, source_type, summary,
                is_sensitive, language, link, picture, picture_text, hashtags, mentions, emojis, quotes,
                learning_kind, learning_what, learning_why, page, published_at, edited_at, edits, deleted_at)
            VALUES (\(post.id), \(post.uri), \(post.type), \(post.author),
                (SELECT school_id FROM account WHERE id = \(post.author)), \(post.audience), \(post.isLocalOnly),
                \(post.replyPolicy), \(post.boostPolicy), \(post.quotePolicy.automatic),
                \(post.quotePolicy.manual), \(post.inReplyTo), \(post.conversation), \(body.title),
                \(body.html), \(body.text), \(body.source?.text), \(body.source?.mediaType), \(body.summary),
                \(body.isSensitive), \(body.language), \(body.link), \(body.picture?.url),
                \(body.picture?.description), \(body.storedHashtags), \(body.storedMentions),
                \(body.storedEmojis), \(body.quotes), \(body.learning?.kind), \(body.learning?.whatWeDid),
                \(body.learning?.why), \(post.page), \(post.publishedAt), \(post.editedAt), 0, \(post.deletedAt))
            ON CONFLICT (uri) DO NOTHING RETURNING id
            """
        )
        guard !added.isEmpty else { return false }
        try db.postAttachments.insert(attachments, to: post.id)
        if let poll { try db.polls.insert(poll) }
        for account in Set(addressees) {
            try db.run("INSERT INTO post_addressee (post_id, account_id) VALUES (\(post.id), \(account))")
        }
        try db.search.add(post, attachments)
        try db.hashtags.add(post.body.hashtags, of: post.id)
        return true
    }

    /// Writes an edit: what the post says, with its attachments, and when that was.
    ///
    /// What it said before is kept as a version; of a tombstone nothing is changed.
    public func edit(
        _ id: Post.ID,
        _ body: Post.Body,
        attachments: [Post.Attachment] = [],
        at time: Timestamp
    ) throws(StorageError) {
        // Counted first: that holds the row against another edit, so that no number is given twice.
        let counted = try db.run(
            "UPDATE post SET edits = edits + 1 WHERE id = \(id) AND deleted_at IS NULL RETURNING edits"
        )
        guard let number: Int = try counted.first?["edits"] else { return }
        try db.postVersions.keep(id, as: number)
        let edited = try db.run(
            """
            UPDATE post SET title = \(body.title), html = \(body.html), text = \(body.text),
                source = \(body.source?.text), source_type = \(body.source?.mediaType), summary = \(body.summary),
                is_sensitive = \(body.isSensitive), language = \(body.language), link = \(body.link),
                picture = \(body.picture?.url), picture_text = \(body.picture?.description),
                hashtags = \(body.storedHashtags), mentions = \(body.storedMentions),
                emojis = \(body.storedEmojis), quotes = \(body.quotes), learning_kind = \(body.learning?.kind),
                learning_what = \(body.learning?.whatWeDid), learning_why = \(body.learning?.why),
                edited_at = \(time)
            WHERE id = \(id) RETURNING *
            """
        )
        if let post = try edited.decoded(Post.init(row:)).first { try db.search.replace(post, attachments) }
        try db.postAttachments.removeAll(of: [id])
        try db.postAttachments.insert(attachments, to: id)
        try db.hashtags.remove(of: [id])
        try db.hashtags.add(body.hashtags, of: id)
        try db.streamEvents.add(.edit, post: id)
    }

    /// Changes who may answer a post, and boost it.
    public func setPolicies(
        _ id: Post.ID,
        reply: InteractionPolicy,
        boost: InteractionPolicy
    ) throws(StorageError) {
        try db.run("UPDATE post SET reply_policy = \(reply), boost_policy = \(boost) WHERE id = \(id)")
    }

    /// Makes a post another kind of thing: a note that gets a poll becomes a question.
    public func setType(_ id: Post.ID, _ type: PostType) throws(StorageError) {
        try db.run("UPDATE post SET type = \(type) WHERE id = \(id)")
    }

    /// Changes who may quote a post.
    public func setQuotePolicy(_ id: Post.ID, _ policy: QuotePolicy) throws(StorageError) {
        try db.run(
            """
            UPDATE post SET quote_policy = \(policy.automatic), quote_asking = \(policy.manual) WHERE id = \(id)
            """
        )
    }

    /// Narrows a post's audience.
    public func setAudience(_ id: Post.ID, _ audience: Audience) throws(StorageError) {
        try db.run("UPDATE post SET audience = \(audience) WHERE id = \(id)")
    }

    /// Empties a post and leaves its tombstone; its reactions, notices and timeline entries go.
    public func bury(_ id: Post.ID, at time: Timestamp) throws(StorageError) {
        try db.streamEvents.addRemoval(of: id)
        try bury([id], at: time)
    }

    /// Buries several posts.
    func bury(_ ids: [Post.ID], at time: Timestamp) throws(StorageError) {
        guard !ids.isEmpty else { return }
        try db.run(
            """
            UPDATE post SET title = '', html = '', text = '', source = NULL, source_type = NULL, summary = '',
                link = NULL, picture = NULL, picture_text = NULL, hashtags = '', mentions = '', emojis = '',
                quotes = NULL, learning_kind = NULL, learning_what = NULL, learning_why = NULL,
                deleted_at = \(time)
            WHERE id IN (\(list: ids)) AND deleted_at IS NULL
            """
        )
        try db.postAttachments.removeAll(of: ids)
        try db.uploads.removeAll(of: ids)
        try db.postDocuments.removeAll(of: ids)
        try db.postVersions.removeAll(of: ids)
        try db.quotes.removeAll(by: ids)
        try db.linkPreviews.removeAll(of: ids)
        try db.run("DELETE FROM reaction WHERE post_id IN (\(list: ids))")
        try db.run("DELETE FROM notice WHERE post_id IN (\(list: ids))")
        try db.run("DELETE FROM timeline_entry WHERE post_id IN (\(list: ids))")
        try db.pins.remove(ids)
        try db.bookmarks.remove(of: ids)
        try db.filters.removeEntries(of: ids)
        try db.conversationMutes.remove(of: ids)
        try db.directThreads.retreat(from: ids)
        try db.polls.removeAll(of: ids)
        try db.run("DELETE FROM post_addressee WHERE post_id IN (\(list: ids))")
        try db.search.remove(ids)
        try db.hashtags.remove(of: ids)
    }

    /// The post with an id, a tombstone too.
    public func find(_ id: Post.ID) throws(StorageError) -> Post? {
        try db.run("SELECT * FROM post WHERE id = \(id)").decoded(Post.init(row:)).first
    }

    /// The post with a URI, a tombstone too.
    public func find(uri: URI) throws(StorageError) -> Post? {
        try db.run("SELECT * FROM post WHERE uri = \(uri)").decoded(Post.init(row:)).first
    }

    /// The accounts that a post addresses by name.
    public func addressees(of id: Post.ID) throws(StorageError) -> [Account.ID] {
        try db.run("SELECT account_id FROM post_addressee WHERE post_id = \(id) ORDER BY account_id")
            .decoded { row throws(StorageError) in try row["account_id"] }
    }

    /// How many public answers there are to each of some posts.
    public func countReplies(to posts: [URI]) throws(StorageError) -> [URI: Int] {
        guard !posts.isEmpty else { return [:] }
        let rows = try db.run(
            """
            SELECT p.in_reply_to AS parent, COUNT(*) AS n FROM post p JOIN account w ON w.id = p.account_id
            WHERE p.in_reply_to IN (\(list: posts)) AND p.audience IN ('public', 'unlisted')
                AND p.is_local_only = 0 AND p.deleted_at IS NULL AND w.suspended_at IS NULL AND w.gone_at IS NULL
            GROUP BY p.in_reply_to
            """
        )
        var counts: [URI: Int] = [:]
        for row in rows { counts[try row["parent"]] = try row["n"] }
        return counts
    }

    /// How many posts an account has written that are not deleted.
    public func count(of account: Account.ID) throws(StorageError) -> Int {
        try db.run("SELECT COUNT(*) AS n FROM post WHERE account_id = \(account) AND deleted_at IS NULL")
            .count("n")
    }

    /// How many posts a school's accounts have written that are not deleted, for NodeInfo.
    public func count(of school: School.ID) throws(StorageError) -> Int {
        try db.run(
            """
            SELECT COUNT(*) AS n FROM post
            WHERE school_id = \(school) AND deleted_at IS NULL
            """
        ).count("n")
    }
}

extension SQLConnection {
    /// The `post` table.
    public var posts: PostStore { PostStore(db: self) }
}
