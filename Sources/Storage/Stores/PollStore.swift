public import Domain

/// The `poll` and `poll_option` tables: what is asked, and how often each answer was chosen.
///
/// A poll with a time in `due_at` waits for somebody to tell of its counts or its end (`PollStore+Due`); who chose what
/// is in `poll_vote` (`PollStore+Votes`).
public struct PollStore {
    let db: any SQLConnection

    /// Adds the poll of a post; its end is due when it comes.
    public func insert(_ poll: Poll) throws(StorageError) {
        try db.run(
            """
            INSERT INTO poll (post_id, is_multiple, hides_totals, ends_at, ended_at, voters, flaws, due_at)
            VALUES (\(poll.post), \(poll.isMultiple), \(poll.hidesTotals), \(poll.endsAt), \(poll.endedAt),
                \(poll.voters), \(poll.storedFlaws), \(poll.endedAt == nil ? poll.endsAt : nil))
            """
        )
        for (position, option) in poll.options.enumerated() {
            try db.run(
                """
                INSERT INTO poll_option (post_id, position, name, title, votes)
                VALUES (\(poll.post), \(position), \(option.name), \(option.title), \(option.votes))
                """
            )
        }
    }

    /// Writes what is new of a poll that still asks the same: its counts, and when it ends; who chose what stays.
    ///
    /// An end that is news is due: those who voted are still to be told.
    public func update(_ poll: Poll) throws(StorageError) {
        let due: SQL =
            poll.endedAt.map { "CASE WHEN ended_at IS NULL THEN \($0) END" } ?? "\(poll.endsAt)"
        try db.run(
            """
            UPDATE poll SET hides_totals = \(poll.hidesTotals), ends_at = \(poll.endsAt), ended_at = \(poll.endedAt),
                voters = \(poll.voters), flaws = \(poll.storedFlaws), due_at = \(fragment: due)
            WHERE post_id = \(poll.post)
            """
        )
        for (position, option) in poll.options.enumerated() {
            try db.run(
                """
                UPDATE poll_option SET title = \(option.title), votes = \(option.votes)
                WHERE post_id = \(poll.post) AND position = \(position)
                """
            )
        }
    }

    /// Asks something else: what was chosen before is void.
    public func replace(with poll: Poll) throws(StorageError) {
        try removeAll(of: [poll.post])
        try insert(poll)
    }

    /// Takes the polls of posts away, with their votes.
    public func removeAll(of posts: [Post.ID]) throws(StorageError) {
        try db.run("DELETE FROM poll_vote WHERE post_id IN (\(list: posts))")
        try db.run("DELETE FROM poll_option WHERE post_id IN (\(list: posts))")
        try db.run("DELETE FROM poll WHERE post_id IN (\(list: posts))")
    }

    /// The poll of a post.
    public func find(_ post: Post.ID) throws(StorageError) -> Poll? { try find(of: [post])[post] }

    /// The poll of a post that is a question; of any other nothing is asked.
    public func find(of post: Post) throws(StorageError) -> Poll? {
        post.type == .question ? try find(post.id) : nil
    }

    /// The polls of some posts.
    public func find(of posts: [Post.ID]) throws(StorageError) -> [Post.ID: Poll] {
        guard !posts.isEmpty else { return [:] }
        let rows = try db.run("SELECT * FROM poll WHERE post_id IN (\(list: posts))")
        guard !rows.isEmpty else { return [:] }
        var options: [Post.ID: [Poll.Option]] = [:]
        for row in try db.run(
            "SELECT * FROM poll_option WHERE post_id IN (\(list: posts)) ORDER BY post_id, position"
        ) {
            options[try row["post_id"], default: []].append(
                Poll.Option(name: try row["name"], title: try row["title"], votes: try row["votes"])
            )
        }
        var polls: [Post.ID: Poll] = [:]
        for row in rows {
            let post: Post.ID = try row["post_id"]
            polls[post] = try Poll(row: row, options: options[post] ?? [])
        }
        return polls
    }
}

extension SQLConnection {
    /// The `poll` table and those beside it.
    public var polls: PollStore { PollStore(db: self) }
}

extension Poll {
    init(row: SQLRow, options: [Option]) throws(StorageError) {
        let flaws: String = try row["flaws"]
        self.init(
            post: try row["post_id"],
            options: options,
            isMultiple: try row["is_multiple"],
            hidesTotals: try row["hides_totals"],
            endsAt: try row["ends_at"],
            endedAt: try row["ended_at"],
            voters: try row["voters"],
            flaws: Set(flaws.split(separator: " ").compactMap { Flaw(rawValue: String($0)) })
        )
    }

    /// Words with a space between.
    var storedFlaws: String { flaws.map(\.rawValue).sorted().joined(separator: " ") }
}
