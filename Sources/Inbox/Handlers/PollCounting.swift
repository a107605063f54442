import Domain
import Outbox
import Peers
import Storage

extension Application {
    /// Counts a vote in a poll of ours that the sender may see.
    func count(_ vote: ForeignVote) throws -> Handled {
        guard let uri = vote.post, let (post, author) = try visiblePost(uri), author.isLocal,
            try isFor(incoming.sender, post)
        else { return .ignored("a vote in no poll of ours") }
        guard let poll = try db.polls.find(post.id) else { return .ignored("a vote in no poll of ours") }
        guard let place = poll.place(of: vote.name) else {
            return .ignored("a vote for no answer of the poll")
        }
        switch try db.polls.vote(in: post.id, by: incoming.sender.id, for: [place], at: now) {
        case .counted:
            try PollNews(db).note(post.id, at: now)
            return .applied
        case .over: return .ignored("a vote after the end")
        case .again: return .ignored("a second vote")
        case .noPoll, .notAChoice: return .ignored("a vote for no answer of the poll")
        }
    }

    /// Whether a post that the sender's server may see is for the sender, and not for somebody else there.
    private func isFor(_ sender: Account, _ post: Post) throws -> Bool {
        switch post.audience {
        case .public, .unlisted, .partners: return true
        case .school: return false
        case .followers:
            if try db.follows.find(follower: sender.id, followed: post.author)?.state == .accepted {
                return true
            }
        case .direct: break
        }
        return try db.posts.addressees(of: post.id).contains(sender.id)
    }
}

extension ForeignNote {
    /// Takes what the author says of its poll now: counts and end, or other answers, which make earlier votes void.
    ///
    /// - Returns: whether anything changed.
    func updatePoll(of post: Post, in application: Application) throws -> Bool {
        let db = application.db
        let known = try db.polls.find(post.id)
        guard let fresh = poll?.poll(of: post.id, at: application.now) else {
            guard known != nil else { return false }
            try db.polls.removeAll(of: [post.id])
            return true
        }
        guard let known, known.asksTheSame(as: fresh) else {
            try db.polls.replace(with: fresh)
            if post.type == .note { try db.posts.setType(post.id, .question) }
            return true
        }
        var next = fresh
        // Noted once: an end that has passed here is not noted again at another time.
        if fresh.endedAt != nil { next.endedAt = known.endedAt ?? fresh.endedAt }
        guard next != known else { return false }
        try db.polls.update(next)
        return true
    }
}
