import Domain
import Media
import Storage
import Vocabulary

/// What an account is told, as clients read it.
///
/// Reference: Mastodon's API, Notification.
struct NotificationEntity: Sendable {
    let caller: Caller
    let now: Timestamp

    /// Makes entities in the same order; of accounts and posts that the caller may not see any more there are none.
    func make(_ notices: [Notice], in db: any SQLConnection) throws -> [JSONValue] {
        let people = try db.accounts.find(notices.map(\.from))
        let accounts = AccountEntity(school: caller.school)
        let statuses = StatusEntity(school: caller.school)
        return try notices.compactMap { notice in
            guard let from = people[notice.from], from.isActive else { return nil }
            var entity: JSONObject = [
                "id": .string(notice.id.description),
                "type": .string(notice.kind.rawValue),
                "created_at": .string(WireDate.format(notice.createdAt.milliseconds)),
                "group_key": .string(notice.group().description),
                "account": .object(accounts.make(from)),
            ]
            if notice.kind == .move, let target = try db.moves.target(of: from.id) {
                entity["target"] = .object(accounts.make(target))
            }
            if let id = notice.post {
                guard let post = try db.posts.find(id), try db.sights.canSee(caller.viewer, post),
                    let shown = try db.filtering.filtered(
                        try db.presenter.present([post], to: caller.viewer),
                        for: caller.viewer,
                        in: .notifications,
                        now: now
                    ).first
                else { return nil }
                entity["status"] = .object(statuses.make(shown))
                if notice.kind == .emojiReaction,
                    let emoji = try db.reactions.lastEmoji(by: from.id, to: post.id)
                {
                    entity["emoji"] = .string(emoji.text)
                    entity["emoji_url"] =
                        emoji.image.map { .string(RemoteAddress.shown($0, at: caller.school)) } ?? .null
                }
            }
            return .object(entity)
        }
    }
}
