import Domain
import Peers
import Storage
import Vocabulary

/// Fetches an account's last public posts from its outbox, or the posts that it has pinned.
///
/// Spec: ActivityPub 5.1; Mastodon's `featured`.
///
/// Quietly: nobody is told, and in timelines a post stands at the time when it was published.
struct AccountErrand {
    /// How many posts of an outbox are wanted.
    static let wanted = 20

    let database: any SQLDatabase
    let directory: PeerDirectory
    let school: School
    let ids: IDGenerator
    let clock: any WallClock

    private var budget = FetchBudget()

    init(
        _ database: any SQLDatabase,
        _ directory: PeerDirectory,
        for school: School,
        ids: IDGenerator,
        clock: any WallClock
    ) {
        self.database = database
        self.directory = directory
        self.school = school
        self.ids = ids
        self.clock = clock
    }

    /// Reads the outbox until it has as many posts as are wanted.
    ///
    /// - Throws: `PostRefusal`, `ActorError`, `FetchError`, `StorageError`.
    mutating func readOutbox(of actor: URI) async throws {
        let account = try await directory.account(actor, for: school)
        guard let outbox = account.endpoints.outbox else { return }
        let ids = ids
        for found in try await posts(in: outbox, by: account) {
            try await keep(found) { post, db in
                let schools = try db.partners.schoolsAllowing(account.host)
                guard let uri = found.boost else { return try db.timelines.add(post, to: schools) }
                let boost = Reaction(
                    id: ids.next(at: post.publishedAt),
                    kind: .boost,
                    account: account.id,
                    post: post.id,
                    uri: uri,
                    createdAt: post.publishedAt
                )
                if try db.reactions.insert(boost) { try db.timelines.add(boost, to: schools) }
            }
        }
    }

    /// Reads the pins and adds those that are not known.
    ///
    /// - Throws: as `readOutbox`.
    mutating func readFeatured(of actor: URI) async throws {
        let account = try await directory.account(actor, for: school)
        guard let featured = account.endpoints.featured else { return }
        let ids = ids
        // The one that was pinned last comes first, and gets the last position.
        for found in try await posts(in: featured, by: account).reversed() where found.boost == nil {
            try await keep(found) { post, db in
                guard try db.pins.count(of: account.id) < Pin.maximumForeign else { return }
                try db.pins.insert(post, at: ids.next())
            }
        }
    }

    /// A post that an account wrote, or that a group has passed on by a boost.
    private struct Found: Sendable {
        let fetched: PostFetcher.Fetched
        var boost: URI?
    }

    private func keep(
        _ found: Found,
        and place: @escaping @Sendable (Post, any SQLConnection) throws -> Void
    ) async throws {
        let (ids, now) = (ids, clock.now())
        do {
            try await database.write { db in
                try place(try found.fetched.keep(in: db, ids: ids, at: now), db)
            }
        } catch is PostRefusal {
            // It was deleted, or is not wanted here: the others are all the same.
        }
    }

    /// The account's own posts for everybody, or what a group has passed on, as many as are wanted.
    private mutating func posts(in collection: URI, by account: Account) async throws -> [Found] {
        let start = JSONValue.string(collection.description)
        var walk = CollectionWalk(start, of: account.uri.origin, directory, for: school)
        var found: [Found] = []
        var seen: Set<URI> = []
        do {
            while found.count < Self.wanted, let items = try await walk.page(&budget) {
                for item in items where found.count < Self.wanted {
                    guard let next = try await post(of: item, by: account),
                        seen.insert(next.fetched.note.uri).inserted
                    else { continue }
                    found.append(next)
                }
            }
        } catch is FetchBudget.Exhausted {
            // An outbox full of other things: what was found is enough.
        } catch let refusal as PostRefusal {
            if found.isEmpty { throw refusal }
        }
        return found
    }

    /// The post of an item: of a Create its object; nil when it is none, or not for everybody.
    ///
    /// - Throws: `PostRefusal` when the server fails; `FetchBudget.Exhausted`.
    private mutating func post(of item: JSONValue, by account: Account) async throws -> Found? {
        let activity = item.object.flatMap { try? Activity($0) }
        switch activity?.type {
        case nil, .unknown: return try await own(item.id, item.object, by: account)
        case .create: return try await own(activity?.object.id, activity?.object.embedded, by: account)
        case .announce where account.kind == .group: return try await passedOn(activity, by: account)
        default: return nil
        }
    }

    /// What stands in the account's own collection and has an id of its origin counts as said by its home.
    private mutating func own(_ id: String?, _ object: JSONObject?, by account: Account) async throws
        -> Found?
    {
        guard let uri = id.flatMap({ try? URI($0) }), uri.origin == account.uri.origin else { return nil }
        let fetched: PostFetcher.Fetched?
        if let object, object["content"] != nil || object["name"] != nil {
            do throws(PostRefusal) {
                fetched = try await directory.posts.read(object, for: school)
            } catch {
                if error.isTransient { throw error }
                return nil
            }
        } else {
            fetched = try await fetch(uri, namedBy: account)
        }
        return fetched.flatMap { $0.author.uri == account.uri ? Found(fetched: $0) : nil }
    }

    /// What a group boosts, or the object of what it passes on (FEP-1b12): from its own home.
    private mutating func passedOn(_ activity: Activity?, by account: Account) async throws -> Found? {
        guard let activity, let boost = activity.id.flatMap({ try? URI($0) }),
            boost.origin == account.uri.origin, activity.actor.flatMap({ try? URI($0) }) == account.uri
        else { return nil }
        let wrapped = activity.object.embedded.flatMap { try? Activity($0) }
        let isActivity = if case .unknown = wrapped?.type { false } else { wrapped != nil }
        if isActivity, wrapped?.type != .create { return nil }
        let id = isActivity ? wrapped?.object.id : activity.object.id
        guard let uri = id.flatMap({ try? URI($0) }), let fetched = try await fetch(uri, namedBy: account)
        else {
            return nil
        }
        return Found(fetched: fetched, boost: boost)
    }

    /// A post from its home; nil when it cannot be had, or its home is no partner.
    ///
    /// - Throws: `PostRefusal` when the account's own server fails; `FetchBudget.Exhausted`.
    private mutating func fetch(_ uri: URI, namedBy account: Account) async throws -> PostFetcher.Fetched? {
        guard !budget.isSilent(uri.host), !budget.isSpared(uri.host) else { return nil }
        try budget.spendPost(at: uri.host)
        do throws(PostRefusal) {
            let fetched = try await directory.posts.fetch(uri, for: school)
            budget.spend(bytes: fetched.size)
            return fetched
        } catch {
            if uri.host == account.host {
                if error.isTransient { throw error }
            } else if case .fetch(.transfer) = error {
                budget.noteSilent(uri.host)
            } else {
                budget.noteMiss(uri.host)
            }
            return nil
        }
    }
}
