import Content
public import Domain
import Storage

/// What one of our people tells their moderators of an account.
public struct ReportDraft: Sendable, Hashable {
    /// Whom it is about.
    public var reported: Account.ID
    /// Posts of theirs that show it; at most `Report.mostPosts`.
    public var posts: [Post.ID]
    /// What it is about.
    public var category: Report.Category
    /// In their own words; at most `Report.longestComment` characters.
    public var comment: String
    /// Whether the account's own moderators are to be told too, by their school and not by name.
    public var isForwarded: Bool

    /// Begins a report; everything else is set where it differs.
    public init(about reported: Account.ID, posts: [Post.ID] = [], comment: String = "") {
        self.reported = reported
        self.posts = posts
        category = .other
        self.comment = comment
        isForwarded = false
    }
}

extension Publisher {
    /// What moderators do about reports, with this publisher's database, ids and clock.
    public var cases: CaseDesk { CaseDesk(database: database, ids: ids, clock: clock) }

    /// Reports an account, with posts of theirs that the reporter may see, to the reporter's own school.
    ///
    /// When it is to be forwarded, the account's own home is told: another server by a Flag that is signed by the school's
    /// own actor, another school of the instance by a case there. Neither learns who reported.
    ///
    /// - Throws: `OutboxError`, `StorageError`.
    public func report(_ draft: ReportDraft, as account: Account.ID) async throws -> Report {
        try await act(as: account, "report") { action in try action.report(draft) }
    }
}

extension Action {
    func report(_ draft: ReportDraft) throws -> Report {
        guard let reported = try db.accounts.find(draft.reported), reported.goneAt == nil,
            reported.kind != .application
        else { throw OutboxError.noSuchAccount }
        guard reported.id != actor.id else {
            throw OutboxError.pointless(reason: "you cannot report yourself")
        }
        guard draft.comment.count <= Report.longestComment else {
            throw OutboxError.badText(
                reason: "the report is longer than \(Report.longestComment) characters"
            )
        }
        guard draft.posts.count <= Report.mostPosts else { throw OutboxError.tooMany("posts in the report") }
        let posts = try draft.posts.map { try reportable($0, by: reported) }
        guard try db.reports.count(by: actor.id, since: now - .hours(1)) < ReportLimits.byAccountAnHour else {
            throw OutboxError.tooOften("reports")
        }
        let comment = PlainText.clean(draft.comment, characters: Report.longestComment, isOneLine: false)
        let isForwarded =
            try draft.isForwarded && reported.school != school.id && forward(reported, posts, comment)
        let report = Report(
            id: ids.next(),
            school: school.id,
            reporter: actor.id,
            reported: reported.id,
            category: draft.category,
            comment: comment,
            isForwarded: isForwarded,
            createdAt: now
        )
        try db.reports.insert(report, posts: posts.map(\.id))
        return report
    }

    /// A post that the actor may see, or could but for their own block, by whom they report.
    private func reportable(_ id: Post.ID, by author: Account) throws -> Post {
        guard let post = try db.posts.find(id) else { throw OutboxError.noSuchPost }
        var sight = try db.sights.sight(of: post, for: .account(actor.id, school: school.id))
        sight.isBlocking = false
        guard canSee(sight), post.author == author.id else { throw OutboxError.noSuchPost }
        return post
    }

    /// Tells the account's home; who reported, it is not told.
    ///
    /// - Returns: whether there is anybody to tell.
    private func forward(_ reported: Account, _ posts: [Post], _ comment: String) throws -> Bool {
        guard let sender = try db.accounts.find(uri: uris.schoolActor) else { return false }
        if let other = reported.school {
            guard try localSchools().contains(other) else { return false }
            let report = Report(
                id: ids.next(),
                school: other,
                reporter: sender.id,
                host: school.host,
                reported: reported.id,
                comment: comment,
                createdAt: now
            )
            return try db.reports.insert(report, posts: posts.map(\.id))
        }
        let recipients = try enqueuer.recipients(to: reported)
        guard !recipients.isEmpty else { return false }
        let (activity, uri) = enqueuer.issue()
        try enqueuer.enqueue(
            ActivityDocument.flag(
                uri,
                actor: sender,
                objects: [reported.uri] + posts.map(\.uri),
                comment: comment,
                to: reported.uri
            ),
            id: activity,
            uri: uri,
            actor: sender,
            type: "Flag",
            object: uri,
            recipients: recipients
        )
        return true
    }
}
