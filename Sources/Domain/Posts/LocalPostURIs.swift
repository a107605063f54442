/// The URIs under which the collections of a post of ours are served.
public struct LocalPostURIs: Sendable {
    private let origin: Origin
    private let id: Post.ID

    /// Builds for a post of a school's, at the school's public origin.
    public init(of id: Post.ID, at origin: Origin) {
        self.origin = origin
        self.id = id
    }

    /// What answers the post.
    public var replies: URI { post.appending(path: "replies") }
    /// Who likes it.
    public var likes: URI { post.appending(path: "likes") }
    /// Who has boosted it.
    public var shares: URI { post.appending(path: "shares") }
    /// The conversation that begins with it.
    public var conversation: URI { LocalActorURIs(origin: origin).conversation(id) }

    private var post: URI { LocalActorURIs(origin: origin).post(id) }
}
