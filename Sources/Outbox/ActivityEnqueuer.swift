public import Domain
public import Storage
import Vocabulary

/// Writes one of our activities and its deliveries, inside the transaction of what it tells of.
public struct ActivityEnqueuer {
    let db: any SQLConnection
    let ids: IDGenerator
    let school: School
    let now: Timestamp

    /// Works in a transaction on behalf of a school.
    public init(_ db: any SQLConnection, ids: IDGenerator, school: School, now: Timestamp) {
        self.db = db
        self.ids = ids
        self.school = school
        self.now = now
    }

    /// Issues the next activity's id with the URI under which it will be served.
    func issue() -> (id: OutboxActivity.ID, uri: URI) {
        let id: OutboxActivity.ID = ids.next()
        return (id, LocalActorURIs(origin: school.origin).activity(id))
    }

    /// Answers a Follow.
    ///
    /// `accepts`: Accept if true, Reject if not.
    public func answer(_ follow: Follow, from followed: Account, to follower: Account, accepts: Bool) throws {
        try answer(follow.uri, from: followed, to: follower, accepts: accepts)
    }

    /// Rejects a Follow that is not kept.
    public func refuse(_ follow: URI, by followed: Account, to follower: Account) throws {
        try answer(follow, from: followed, to: follower, accepts: false)
    }

    private func answer(_ follow: URI, from followed: Account, to follower: Account, accepts: Bool) throws {
        let (id, uri) = issue()
        let document =
            accepts
            ? ActivityDocument.accept(uri, actor: followed, follow: follow, follower: follower.uri)
            : ActivityDocument.reject(uri, actor: followed, follow: follow, follower: follower.uri)
        try enqueue(
            document,
            id: id,
            uri: uri,
            actor: followed,
            type: accepts ? "Accept" : "Reject",
            object: follow,
            recipients: try recipients(to: follower)
        )
    }

    /// Tells a peer's account that one of ours, whom its server takes for a follower, does not follow it.
    ///
    /// Spec: FEP-8fcf. The Follow that is undone is not known here any more; it gets an id of its own.
    public func disown(_ account: Account, following followed: Account) throws {
        let (id, uri) = issue()
        let follow = issue().uri
        try enqueue(
            ActivityDocument.undoFollow(uri, actor: account, follow: follow, followed: followed.uri),
            id: id,
            uri: uri,
            actor: account,
            type: "Undo",
            object: follow,
            recipients: try recipients(to: followed)
        )
    }

    /// The inbox of one account; none for a local one.
    func recipients(to account: Account) throws -> [Recipient] {
        try RecipientResolver(db: db, school: school).inboxes(.direct, author: account, addressed: [account])
    }

    /// Writes the activity, and a delivery per recipient.
    func enqueue(
        _ document: JSONObject,
        id: OutboxActivity.ID,
        uri: URI,
        actor: Account,
        type: String,
        object: URI,
        post: Post.ID? = nil,
        isPublic: Bool = false,
        recipients: [Recipient]
    ) throws {
        try db.outboxActivities.insert(
            OutboxActivity(
                id: id,
                uri: uri,
                actor: actor.id,
                type: type,
                object: object,
                post: post,
                isPublic: isPublic,
                json: JSONWriter.write(.object(document)),
                createdAt: now
            )
        )
        try deliver(id, of: actor, object: object, to: recipients)
    }

    /// Writes a delivery per recipient of an activity that is there.
    func deliver(
        _ activity: OutboxActivity.ID,
        of actor: Account,
        object: URI,
        to recipients: [Recipient]
    ) throws {
        try db.deliveries.insert(
            recipients.map { recipient in
                Delivery(
                    id: ids.next(),
                    activity: activity,
                    actor: actor.id,
                    school: school.id,
                    inbox: recipient.inbox,
                    object: object,
                    isDirect: recipient.isDirect,
                    createdAt: now
                )
            }
        )
    }
}
