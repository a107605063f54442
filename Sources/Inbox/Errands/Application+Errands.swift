import Domain
import Storage

extension Application {
    /// Notes that what a post answers is to be fetched, if it is not known.
    ///
    /// On behalf of a school that exchanges activities with its home; if there is none, that becomes the reason why it is
    /// missing.
    func haveFetched(parent uri: URI) throws {
        guard try db.posts.find(uri: uri) == nil else { return }
        guard let school = try schoolAsking(uri.host) ?? schools.first else { return }
        try db.errands.note(Errand(.parent, uri, for: school), at: now)
    }

    /// Notes that the answers to a peer's post are to be fetched.
    func haveFetched(answersTo post: Post, by author: Account) throws {
        guard !author.isLocal, let school = try schoolAsking(author.host) else { return }
        try db.errands.note(Errand(.replies, post.uri, for: school), at: now)
    }

    /// Notes that the sender's last posts and its pins are to be fetched, if nobody here has followed it before.
    func haveFetchedPosts(for school: School.ID) throws {
        let sender = incoming.sender
        guard try db.follows.countLocal(followersOf: sender.id, in: schools) == 1 else { return }
        for kind in [Errand.Kind.outbox, .featured] {
            try db.errands.note(Errand(kind, sender.uri, for: school), at: now)
        }
    }

    /// The first of the schools that may ask a host.
    private func schoolAsking(_ host: Host) throws -> School.ID? {
        let admissions = try db.partners.admissions(of: host, schools: incoming.schools)
        return schools.first { admissions[$0] == .allowed }
    }
}
