import Domain
import Storage

/// The posts on an account's page: what it has pinned, and then the others, the newest first.
enum ProfilePosts {
    /// Those that a viewer may see, without what their filters leave out there.
    static func find(of account: Account.ID, for viewer: Viewer, at now: Timestamp, in db: any SQLConnection)
        throws -> [PresentedPost]
    {
        let pinned = try db.presenter.present(try db.profiles.pinned(by: account, for: viewer), to: viewer)
        let others = try db.profiles.posts(of: account, for: viewer).filter { !$0.isPinned }
        return try db.filtering.filtered(pinned + others, for: viewer, in: .account, now: now)
    }
}
