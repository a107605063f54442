public import Domain

extension PollStore {
    /// What became of a vote.
    public enum Counting: Sendable, Hashable {
        /// It was counted.
        case counted
        /// The post has no poll.
        case noPoll
        /// It came after the end.
        case over
        /// The account has chosen already, and may not choose this besides.
        case again
        /// There is no such answer, or more than one was chosen of which only one may be.
        case notAChoice
    }

    /// Counts what an account chooses: each answer once, and only one where only one may be chosen.
    ///
    /// All of it or nothing. The poll's row is held until the transaction ends, so that two votes of one account cannot
    /// pass each other. The caller has asked whether the account may see the post.
    ///
    /// `choices`: places among the answers.
    public func vote(
        in post: Post.ID,
        by account: Account.ID,
        for choices: [Int],
        at now: Timestamp
    ) throws(StorageError) -> Counting {
        try db.run("UPDATE poll SET flaws = flaws WHERE post_id = \(post)")
        guard let poll = try find(post) else { return .noPoll }
        guard !poll.isOver(at: now) else { return .over }
        let isChoice = choices.allSatisfy { poll.options.indices.contains($0) }
        guard isChoice, !choices.isEmpty, Set(choices).count == choices.count,
            poll.isMultiple || choices.count == 1
        else { return .notAChoice }
        let earlier = try own(of: account, in: [post])[post] ?? []
        guard poll.isMultiple ? Set(earlier).isDisjoint(with: choices) : earlier.isEmpty else {
            return .again
        }
        for choice in choices {
            try db.run(
                """
                INSERT INTO poll_vote (post_id, account_id, position, created_at)
                VALUES (\(post), \(account), \(choice), \(now))
                """
            )
            try db.run(
                "UPDATE poll_option SET votes = votes + 1 WHERE post_id = \(post) AND position = \(choice)"
            )
        }
        if earlier.isEmpty { try db.run("UPDATE poll SET voters = voters + 1 WHERE post_id = \(post)") }
        return .counted
    }

    /// What an account has chosen in some polls, by their places.
    public func own(of account: Account.ID, in posts: [Post.ID]) throws(StorageError) -> [Post.ID: [Int]] {
        guard !posts.isEmpty else { return [:] }
        var own: [Post.ID: [Int]] = [:]
        for row in try db.run(
            """
            SELECT post_id, position FROM poll_vote
            WHERE account_id = \(account) AND post_id IN (\(list: posts)) ORDER BY post_id, position
            """
        ) {
            own[try row["post_id"], default: []].append(try row["position"])
        }
        return own
    }

    /// Who voted in a poll.
    public func voters(in post: Post.ID) throws(StorageError) -> [Account.ID] {
        try db.run("SELECT DISTINCT account_id FROM poll_vote WHERE post_id = \(post) ORDER BY account_id")
            .decoded { row throws(StorageError) in try row["account_id"] }
    }

    /// Forgets what an account that is gone has chosen; the counts stay.
    ///
    /// - Returns: how many rows were removed.
    func removeVotes(of account: Account.ID, limit: Int) throws(StorageError) -> Int {
        try db.run(
            """
            DELETE FROM poll_vote WHERE (post_id, position) IN (
                SELECT post_id, position FROM poll_vote WHERE account_id = \(account) LIMIT \(limit))
                AND account_id = \(account)
            RETURNING post_id
            """
        ).count
    }
}
