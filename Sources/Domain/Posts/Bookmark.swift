/// A post that an account has put aside to read again; nobody else knows.
public struct Bookmark: Sendable, Hashable {
    /// The type of its id.
    public typealias ID = Domain.ID<Bookmark>

    /// The row's id; sorts by when it was made.
    public let id: ID
    /// Whose it is.
    public let account: Account.ID
    /// The post.
    public let post: Post.ID

    /// Puts a bookmark together.
    public init(id: ID, account: Account.ID, post: Post.ID) {
        self.id = id
        self.account = account
        self.post = post
    }
}
