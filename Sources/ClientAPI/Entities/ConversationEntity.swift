import Domain
import Storage
import Vocabulary

/// A conversation in direct messages, as clients read it.
///
/// Reference: Mastodon's API, Conversation.
struct ConversationEntity: Sendable {
    let caller: Caller
    let now: Timestamp

    /// The conversation with who else takes part; nil when its newest message is not for the caller any more.
    func make(_ thread: DirectThread, in db: any SQLConnection) throws -> JSONObject? {
        guard let post = try db.posts.find(thread.last), try db.sights.canSee(caller.viewer, post),
            let shown = try db.filtering.filtered(
                try db.presenter.present([post], to: caller.viewer),
                for: caller.viewer,
                in: .thread,
                now: now
            ).first
        else { return nil }
        let accounts = AccountEntity(school: caller.school)
        var seen: Set<Account.ID> = []
        let people = ([shown.author] + shown.addressees).filter {
            $0.id != caller.account.id && $0.isActive && seen.insert($0.id).inserted
        }
        return [
            "id": .string(thread.id.description), "unread": .bool(thread.isUnread),
            "accounts": .array(people.map { .object(accounts.make($0)) }),
            "last_status": .object(StatusEntity(school: caller.school).make(shown)),
        ]
    }
}
