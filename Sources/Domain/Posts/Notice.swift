/// Something that an account is told about: the notification of the client API.
public struct Notice: Sendable, Hashable {
    /// The type of a notice's id.
    public typealias ID = Domain.ID<Notice>

    /// What happened; the raw value is the client API's word.
    public enum Kind: String, Sendable, CaseIterable {
        case mention
        case follow
        /// Somebody whom the account follows, and of whose posts it wants to be told, has written one.
        case post = "status"
        case followRequest = "follow_request"
        case like = "favourite"
        case boost = "reblog"
        case edit = "update"
        /// A poll has ended that the account asked, or voted in.
        case poll
        /// Somebody quoted a post, and was let.
        case quote
        /// Somebody asks to quote a post; a word of our own.
        case quoteRequest = "staffroom:quote_request"
        /// A post of the account's own was not published at its time, and is a draft again; Mastodon's API has no word.
        case draft = "staffroom:draft"
        /// The word of Pleroma's API; Mastodon's has none.
        case emojiReaction = "pleroma:emoji_reaction"
        /// Somebody whom the account followed has moved, and it was taken along; the word of Pleroma's API.
        case move
    }

    /// The row's id.
    public let id: ID
    /// Who is told.
    public let account: Account.ID
    /// What happened.
    public let kind: Kind
    /// Who did it.
    public let from: Account.ID
    /// With which post.
    public let post: Post.ID?
    /// When.
    public let createdAt: Timestamp

    /// Puts a notice together.
    public init(
        id: ID,
        account: Account.ID,
        kind: Kind,
        from: Account.ID,
        post: Post.ID?,
        createdAt: Timestamp
    ) {
        self.id = id
        self.account = account
        self.kind = kind
        self.from = from
        self.post = post
        self.createdAt = createdAt
    }
}
