import Domain
import Storage

/// Puts schools, people and what they do into a database, inside of one transaction.
final class World {
    let db: any SQLConnection
    var now = Timestamp(milliseconds: 1_795_000_000_000)
    private var serial: Int64

    /// `after`: where the ids go on, for a world that others have put something into.
    init(_ db: any SQLConnection, after serial: Int64 = 0) {
        self.db = db
        self.serial = serial
    }

    /// Gives ids that rise; also for a time before the present.
    func id<Of>(at time: Timestamp? = nil) -> ID<Of> {
        serial += 1
        return ID(rawValue: ID<Of>.lowest(at: time ?? now).rawValue + serial)
    }

    func school(_ host: String, _ federation: School.Federation = .partners) throws -> School {
        let school = School(
            id: id(),
            origin: try Origin("https://\(host)"),
            name: host,
            federation: federation,
            mediaKey: "key of \(host)",
            createdAt: now
        )
        try db.schools.insert(school)
        return school
    }

    func person(_ name: String, at school: School) throws -> Account {
        let uris = LocalActorURIs(origin: school.origin)
        let id: Account.ID = id()
        let account = Account(
            id: id,
            school: school.id,
            uri: uris.actor(id),
            handle: try Handle(local: name, host: school.host),
            kind: .person,
            endpoints: uris.endpoints(id),
            createdAt: now
        )
        try db.accounts.insert(account)
        return account
    }

    /// Ada, at a school of her own.
    func ada(_ federation: School.Federation = .partners) throws -> Account {
        try person("ada", at: try school("north.example", federation))
    }

    func peer(_ name: String, at host: String) throws -> Account {
        let uri = try URI("https://\(host)/users/\(name)")
        let account = Account(
            id: id(),
            school: nil,
            uri: uri,
            handle: try Handle(remote: name, host: Host(host)),
            kind: .person,
            endpoints: Account.Endpoints(
                inbox: uri.appending(path: "/inbox"),
                sharedInbox: try URI("https://\(host)/inbox"),
                followers: uri.appending(path: "/followers")
            ),
            fetchedAt: now,
            createdAt: now
        )
        try db.accounts.insert(account)
        return account
    }

    func newPost(by author: Account, _ audience: Audience = .public, answers parent: Post? = nil) throws
        -> Post
    {
        let id: Post.ID = id()
        return Post(
            id: id,
            uri: try URI("https://\(author.handle.host)/posts/\(id)"),
            author: author.id,
            audience: audience,
            inReplyTo: parent?.uri,
            body: Post.Body(html: "<p>\(id)</p>", text: "\(id)"),
            publishedAt: now
        )
    }

    @discardableResult
    func post(
        by author: Account,
        _ audience: Audience = .public,
        to addressees: [Account] = [],
        answers parent: Post? = nil,
        isLocalOnly: Bool = false
    ) throws -> Post {
        var post = try newPost(by: author, audience, answers: parent)
        post.isLocalOnly = isLocalOnly
        try db.posts.insert(post, addressees: addressees.map(\.id))
        return post
    }

    @discardableResult
    func follow(_ follower: Account, _ followed: Account, _ state: Follow.State = .accepted) throws -> Follow
    {
        let id: Follow.ID = id()
        return try db.follows.insert(
            Follow(
                id: id,
                follower: follower.id,
                followed: followed.id,
                uri: try URI("https://\(follower.handle.host)/follows/\(id)"),
                state: state,
                createdAt: now
            )
        )
    }

    @discardableResult
    func block(_ blocker: Account, _ blocked: Account) throws -> Block {
        let id: Block.ID = id()
        let uri = try URI("https://\(blocker.handle.host)/blocks/\(id)")
        let block = Block(id: id, blocker: blocker.id, blocked: blocked.id, uri: uri, createdAt: now)
        try db.blocks.insert(block)
        return block
    }

    func newReaction(_ kind: Reaction.Kind, _ account: Account, _ post: Post) throws -> Reaction {
        let id: Reaction.ID = id()
        return Reaction(
            id: id,
            kind: kind,
            account: account.id,
            post: post.id,
            uri: try URI("https://\(account.handle.host)/activities/\(id)"),
            createdAt: now
        )
    }

    @discardableResult
    func react(_ kind: Reaction.Kind, _ account: Account, _ post: Post) throws -> Reaction {
        let reaction = try newReaction(kind, account, post)
        try db.reactions.insert(reaction)
        return reaction
    }

    func partner(_ school: School, _ host: String, _ state: Partner.State) throws {
        try db.partners.set(Partner(school: school.id, host: try Host(host), state: state, changedAt: now))
    }

    func activity(
        by actor: Account,
        type: String = "Create",
        about post: Post? = nil,
        object: URI? = nil,
        isPublic: Bool = true
    ) throws -> OutboxActivity {
        let id: OutboxActivity.ID = id()
        let uri = try URI("https://\(actor.handle.host)/ap/activities/\(id)")
        let activity = OutboxActivity(
            id: id,
            uri: uri,
            actor: actor.id,
            type: type,
            object: object ?? post?.uri ?? uri,
            post: post?.id,
            isPublic: isPublic,
            json: Array("{}".utf8),
            createdAt: now
        )
        try db.outboxActivities.insert(activity)
        return activity
    }

    @discardableResult
    func deliver(_ activity: OutboxActivity, to inbox: String, isDirect: Bool = false) throws -> Delivery {
        let author = try db.accounts.find(activity.actor)
        guard let school = author?.school else { throw StorageError.rejected(reason: "not one of ours") }
        let delivery = Delivery(
            id: id(),
            activity: activity.id,
            actor: activity.actor,
            school: school,
            inbox: try URI(inbox),
            object: activity.object,
            isDirect: isDirect,
            createdAt: now
        )
        try db.deliveries.insert([delivery])
        return delivery
    }

    func received(_ name: String, by actor: Account) throws -> ReceivedActivity {
        ReceivedActivity(
            id: id(),
            uri: try URI("https://\(actor.handle.host)/activities/\(name)"),
            actor: actor.uri,
            host: actor.handle.host,
            recipient: nil,
            body: Array(name.utf8),
            receivedAt: now
        )
    }

    func advance(_ span: Span) { now = now + span }
}
