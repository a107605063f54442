import Domain
import Hummingbird
import Storage
import Vocabulary

/// How one account stands to another.
///
/// Reference: Mastodon's API, Relationship.
enum RelationshipEntity {
    static func make(of account: Account.ID, to other: Account.ID, in db: any SQLConnection) throws
        -> JSONObject
    {
        let mine = try db.follows.find(follower: account, followed: other)
        let theirs = try db.follows.find(follower: other, followed: account)
        let mute = try db.mutes.find(of: other, by: account)
        return [
            "id": .string(other.description),
            "following": .bool(mine?.state == .accepted),
            "requested": .bool(mine?.state == .pending),
            "followed_by": .bool(theirs?.state == .accepted),
            "requested_by": .bool(theirs?.state == .pending),
            "showing_reblogs": .bool(mine?.showsBoosts ?? false), "notifying": .bool(mine?.notifies ?? false),
            "languages": nil,
            "blocking": .bool(try db.blocks.find(blocker: account, blocked: other) != nil),
            "blocked_by": .bool(try db.blocks.find(blocker: other, blocked: account) != nil),
            "muting": .bool(mute != nil), "muting_notifications": .bool(mute?.hidesNotices ?? false),
            "muting_expires_at": mute?.expiresAt.map { .string(WireDate.format($0.milliseconds)) } ?? nil,
            "domain_blocking": false,
            "endorsed": .bool(try db.remarks.isEndorsed(other, by: account)),
            "note": .string(try db.remarks.note(about: other, by: account)),
        ]
    }
}

extension ClientDesk {
    /// Answers with how the caller stands to another account.
    func relationship(of caller: Caller, to other: Account.ID) async throws -> Response {
        let relationship = try await database.read { db in
            try RelationshipEntity.make(of: caller.account.id, to: other, in: db)
        }
        return ClientResponse.json(.object(relationship))
    }
}
