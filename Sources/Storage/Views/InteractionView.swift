public import Domain

/// Judges whether somebody may answer or boost a post by what its author chose.
///
/// Whether they may see it is another question: `SightView`.
public struct InteractionView {
    let db: any SQLConnection

    /// Whether a post's author lets an account do something with it.
    public func allows(_ interaction: Interaction, _ account: Account, on post: Post) throws(StorageError)
        -> Bool
    {
        let policy = post.policy(for: interaction)
        if policy == .everyone { return true }
        return policy.allows(try standing(of: account, on: post))
    }

    /// What comes of an account's quote of a post that it may see.
    ///
    /// A direct message nobody quotes, and what is not for everybody its author alone.
    public func verdict(ofQuoteBy account: Account, on post: Post) throws(StorageError) -> QuotePolicy.Verdict
    {
        if post.author == account.id { return post.audience == .direct ? .refused : .approved }
        guard post.audience.isForEverybody else { return .refused }
        if post.quotePolicy.automatic == .everyone { return .approved }
        return post.quotePolicy.verdict(on: try standing(of: account, on: post))
    }

    /// What an account is to a post and its author.
    private func standing(of account: Account, on post: Post) throws(StorageError)
        -> InteractionPolicy.Standing
    {
        if post.author == account.id { return InteractionPolicy.Standing(isAuthor: true) }
        let follow = try db.follows.find(follower: account.id, followed: post.author)
        var isMentioned = post.body.mentions.contains(account.uri)
        if !isMentioned { isMentioned = try db.posts.addressees(of: post.id).contains(account.id) }
        return InteractionPolicy.Standing(
            isFollower: follow?.state == .accepted,
            isMentioned: isMentioned
        )
    }
}

extension SQLConnection {
    /// Judges answers and boosts.
    public var interactions: InteractionView { InteractionView(db: self) }
}
