public import Domain

/// Collects what `canSee` needs to know of one viewer and one post.
public struct SightView {
    let db: any SQLConnection

    /// Whether the viewer may see the post.
    public func canSee(_ viewer: Viewer, _ post: Post) throws(StorageError) -> Bool {
        Domain.canSee(try sight(of: post, for: viewer))
    }

    /// The facts about a viewer and a post.
    public func sight(of post: Post, for viewer: Viewer) throws(StorageError) -> Sight {
        var sight = Sight(audience: post.audience)
        sight.isDeleted = post.deletedAt != nil
        sight.isLocalOnly = post.isLocalOnly
        sight.isOutsider = viewer.account == nil
        guard let author = try db.accounts.find(post.author) else {
            sight.isAuthorInactive = true
            return sight
        }
        sight.isAuthorInactive = !author.isActive
        switch viewer {
        case .anonymous: sight.isHostAllowed = author.isLocal
        case .account(let id, let school): try look(&sight, post, author, as: id, of: school)
        case .server(let host): try look(&sight, post, author, from: host)
        }
        return sight
    }

    private func look(
        _ sight: inout Sight,
        _ post: Post,
        _ author: Account,
        as viewer: Account.ID,
        of school: School.ID
    ) throws(StorageError) {
        sight.isAuthor = author.id == viewer
        sight.isAddressed = try db.posts.addressees(of: post.id).contains(viewer)
        sight.isFollower = try db.follows.find(follower: viewer, followed: author.id)?.state == .accepted
        sight.isBlocked = try db.blocks.find(blocker: author.id, blocked: viewer) != nil
        sight.isBlocking = try db.blocks.find(blocker: viewer, blocked: author.id) != nil
        sight.isOfAuthorsSchool = author.school == school
        guard let school = try db.schools.find(school) else { return sight.isHostAllowed = false }
        let admission = try db.partners.admission(of: author.host, at: school)
        sight.isHostAllowed = admission != .refused
        sight.isOfPartner = admission == .allowed && author.isLocal
    }

    private func look(
        _ sight: inout Sight,
        _ post: Post,
        _ author: Account,
        from host: Host
    ) throws(StorageError) {
        guard let schoolID = author.school, let school = try db.schools.find(schoolID) else {
            return sight.isHostAllowed = author.host == host
        }
        sight.isHostAllowed = try db.partners.admission(of: host, at: school) != .refused
        let addressed = try db.accounts.find(try db.posts.addressees(of: post.id))
        sight.isAddressed = addressed.values.contains { $0.host == host }
        sight.isFollower = try db.follows.hasFollower(at: host, of: author.id)
        sight.isOfPartner = try db.partners.find(school.id, host)?.state == .approved
    }
}

extension SQLConnection {
    /// Judges single posts.
    public var sights: SightView { SightView(db: self) }
}
