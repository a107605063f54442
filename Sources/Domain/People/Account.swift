/// A person, group, service or school with a home at one of our schools or at a peer.
public struct Account: Sendable, Hashable {
    /// The type of an account's id.
    public typealias ID = Domain.ID<Account>

    /// The ActivityStreams actor type.
    ///
    /// Spec: Activity Vocabulary section 3.2.
    public enum Kind: String, Sendable, CaseIterable {
        case person = "Person"
        case group = "Group"
        case service = "Service"
        case application = "Application"
        case organization = "Organization"
    }

    /// The row's id; for a local account also the last part of its actor URI.
    public let id: ID
    /// The school it belongs to; nil for a peer's account.
    public let school: School.ID?
    /// The actor's id on the wire.
    public let uri: URI
    /// Name and host, as people write it; for show and look-up.
    public var handle: Handle
    /// What kind of actor it is.
    public var kind: Kind
    /// The name that people see; may be empty.
    public var displayName: String
    /// The biography as sanitised HTML; may be empty.
    public var summary: String
    /// The small picture of it, if there is one.
    public var avatar: URI?
    /// The wide picture at the head of its page, if there is one.
    public var header: URI?
    /// The page for people, if it has one of its own.
    public var page: URI?
    /// Where others reach it and read it.
    public var endpoints: Endpoints
    /// Whether a follow waits for the account's own yes.
    public var approvesFollowers: Bool
    /// When it was limited by a moderator; nil if it is not.
    public var limitedAt: Timestamp?
    /// When it was suspended by an admin; nil if it is not.
    public var suspendedAt: Timestamp?
    /// When its home said that it is gone; a tombstone that is never filled again by the same URI.
    public var goneAt: Timestamp?
    /// When a peer's document was last read; nil for a local account.
    public var fetchedAt: Timestamp?
    /// When the row was made.
    public let createdAt: Timestamp

    /// The URIs that an actor document carries.
    ///
    /// Spec: ActivityPub 4.1.
    public struct Endpoints: Sendable, Hashable {
        /// Where its activities are sent.
        public var inbox: URI
        /// One inbox for everybody on its host, if the host has one.
        public var sharedInbox: URI?
        /// What it has sent.
        public var outbox: URI?
        /// The collection of its followers, which doubles as an audience.
        public var followers: URI?
        /// Whom it follows.
        public var following: URI?
        /// Its pinned posts.
        public var featured: URI?

        /// Puts the URIs together.
        public init(
            inbox: URI,
            sharedInbox: URI? = nil,
            outbox: URI? = nil,
            followers: URI? = nil,
            following: URI? = nil,
            featured: URI? = nil
        ) {
            self.inbox = inbox
            self.sharedInbox = sharedInbox
            self.outbox = outbox
            self.followers = followers
            self.following = following
            self.featured = featured
        }
    }

    /// Puts an account together from stored or read parts.
    public init(
        id: ID,
        school: School.ID?,
        uri: URI,
        handle: Handle,
        kind: Kind,
        displayName: String = "",
        summary: String = "",
        avatar: URI? = nil,
        header: URI? = nil,
        page: URI? = nil,
        endpoints: Endpoints,
        approvesFollowers: Bool = false,
        limitedAt: Timestamp? = nil,
        suspendedAt: Timestamp? = nil,
        goneAt: Timestamp? = nil,
        fetchedAt: Timestamp? = nil,
        createdAt: Timestamp
    ) {
        self.id = id
        self.school = school
        self.uri = uri
        self.handle = handle
        self.kind = kind
        self.displayName = displayName
        self.summary = summary
        self.avatar = avatar
        self.header = header
        self.page = page
        self.endpoints = endpoints
        self.approvesFollowers = approvesFollowers
        self.limitedAt = limitedAt
        self.suspendedAt = suspendedAt
        self.goneAt = goneAt
        self.fetchedAt = fetchedAt
        self.createdAt = createdAt
    }

    /// The server that speaks for it, and that its activities come from and go to.
    ///
    /// The handle's host may be another; whether we exchange anything with the account is judged by this one alone.
    public var host: Host { uri.host }

    /// Whether its home is one of our schools.
    public var isLocal: Bool { school != nil }

    /// Whether only its followers are shown what it does in feeds, searches and notices.
    public var isLimited: Bool { limitedAt != nil }

    /// Whether it can act and be reached: neither suspended nor gone.
    public var isActive: Bool { suspendedAt == nil && goneAt == nil }

    /// What people see: the display name, or the handle's name where there is none.
    public var shownName: String { displayName.isEmpty ? handle.name : displayName }
}
