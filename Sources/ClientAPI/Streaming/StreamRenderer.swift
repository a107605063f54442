import Content
import Domain
import Storage
import Vocabulary

/// Finds out what an event shows in which open streams.
///
/// What a reader gets is one entry of the same view that the list of the same name reads, so that a stream shows nothing
/// that the list would not: the same rule of who may see, the same mutes, blocks and filters.
struct StreamRenderer {
    /// A message and whom it is for.
    typealias Sent = (mailbox: StreamMailbox, message: StreamMessage)

    /// What is older when it arrives is not shown as news: it was fetched, or its server was away for long.
    private static let news = Span.hours(6)

    let db: any SQLConnection
    let now: Timestamp

    /// The messages that an event makes for some connections.
    func messages(for event: StreamEvent, to mailboxes: [StreamMailbox]) throws -> [Sent] {
        switch event.kind {
        case .post: try posts(event, "update", to: mailboxes) + conversations(event, to: mailboxes)
        case .boost: try posts(event, "update", to: mailboxes)
        case .edit: try posts(event, "status.update", to: mailboxes)
        case .removal: try removal(event, to: mailboxes)
        case .notice: try notice(event, to: mailboxes)
        case .filters:
            mailboxes.filter { $0.caller.account.id == event.account && $0.streams.contains(.user) }
                .map { ($0, .event("filters_changed", payload: "", in: .user)) }
        }
    }

    private func posts(_ event: StreamEvent, _ name: String, to mailboxes: [StreamMailbox]) throws -> [Sent] {
        guard let id = event.post, let post = try db.posts.find(id), post.deletedAt == nil,
            isNews(event, post)
        else { return [] }
        let readers = Set(mailboxes.filter { $0.streams.contains(.user) }.map(\.caller.account.id))
        let positions = try db.timelines.positions(of: id, among: Array(readers))
        var sent: [Sent] = []
        for mailbox in mailboxes {
            for stream in mailbox.streams where stream.showsPosts {
                let place = Place(event: event, post: post, home: positions[mailbox.caller.account.id])
                guard let shown = try shown(place, in: stream, to: mailbox.caller) else { continue }
                let entity = StatusEntity(school: mailbox.caller.school).make(shown)
                sent.append((mailbox, .event(name, payload: Self.text(.object(entity)), in: stream)))
            }
        }
        return sent
    }

    private func isNews(_ event: StreamEvent, _ post: Post) -> Bool {
        switch event.kind {
        case .post: now - post.publishedAt < Self.news
        case .boost: now - Reaction.ID(rawValue: event.subject ?? 0).issuedAt < Self.news
        default: true
        }
    }

    /// A post, where an event has put it.
    private struct Place {
        let event: StreamEvent
        let post: Post
        /// Where it stands in the reader's home timeline.
        let home: Int64?

        var isBoost: Bool { event.kind == .boost }
        /// Where it stands in other lists.
        var position: Int64 { isBoost ? event.subject ?? 0 : post.id.rawValue }
    }

    private func shown(_ place: Place, in stream: StreamName, to caller: Caller) throws -> PresentedPost? {
        let (post, school, viewer) = (place.post, caller.school.id, caller.viewer)
        let found: [PresentedPost]
        let context: PostFilter.Context
        switch stream {
        case .notifications, .direct: return nil
        case .user:
            // A post that stands there already is not shown again because somebody boosts it.
            guard let home = place.home, !place.isBoost || home == place.position else { return nil }
            found = try db.homeTimelines.page(of: caller.account.id, school: school, Self.only(home))
            context = .home
        case .everybody, .local:
            guard !place.isBoost, post.audience == .public, post.inReplyTo == nil else { return nil }
            found = try db.profiles.localFeed(of: school, for: viewer, Self.only(place.position))
            context = .public
        case .hashtag(let name, let isLocal):
            guard !place.isBoost, post.body.hashtags.contains(where: { Hashtag($0)?.name == name }) else {
                return nil
            }
            var query = HashtagView.Query(any: [name])
            query.isLocal = isLocal
            found = try db.hashtagPages.page(query, for: viewer, at: school, Self.only(place.position))
            context = .public
        case .list(let id):
            guard let list = try db.accountLists.find(id, of: caller.account.id) else { return nil }
            found = try db.listTimelines.page(of: list, school: school, Self.only(place.position))
            context = .home
        }
        let wanted = found.filter { $0.post.id == post.id }
        return try db.filtering.filtered(wanted, for: viewer, in: context, now: now).first
    }

    private func conversations(_ event: StreamEvent, to mailboxes: [StreamMailbox]) throws -> [Sent] {
        let readers = mailboxes.filter { $0.streams.contains(.direct) }
        guard !readers.isEmpty, let id = event.post, try db.posts.find(id)?.audience == .direct else {
            return []
        }
        return try readers.compactMap { mailbox in
            let caller = mailbox.caller
            let threads = try db.directThreads.page(
                of: caller.account.id,
                school: caller.school.id,
                Self.only(id.rawValue)
            )
            guard let thread = threads.first,
                let shown = try ConversationEntity(caller: caller, now: now).make(thread, in: db)
            else { return nil }
            return (mailbox, .event("conversation", payload: Self.text(.object(shown)), in: .direct))
        }
    }

    /// The page that has one position and no other.
    private static func only(_ position: Int64) -> HomeTimelineView.Page {
        HomeTimelineView.Page(before: position &+ 1, after: position &- 1, limit: 1)
    }

    /// A deletion is told to all who might have seen the post, whether or not this connection has shown it.
    private func removal(_ event: StreamEvent, to mailboxes: [StreamMailbox]) throws -> [Sent] {
        guard let id = event.post, let post = try db.posts.find(id) else { return [] }
        var sent: [Sent] = []
        for mailbox in mailboxes {
            let streams = mailbox.streams.filter(\.showsPosts)
            guard !streams.isEmpty else { continue }
            let mightSee = try mightSee(post, mailbox.caller.viewer)
            // Those whom it addressed have an event of their own.
            let isTold = event.account.map { $0 == mailbox.caller.account.id && !mightSee } ?? mightSee
            guard isTold else { continue }
            sent += streams.map { (mailbox, .event("delete", payload: id.description, in: $0)) }
        }
        return sent
    }

    private func mightSee(_ post: Post, _ viewer: Viewer) throws -> Bool {
        var sight = try db.sights.sight(of: post, for: viewer)
        sight.isDeleted = false
        return canSee(sight)
    }

    private func notice(_ event: StreamEvent, to mailboxes: [StreamMailbox]) throws -> [Sent] {
        let told = mailboxes.filter { $0.caller.account.id == event.account && $0.showsNotices }
        guard !told.isEmpty, let account = event.account, let id = event.subject else { return [] }
        let notices = try db.notices.page(of: account, before: Notice.ID(rawValue: id &+ 1), limit: 1)
            .filter { $0.id.rawValue == id }
        return try told.flatMap { mailbox -> [Sent] in
            let entity = NotificationEntity(caller: mailbox.caller, now: now)
            guard let shown = try entity.make(notices, in: db).first else { return [] }
            return mailbox.streams.filter { $0 == .user || $0 == .notifications }.map {
                (mailbox, .event("notification", payload: Self.text(shown), in: $0))
            }
        }
    }

    private static func text(_ value: JSONValue) -> String {
        String(decoding: JSONWriter.write(value), as: UTF8.self)
    }
}
