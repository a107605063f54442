public import Domain
import Storage

extension PeerPostWriter {
    /// Notes what a peer's post quotes, when it is written or edited.
    ///
    /// Spec: FEP-044f. A quote is approved at once when both posts are the same author's or the quoted one mentions
    /// whoever quotes; else by a stamp, which is looked at later. Of a post of ours the note's word counts for nothing:
    /// whether its author approved is what we know ourselves.
    func noteQuote(in note: ForeignNote, by author: Account) throws {
        let known = try db.quotes.find(uri: note.uri)
        guard let uri = note.body.quotes, uri != note.uri else {
            if known != nil { try db.quotes.remove(note.uri) }
            return
        }
        let stamp = note.quoteAuthorization.flatMap { $0.origin == uri.origin ? $0 : nil }
        let isOurs = try db.schools.find(host: uri.host) != nil
        if var known, known.quoted == uri {
            if isOurs || known.stamp == stamp || (known.stamp == nil && known.state == .accepted) { return }
            known.stamp = stamp
            known.state = .pending
            known.attempts = 0
            known.dueAt = stamp == nil ? nil : now
            return try db.quotes.set(known)
        }
        if known != nil { try db.quotes.remove(note.uri) }
        let target = try db.posts.find(uri: uri)
        let isApproved =
            !isOurs && (target?.author == author.id || target?.body.mentions.contains(author.uri) ?? false)
        // Only a post of the same origin may be the same author's: it is fetched to know.
        let isToBeSeen =
            !isApproved && !isOurs && (stamp != nil || (target == nil && uri.origin == author.uri.origin))
        try db.quotes.insert(
            Quote(
                id: ids.next(),
                uri: note.uri,
                quoted: uri,
                account: author.id,
                state: isApproved ? .accepted : .pending,
                stamp: isApproved || isOurs ? nil : stamp,
                dueAt: isToBeSeen ? now : nil,
                createdAt: now
            )
        )
    }
}

extension ForeignNote {
    /// Notes what it quotes, when it is edited.
    ///
    /// - Throws: `StorageError`.
    public func noteQuote(by author: Account, in writer: PeerPostWriter) throws {
        try writer.noteQuote(in: self, by: author)
    }
}
