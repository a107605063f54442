import Domain

/// The tables `post_search` and `account_search`: the words by which each engine's full-text index finds rows.
///
/// The stores of posts and accounts keep them; a row's `rowid` is the id of the post or account.
struct SearchStore {
    let db: any SQLConnection

    /// Indexes a new post.
    func add(_ post: Post, _ attachments: [Post.Attachment]) throws(StorageError) {
        try db.run(
            "INSERT INTO post_search (rowid, words) VALUES (\(post.id), \(Self.words(of: post, attachments)))"
        )
    }

    /// Indexes a post as it is now.
    func replace(_ post: Post, _ attachments: [Post.Attachment]) throws(StorageError) {
        try db.run(
            "UPDATE post_search SET words = \(Self.words(of: post, attachments)) WHERE rowid = \(post.id)"
        )
    }

    /// Forgets posts.
    func remove(_ posts: [Post.ID]) throws(StorageError) {
        try db.run("DELETE FROM post_search WHERE rowid IN (\(list: posts))")
    }

    /// Indexes a new account by its name and what it calls itself.
    func add(_ account: Account) throws(StorageError) {
        try db.run(
            "INSERT INTO account_search (rowid, words) VALUES (\(account.id), \(Self.words(of: account)))"
        )
    }

    /// Indexes an account as it is now.
    func replace(_ account: Account) throws(StorageError) {
        try db.run("UPDATE account_search SET words = \(Self.words(of: account)) WHERE rowid = \(account.id)")
    }

    /// Forgets an account.
    func remove(_ account: Account.ID) throws(StorageError) {
        try db.run("DELETE FROM account_search WHERE rowid = \(account)")
    }

    /// Forgets everything.
    func removeAll() throws(StorageError) {
        try db.run("DELETE FROM post_search")
        try db.run("DELETE FROM account_search")
    }

    /// Indexes the posts after one that are not deleted.
    ///
    /// - Returns: the last of them; nil when there were none.
    func addPosts(after last: Post.ID?, limit: Int) throws(StorageError) -> Post.ID? {
        let start = last ?? Post.ID(rawValue: -1)
        let posts = try db.run(
            "SELECT * FROM post WHERE id > \(start) AND deleted_at IS NULL ORDER BY id LIMIT \(limit)"
        ).decoded(Post.init(row:))
        let attachments = try db.postAttachments.find(of: posts.map(\.id))
        for post in posts { try add(post, attachments[post.id] ?? []) }
        return posts.last?.id
    }

    /// Indexes the accounts after one that are not gone.
    ///
    /// - Returns: the last of them; nil when there were none.
    func addAccounts(after last: Account.ID?, limit: Int) throws(StorageError) -> Account.ID? {
        let start = last ?? Account.ID(rawValue: -1)
        let accounts = try db.run(
            "SELECT * FROM account WHERE id > \(start) AND gone_at IS NULL ORDER BY id LIMIT \(limit)"
        ).decoded(Account.init(row:))
        for account in accounts { try add(account) }
        return accounts.last?.id
    }

    private static func words(of account: Account) -> String {
        SearchWords.words(of: "\(account.handle.name) \(account.displayName)", limit: 40).joined(
            separator: " "
        )
    }

    private static func words(of post: Post, _ attachments: [Post.Attachment]) -> String {
        var marks: [SearchMark] = [.author(post.author)]
        if post.inReplyTo != nil { marks.append(.reply) }
        if post.body.link != nil || hasLink(post.body.html) { marks.append(.has(.link)) }
        if post.type == .question { marks.append(.has(.poll)) }
        let kinds = Set(attachments.map(\.kind))
        let media: [(Post.Attachment.Kind, SearchMark.Part)] = [
            (.image, .image), (.video, .video), (.audio, .audio),
        ]
        let parts = media.filter { kinds.contains($0.0) }.map(\.1)
        if !parts.isEmpty { marks += ([.media] + parts).map { .has($0) } }
        return (marks.map(\.word) + post.searchWords).joined(separator: " ")
    }

    /// Whether there is a link that is neither a mention nor a hashtag; both carry a class that says so.
    private static func hasLink(_ html: String) -> Bool {
        var html = html
        return html.withUTF8 { bytes in
            var rest = bytes[...]
            while let start = rest.firstIndex(of: UInt8(ascii: "<")) {
                let tag = rest[start...].prefix { $0 != UInt8(ascii: ">") }
                rest = rest[tag.endIndex...]
                guard tag.starts(with: "<a ".utf8) else { continue }
                let text = String(decoding: tag, as: UTF8.self)
                if !text.contains("mention"), !text.contains("hashtag") { return true }
            }
            return false
        }
    }
}

extension SQLConnection {
    /// The full-text tables.
    var search: SearchStore { SearchStore(db: self) }
}
