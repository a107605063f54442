public import Domain
public import Peers
public import Storage

/// What local accounts do: each action is one transaction that holds the state, the activity, the timeline
/// entries and a delivery row per inbox.
///
/// What needs the network is done before it begins.
///
/// The actions are in `Publisher+Posts`, `Publisher+Follows`, `Publisher+Reactions` and `Publisher+Accounts`.
public struct Publisher: Sendable {
    let database: any SQLDatabase
    let directory: PeerDirectory
    let ids: IDGenerator
    let clock: any WallClock
    /// Who acts in the accounts' place, for the audit log; nil when they act themselves.
    private(set) var admin: String?
    /// How long the people whom a text mentions are looked for.
    var lookUpTime = Duration.seconds(10)

    /// Makes a publisher.
    public init(
        database: any SQLDatabase,
        directory: PeerDirectory,
        ids: IDGenerator,
        clock: any WallClock = SystemClock()
    ) {
        self.database = database
        self.directory = directory
        self.ids = ids
        self.clock = clock
    }

    /// The same publisher for somebody who acts in accounts' places, such as an operator on the command line: every
    /// action leaves an audit row in its own transaction.
    public func acting(by admin: String) -> Publisher {
        var publisher = self
        publisher.admin = admin
        return publisher
    }

    /// Runs an action of an account in one transaction.
    ///
    /// `deed`: what it is called in the audit log, where an admin acts in the account's place.
    func act<Value: Sendable>(
        as account: Account.ID,
        _ deed: String,
        _ body: @escaping @Sendable (Action) throws -> Value
    ) async throws -> Value {
        let now = clock.now()
        let (ids, admin) = (ids, admin)
        return try await database.write { db in
            guard let actor = try db.accounts.find(account), actor.isActive, let schoolID = actor.school,
                let school = try db.schools.find(schoolID)
            else { throw OutboxError.notAbleToAct }
            let action = Action(db: db, actor: actor, school: school, ids: ids, now: now)
            if let admin { try action.note("account.\(deed)", by: admin) }
            return try body(action)
        }
    }

    /// The school of a local account.
    func school(of account: Account.ID) async throws -> School {
        try await database.read { db in
            guard let actor = try db.accounts.find(account), actor.isActive, let id = actor.school,
                let school = try db.schools.find(id)
            else { throw OutboxError.notAbleToAct }
            return school
        }
    }
}

/// One action in its transaction.
struct Action {
    let db: any SQLConnection
    let actor: Account
    let school: School
    let ids: IDGenerator
    let now: Timestamp

    var enqueuer: ActivityEnqueuer { ActivityEnqueuer(db, ids: ids, school: school, now: now) }
    var resolver: RecipientResolver { RecipientResolver(db: db, school: school) }
    var uris: LocalActorURIs { LocalActorURIs(origin: school.origin) }

    /// A post that the actor may see.
    func visiblePost(_ id: Post.ID) throws -> (Post, Account) {
        guard let post = try db.posts.find(id), let author = try db.accounts.find(post.author),
            try db.sights.canSee(.account(actor.id, school: school.id), post)
        else { throw OutboxError.noSuchPost }
        return (post, author)
    }

    /// A post of the actor's own that stands.
    func ownPost(_ id: Post.ID) throws -> Post {
        let (post, _) = try visiblePost(id)
        guard post.author == actor.id else { throw OutboxError.notYourPost }
        return post
    }

    /// The schools whose accounts the actor's deeds reach on this instance.
    func localSchools() throws -> [School.ID] {
        try db.partners.schoolsAllowing(school.host)
    }

    /// Notes that an admin does this in the actor's place.
    func note(_ deed: String, by admin: String) throws {
        try db.audit.insert(
            AuditEntry(
                id: ids.next(),
                school: school.id,
                by: admin,
                action: deed,
                subject: actor.handle.description,
                at: now
            )
        )
    }

    /// Tells those who asked to be told of the actor's posts; answers to others do not count.
    func notifyFollowers(of post: Post) throws {
        try db.notices.tellFollowers(of: post, now: now) { ids.next() }
    }

    /// Tells a local account something; a peer's account is told by a delivery.
    func notify(_ account: Account, _ kind: Notice.Kind, post: Post.ID? = nil) throws {
        guard account.isLocal else { return }
        try db.notices.insert(
            Notice(
                id: ids.next(),
                account: account.id,
                kind: kind,
                from: actor.id,
                post: post,
                createdAt: now
            )
        )
    }
}
