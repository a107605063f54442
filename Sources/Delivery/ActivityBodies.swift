import Domain
import Peers
import Storage
import Synchronization

/// An activity that is being sent.
struct OutgoingActivity: Sendable {
    let body: ActivityBody
    /// Its actor's followers collection, when it is for followers only: each server is told whom of its people we take
    /// for followers (FEP-8fcf).
    let followers: URI?
}

/// The bodies of activities that are being sent: a fan-out to a thousand hosts reads and hashes its body once.
final class ActivityBodies: Sendable {
    private static let capacity = 64

    private let database: any SQLDatabase
    private let recent = Mutex<[(id: OutboxActivity.ID, activity: OutgoingActivity)]>([])

    init(database: any SQLDatabase) {
        self.database = database
    }

    /// An activity.
    ///
    /// - Throws: `StorageError`; `DeliveryError.noActivity` when the row is gone.
    func activity(_ id: OutboxActivity.ID) async throws -> OutgoingActivity {
        if let known = recent.withLock({ $0.first { $0.id == id }?.activity }) { return known }
        let (stored, followers) = try await database.read { db -> (OutboxActivity?, URI?) in
            guard let stored = try db.outboxActivities.find(id),
                let post = try stored.post.flatMap({ try db.posts.find($0) }),
                post.audience == .followers || post.audience == .partners
            else { return (try db.outboxActivities.find(id), nil) }
            return (stored, try db.accounts.find(stored.actor)?.endpoints.followers)
        }
        guard let stored else { throw DeliveryError.noActivity(id) }
        let activity = OutgoingActivity(body: ActivityBody(stored.json), followers: followers)
        recent.withLock { recent in
            if recent.count >= Self.capacity { recent.removeFirst() }
            recent.append((id, activity))
        }
        return activity
    }

    /// What the server of an inbox is told of the followers there; nil for what is not for followers only.
    func statement(_ activity: OutgoingActivity, of actor: Account.ID, to inbox: URI) async throws
        -> SynchronizationField?
    {
        guard let collection = activity.followers else { return nil }
        let followers = try await database.read { try $0.follows.followers(at: inbox.host, of: actor) }
        let partial = LocalActorURIs(origin: collection.origin).followersSynchronization(actor)
        return SynchronizationField(collection: collection, partial: partial, followers: followers)
    }
}

/// What can be wrong with a delivery on our side.
enum DeliveryError: Error {
    /// Its activity is not in the database.
    case noActivity(OutboxActivity.ID)
}
