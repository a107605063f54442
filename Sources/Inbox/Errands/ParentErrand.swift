import Domain
import Peers
import Storage

/// Fetches what a post answers, what that answers, and so on.
///
/// At most `FetchBudget.maximumDepth` steps; a chain that leads back to itself ends where it does.
struct ParentErrand {
    let database: any SQLDatabase
    let directory: PeerDirectory
    let school: School

    /// How the errand ended: at which post, and why nothing is above it; nil when nothing is missing.
    struct End: Sendable {
        let uri: URI
        let reason: ThreadGap.Reason
        let isTransient: Bool
    }

    func run(from uri: URI) async throws -> End? {
        var next = uri
        var seen: Set<URI> = []
        for _ in 0..<FetchBudget.maximumDepth {
            guard seen.insert(next).inserted else { return End(uri: next, reason: .loop, isTransient: false) }
            let post: Post
            do {
                post = try await directory.posts.keep(next, for: school)
            } catch let refusal as PostRefusal {
                return End(uri: next, reason: ThreadGap.Reason(refusal), isTransient: refusal.isTransient)
            }
            // After a redirect it has another id, and is not what was answered.
            guard post.uri == next else { return End(uri: next, reason: .unreadable, isTransient: false) }
            guard let parent = post.inReplyTo else { return nil }
            next = parent
        }
        let last = next
        let isKnown = try await database.read { try $0.posts.find(uri: last) != nil }
        return isKnown ? nil : End(uri: last, reason: .tooDeep, isTransient: false)
    }
}
