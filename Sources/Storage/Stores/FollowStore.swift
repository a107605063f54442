public import Domain

/// The `follow` table.
public struct FollowStore {
    let db: any SQLConnection

    /// Adds a follow; one that is there for the same two accounts takes the new URI and keeps its state.
    ///
    /// - Returns: the follow as it is stored.
    @discardableResult
    public func insert(_ follow: Follow) throws(StorageError) -> Follow {
        let rows = try db.run(
            """
            INSERT INTO follow (id, follower_id, followed_id, uri, state, created_at, shows_boosts, notifies)
            VALUES (\(follow.id), \(follow.follower), \(follow.followed), \(follow.uri), \(follow.state),
                \(follow.createdAt), \(follow.showsBoosts), \(follow.notifies))
            ON CONFLICT (follower_id, followed_id) DO UPDATE SET uri = excluded.uri
            RETURNING *
            """
        )
        return try rows.decoded(Follow.init(row:)).first ?? follow
    }

    /// The follow between two accounts.
    public func find(follower: Account.ID, followed: Account.ID) throws(StorageError) -> Follow? {
        try db.run("SELECT * FROM follow WHERE follower_id = \(follower) AND followed_id = \(followed)")
            .decoded(Follow.init(row:)).first
    }

    /// The follow that a Follow activity's URI names.
    public func find(uri: URI) throws(StorageError) -> Follow? {
        try db.run("SELECT * FROM follow WHERE uri = \(uri)").decoded(Follow.init(row:)).first
    }

    /// Which of some accounts an account follows, accepted.
    public func followed(by follower: Account.ID, among accounts: Set<Account.ID>) throws(StorageError)
        -> Set<Account.ID>
    {
        let rows = try db.run(
            """
            SELECT followed_id FROM follow
            WHERE follower_id = \(follower) AND state = 'accepted' AND followed_id IN (\(list: Array(accounts)))
            """
        )
        return Set(try rows.decoded { row throws(StorageError) in try row["followed_id"] })
    }

    /// Changes what a follower gets of whom they follow.
    public func set(_ id: Follow.ID, showsBoosts: Bool, notifies: Bool) throws(StorageError) {
        try db.run(
            "UPDATE follow SET shows_boosts = \(showsBoosts), notifies = \(notifies) WHERE id = \(id)"
        )
    }

    /// Those who want to be told of each post of an author, and have got this one into their home timelines.
    public func toBeTold(of post: Post) throws(StorageError) -> [Account.ID] {
        try db.run(
            """
            SELECT f.follower_id FROM follow f JOIN timeline_entry t
                ON t.account_id = f.follower_id AND t.position = \(post.id)
            WHERE f.followed_id = \(post.author) AND f.notifies = 1 AND f.state = 'accepted'
            """
        ).decoded { row throws(StorageError) in try row["follower_id"] }
    }

    /// Marks a follow as accepted.
    public func accept(_ id: Follow.ID) throws(StorageError) {
        try db.run("UPDATE follow SET state = 'accepted' WHERE id = \(id)")
    }

    /// Removes a follow, and with it the followed account from the follower's lists.
    public func remove(_ id: Follow.ID) throws(StorageError) {
        let removed = try db.run("DELETE FROM follow WHERE id = \(id) RETURNING follower_id, followed_id")
            .first
        guard let removed else { return }
        try db.accountLists.remove(try removed["followed_id"], fromAllOf: try removed["follower_id"])
    }

    /// A page of accepted follows, newest first, either of an account's followers or of those it follows.
    ///
    /// `before`: only rows older than this; nil for the first page.
    public func page(
        _ side: Side,
        of account: Account.ID,
        before: Follow.ID?,
        limit: Int
    ) throws(StorageError) -> [Follow] {
        let mine: SQL = side == .followers ? "followed_id = \(account)" : "follower_id = \(account)"
        let limitID = before ?? Follow.ID(rawValue: .max)
        return try db.run(
            """
            SELECT * FROM follow WHERE \(fragment: mine) AND state = 'accepted' AND id < \(limitID)
            ORDER BY id DESC LIMIT \(limit)
            """
        ).decoded(Follow.init(row:))
    }

    /// Follows by and of an account, accepted or not, after one in the order of their ids.
    public func page(touching account: Account.ID, after last: Follow.ID, limit: Int) throws(StorageError)
        -> [Follow]
    {
        try db.run(
            """
            SELECT * FROM follow WHERE (followed_id = \(account) OR follower_id = \(account)) AND id > \(last)
            ORDER BY id LIMIT \(limit)
            """
        ).decoded(Follow.init(row:))
    }

    /// Whether an account follows anybody whom we know of, or is followed, accepted or not.
    public func isAnybody(touching account: Account.ID) throws(StorageError) -> Bool {
        try !page(touching: account, after: Follow.ID(rawValue: 0), limit: 1).isEmpty
    }

    /// Those who wait for an account's yes, oldest first.
    public func requests(to account: Account.ID, limit: Int) throws(StorageError) -> [Follow] {
        try db.run(
            "SELECT * FROM follow WHERE followed_id = \(account) AND state = 'pending' ORDER BY id LIMIT \(limit)"
        ).decoded(Follow.init(row:))
    }

    /// How many wait for an account's yes.
    public func countRequests(to account: Account.ID) throws(StorageError) -> Int {
        try db.run("SELECT COUNT(*) AS n FROM follow WHERE followed_id = \(account) AND state = 'pending'")
            .count("n")
    }

    /// How many accepted follows there are on one side.
    public func count(_ side: Side, of account: Account.ID) throws(StorageError) -> Int {
        let mine: SQL = side == .followers ? "followed_id = \(account)" : "follower_id = \(account)"
        return try db.run("SELECT COUNT(*) AS n FROM follow WHERE \(fragment: mine) AND state = 'accepted'")
            .count("n")
    }

    /// Which side of a follow an account is on.
    public enum Side: Sendable {
        /// Those who follow the account.
        case followers
        /// Those whom the account follows.
        case following
    }

    /// The inboxes of an account's accepted followers at peers: one per host where the host shares one.
    ///
    /// Left out: followers that are gone or suspended.
    public func remoteInboxes(followersOf account: Account.ID) throws(StorageError) -> [URI] {
        try db.run(
            """
            SELECT DISTINCT COALESCE(a.shared_inbox, a.inbox) AS inbox
            FROM follow f JOIN account a ON a.id = f.follower_id
            WHERE f.followed_id = \(account) AND f.state = 'accepted' AND a.school_id IS NULL
                AND a.gone_at IS NULL AND a.suspended_at IS NULL
            """
        ).decoded { row throws(StorageError) in try row["inbox"] }
    }

    /// The inboxes of the peers' accounts that an account follows or has asked to follow, each once.
    public func remoteInboxes(followedBy account: Account.ID) throws(StorageError) -> [URI] {
        try db.run(
            """
            SELECT DISTINCT COALESCE(a.shared_inbox, a.inbox) AS inbox
            FROM follow f JOIN account a ON a.id = f.followed_id
            WHERE f.follower_id = \(account) AND a.school_id IS NULL AND a.gone_at IS NULL
            """
        ).decoded { row throws(StorageError) in try row["inbox"] }
    }

    /// The accepted followers of an account at one peer, by URI.
    public func followers(at host: Host, of account: Account.ID) throws(StorageError) -> [URI] {
        try db.run(
            """
            SELECT a.uri AS uri FROM follow f JOIN account a ON a.id = f.follower_id
            WHERE f.followed_id = \(account) AND f.state = 'accepted' AND a.host = \(host) AND a.gone_at IS NULL
            ORDER BY a.uri
            """
        ).decoded { row throws(StorageError) in try row["uri"] }
    }

    /// The accepted followers of a peer's account among ours, of a school whose host is given.
    public func localFollowers(of account: Account.ID, at school: School.ID) throws(StorageError) -> [Account]
    {
        try db.run(
            """
            SELECT a.* FROM follow f JOIN account a ON a.id = f.follower_id
            WHERE f.followed_id = \(account) AND f.state = 'accepted' AND a.school_id = \(school)
                AND a.gone_at IS NULL ORDER BY a.uri
            """
        ).decoded(Account.init(row:))
    }

    /// How many of an account's accepted followers at peers each inbox of `remoteInboxes` stands for.
    public func countRemote(followersOf account: Account.ID) throws(StorageError) -> [URI: Int] {
        let rows = try db.run(
            """
            SELECT COALESCE(a.shared_inbox, a.inbox) AS inbox, COUNT(*) AS n
            FROM follow f JOIN account a ON a.id = f.follower_id
            WHERE f.followed_id = \(account) AND f.state = 'accepted' AND a.school_id IS NULL
                AND a.gone_at IS NULL AND a.suspended_at IS NULL
            GROUP BY COALESCE(a.shared_inbox, a.inbox)
            """
        )
        var counts: [URI: Int] = [:]
        for row in rows { counts[try row["inbox"]] = try row["n"] }
        return counts
    }

    /// How many active accounts of these schools follow an account, accepted.
    public func countLocal(followersOf account: Account.ID, in schools: [School.ID]) throws(StorageError)
        -> Int
    {
        try db.run(
            """
            SELECT COUNT(*) AS n FROM follow f JOIN account a ON a.id = f.follower_id
            WHERE f.followed_id = \(account) AND f.state = 'accepted' AND a.school_id IN (\(list: schools))
                AND a.gone_at IS NULL AND a.suspended_at IS NULL
            """
        ).count("n")
    }

    /// Whether an account of one of these schools follows an account.
    public func hasLocalFollower(of account: Account.ID, in schools: [School.ID]) throws(StorageError) -> Bool
    {
        try !db.run(
            """
            SELECT 1 AS found FROM follow f JOIN account a ON a.id = f.follower_id
            WHERE f.followed_id = \(account) AND f.state = 'accepted' AND a.school_id IN (\(list: schools)) LIMIT 1
            """
        ).isEmpty
    }

    /// Whether a host has an accepted follower of an account.
    public func hasFollower(at host: Host, of account: Account.ID) throws(StorageError) -> Bool {
        try !db.run(
            """
            SELECT 1 AS found FROM follow f JOIN account a ON a.id = f.follower_id
            WHERE f.followed_id = \(account) AND f.state = 'accepted' AND a.host = \(host) LIMIT 1
            """
        ).isEmpty
    }
}

extension SQLConnection {
    /// The `follow` table.
    public var follows: FollowStore { FollowStore(db: self) }
}

extension Follow {
    init(row: SQLRow) throws(StorageError) {
        self.init(
            id: try row["id"],
            follower: try row["follower_id"],
            followed: try row["followed_id"],
            uri: try row["uri"],
            state: try row["state"],
            createdAt: try row["created_at"],
            showsBoosts: try row["shows_boosts"],
            notifies: try row["notifies"]
        )
    }
}
