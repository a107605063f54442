/// The URIs under which a school's own things are served; the only place that knows their paths.
public struct LocalActorURIs: Sendable {
    private let origin: Origin

    /// Builds for a school's public origin.
    public init(origin: Origin) {
        self.origin = origin
    }

    /// The school's own actor, which signs our fetches and is served without a signature.
    public var schoolActor: URI { at("/ap/actor") }
    /// The inbox that all of the school's accounts share.
    public var sharedInbox: URI { at("/ap/inbox") }

    /// An account's actor.
    public func actor(_ id: Account.ID) -> URI { at("/ap/actors/\(id)") }
    /// A post's object.
    public func post(_ id: Post.ID) -> URI { at("/ap/posts/\(id)") }
    /// The conversation that begins with a post.
    public func conversation(_ root: Post.ID) -> URI { at("/ap/contexts/\(root)") }
    /// An activity.
    public func activity(_ id: ID<OutboxActivity>) -> URI { at("/ap/activities/\(id)") }
    /// A vote in a peer's poll; nothing is served there.
    public func vote(of account: Account.ID, _ activity: ID<OutboxActivity>) -> URI {
        at("/ap/actors/\(account)#votes/\(activity)")
    }
    /// Our approval of a quote.
    public func quote(_ id: Quote.ID) -> URI { at("/ap/quotes/\(id)") }
    /// A person's page.
    public func page(_ name: String) -> URI { at("/@\(name)") }
    /// A hashtag's page.
    ///
    /// `name`: without `#`, in lower case; escaped as needed.
    public func tagPage(_ name: String) -> URI { at("/tags/\(name)") }
    /// A post's page.
    public func page(_ name: String, post: Post.ID) -> URI { at("/@\(name)/\(post)") }

    /// A file that somebody uploaded.
    ///
    /// `key`: of the upload; who does not know it cannot find the file.
    public func upload(_ key: String) -> URI { at("/media/\(key)/original") }
    /// A smaller picture of what somebody uploaded.
    public func uploadPreview(_ key: String) -> URI { at("/media/\(key)/small") }

    /// The part of an account's followers that are at the server which asks.
    ///
    /// Spec: FEP-8fcf.
    public func followersSynchronization(_ id: Account.ID) -> URI {
        at("/ap/actors/\(id)/followers_synchronization")
    }

    /// Everything an account's actor document points to.
    public func endpoints(_ id: Account.ID) -> Account.Endpoints { endpoints(below: "/ap/actors/\(id)") }
    /// Everything the school's own actor document points to.
    public var schoolEndpoints: Account.Endpoints { endpoints(below: "/ap/actor") }

    private func endpoints(below path: String) -> Account.Endpoints {
        Account.Endpoints(
            inbox: at(path + "/inbox"),
            sharedInbox: sharedInbox,
            outbox: at(path + "/outbox"),
            followers: at(path + "/followers"),
            following: at(path + "/following"),
            featured: at(path + "/featured")
        )
    }

    private func at(_ path: String) -> URI { URI(origin: origin, target: path) }
}
