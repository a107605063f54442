/// An activity of one of our accounts, kept as it was first sent.
public struct OutboxActivity: Sendable, Hashable {
    /// The type of a sent activity's id.
    public typealias ID = Domain.ID<OutboxActivity>

    /// The row's id; the last part of its URI.
    public let id: ID
    /// Its id on the wire.
    public let uri: URI
    /// Whose it is.
    public let actor: Account.ID
    /// The ActivityStreams type, such as `Create`.
    public let type: String
    /// What it is about: deliveries with the same object and host keep their order.
    public let object: URI
    /// The post it is about, if any; who may see the post may see the activity.
    public let post: Post.ID?
    /// Whether it is shown in the actor's outbox.
    public let isPublic: Bool
    /// The exact bytes that are sent.
    public let json: [UInt8]
    /// When it was made.
    public let createdAt: Timestamp

    /// Puts an activity together.
    public init(
        id: ID,
        uri: URI,
        actor: Account.ID,
        type: String,
        object: URI,
        post: Post.ID?,
        isPublic: Bool,
        json: [UInt8],
        createdAt: Timestamp
    ) {
        self.id = id
        self.uri = uri
        self.actor = actor
        self.type = type
        self.object = object
        self.post = post
        self.isPublic = isPublic
        self.json = json
        self.createdAt = createdAt
    }
}
