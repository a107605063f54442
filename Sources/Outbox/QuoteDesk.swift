public import Domain
import Storage

/// Answers those who ask to quote posts of ours, inside a transaction on behalf of the quoted author's school.
///
/// Spec: FEP-044f.
public struct QuoteDesk {
    let enqueuer: ActivityEnqueuer
    private var db: any SQLConnection { enqueuer.db }
    private var uris: LocalActorURIs { LocalActorURIs(origin: enqueuer.school.origin) }

    /// Works in the transaction of an enqueuer.
    public init(_ enqueuer: ActivityEnqueuer) {
        self.enqueuer = enqueuer
    }

    /// Takes a request of a peer's account and answers it, as far as the post's author does not have to be asked.
    ///
    /// `isParted`: a block stands between the two, so that it is refused.
    ///
    /// - Returns: the quote; nil when the post is known to quote something else, or to be another's.
    public func receive(
        _ request: URI,
        of quoting: URI,
        by account: Account,
        quoting post: Post,
        by author: Account,
        isParted: Bool
    ) throws -> Quote? {
        let known = try db.quotes.find(uri: quoting)
        if let known, known.quoted != post.uri || known.account != account.id { return nil }
        var quote =
            known
            ?? Quote(
                id: enqueuer.ids.next(),
                uri: quoting,
                quoted: post.uri,
                account: account.id,
                state: .pending,
                createdAt: enqueuer.now
            )
        let isNew = quote.state == .pending && quote.request == nil
        quote.request = request
        if isNew {
            switch isParted ? .refused : try verdict(of: account, on: post) {
            case .approved: approve(&quote)
            case .asked: break
            case .refused: quote.state = .rejected
            }
        }
        if known == nil { try db.quotes.insert(quote) } else { try db.quotes.set(quote) }
        try answer(quote, of: post, by: author, to: account)
        return quote
    }

    private func verdict(of account: Account, on post: Post) throws -> QuotePolicy.Verdict {
        let verdict = try db.interactions.verdict(ofQuoteBy: account, on: post)
        guard verdict != .refused else { return .refused }
        // Whoever is limited is let by hand alone, as with follows.
        if verdict == .approved, !account.isLimited { return .approved }
        return try db.quotes.countPending(of: post.uri) < Quote.maximumPending ? .asked : .refused
    }

    /// Gives a quote our stamp.
    func approve(_ quote: inout Quote) {
        quote.state = .accepted
        quote.stamp = uris.quote(quote.id)
        quote.dueAt = nil
    }

    /// Tells a peer's account what came of its request; nothing while it waits.
    func answer(_ quote: Quote, of post: Post, by author: Account, to account: Account) throws {
        guard quote.state != .pending, let request = quote.request else { return }
        let (id, uri) = enqueuer.issue()
        let type = quote.state == .accepted ? "Accept" : "Reject"
        try enqueuer.enqueue(
            ActivityDocument.answerQuote(type, uri, actor: author, quote, request: request, by: account.uri),
            id: id,
            uri: uri,
            actor: author,
            type: type,
            object: request,
            recipients: try enqueuer.recipients(to: account)
        )
    }
}
