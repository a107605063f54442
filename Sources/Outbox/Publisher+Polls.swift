public import Domain
import Storage

extension Publisher {
    /// Votes in a poll that the account may see; where several answers may be chosen, others may follow later.
    ///
    /// `choices`: places among the answers.
    ///
    /// - Throws: `OutboxError`: one's own poll, one that has ended, a second vote, no such answer; `StorageError`.
    public func vote(in post: Post.ID, for choices: [Int], as account: Account.ID) async throws {
        try await act(as: account, "vote") { action in try action.vote(in: post, for: choices) }
    }

    /// Tells of one poll that is due: how it stands, or that it has ended.
    ///
    /// The row, the notices and the activity are one transaction, so a poll ends once, however many processes look.
    ///
    /// - Returns: false when none is due, or another process is at it.
    /// - Throws: `StorageError`.
    public func tellOfPoll() async throws -> Bool {
        let (now, ids) = (clock.now(), ids)
        guard try await database.read({ try $0.polls.isAnyDue(at: now) }) else { return false }
        return try await database.write { db in
            guard let poll = try db.polls.takeDue(at: now) else { return false }
            guard let post = try db.posts.find(poll.post), let author = try db.accounts.find(post.author),
                author.isActive, post.deletedAt == nil
            else {
                try db.polls.end(poll.post, at: now)
                return true
            }
            if poll.isOver(at: now) { try Self.end(poll, of: author, ids, at: now, in: db) }
            guard let id = author.school, let school = try db.schools.find(id) else { return true }
            try Action(db: db, actor: author, school: school, ids: ids, now: now).sendCounts(of: post)
            return true
        }
    }

    /// Notes the end, and tells the one who asked and the people here who voted.
    private static func end(
        _ poll: Poll,
        of author: Account,
        _ ids: IDGenerator,
        at now: Timestamp,
        in db: any SQLConnection
    ) throws {
        try db.polls.end(poll.post, at: now)
        let voters = try db.accounts.find(try db.polls.voters(in: poll.post))
        for account in [author] + voters.values.sorted(by: { $0.id < $1.id }) where account.isLocal {
            try db.notices.insert(
                Notice(
                    id: ids.next(),
                    account: account.id,
                    kind: .poll,
                    from: author.id,
                    post: poll.post,
                    createdAt: now
                )
            )
        }
    }
}

extension Action {
    func vote(in id: Post.ID, for choices: [Int]) throws {
        try refuseMoved()
        let (post, author) = try visiblePost(id)
        guard let poll = try db.polls.find(id) else {
            throw OutboxError.pointless(reason: "that post has no poll")
        }
        guard author.id != actor.id else {
            throw OutboxError.pointless(reason: "you cannot vote in your own poll")
        }
        switch try db.polls.vote(in: id, by: actor.id, for: choices, at: now) {
        case .counted: break
        case .noPoll: throw OutboxError.pointless(reason: "that post has no poll")
        case .over: throw OutboxError.pointless(reason: "the poll has ended")
        case .again: throw OutboxError.pointless(reason: "you have voted in this poll already")
        case .notAChoice: throw OutboxError.pointless(reason: "choose among the answers of the poll")
        }
        if author.isLocal {
            try PollNews(db).note(id, at: now)
        } else {
            for choice in choices { try send(voteFor: poll.options[choice].name, in: post, to: author) }
        }
    }

    /// The poll of a post that is new.
    ///
    /// - Throws: `OutboxError.badText`: also of an article, and of a post with pictures; few servers show both.
    func poll(of draft: PostDraft, for post: Post.ID) throws -> Poll? {
        guard let poll = draft.poll else { return nil }
        guard draft.title.isEmpty else { throw OutboxError.badText(reason: "an article has no poll") }
        guard draft.uploads?.isEmpty ?? true else {
            throw OutboxError.badText(reason: "a post has files or a poll, and not both")
        }
        return try poll.poll(of: post, at: now)
    }

    private func send(voteFor name: String, in post: Post, to author: Account) throws {
        let (activity, uri) = enqueuer.issue()
        let note = uris.vote(of: actor.id, activity)
        try enqueuer.enqueue(
            PollDocument.vote(uri, note: note, actor: actor, in: post, by: author, for: name),
            id: activity,
            uri: uri,
            actor: actor,
            type: "Create",
            object: note,
            recipients: try enqueuer.recipients(to: author)
        )
    }

    /// Sends an Update to the audience, and to the servers of those who voted; it names none of them.
    func sendCounts(of post: Post) throws {
        let addressed = Array(try db.accounts.find(try db.posts.addressees(of: post.id)).values)
        let voters = try db.accounts.find(try db.polls.voters(in: post.id)).values
        let inboxes = voters.filter { !$0.isLocal && $0.isActive }.map {
            $0.endpoints.sharedInbox ?? $0.endpoints.inbox
        }
        try send("Update", post, addressed, alsoAt: inboxes)
    }

    /// Gives a post of the actor's own another poll, or none.
    ///
    /// One that asks the same goes on with its counts; any other answers make all votes void.
    func setPoll(_ draft: PollDraft?, of post: inout Post) throws {
        let known = try db.polls.find(post.id)
        guard let draft else {
            guard known != nil else { return }
            try db.polls.removeAll(of: [post.id])
            post.type = .note
            return try db.posts.setType(post.id, .note)
        }
        guard post.type == .note || post.type == .question else {
            throw OutboxError.badText(reason: "an article has no poll")
        }
        guard try db.postAttachments.find(of: post.id).isEmpty else {
            throw OutboxError.badText(reason: "a post has files or a poll, and not both")
        }
        var poll = try draft.poll(of: post.id, at: now)
        guard let known, known.asksTheSame(as: poll) else {
            try db.polls.replace(with: poll)
            post.type = .question
            return try db.posts.setType(post.id, .question)
        }
        // What has ended stays so.
        guard known.endedAt == nil else { return }
        poll.options = known.options
        poll.voters = known.voters
        try db.polls.update(poll)
    }
}
