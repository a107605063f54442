import Content
public import Domain
import Storage

extension Publisher {
    /// Changes what an account says of itself and tells everybody who follows it.
    ///
    /// `displayName`: at most 100 characters; nil leaves it.
    /// `biography`: plain text of at most 2,000 characters; nil leaves it.
    /// `approvesFollowers`: nil leaves it.
    /// `portraits`: uploads of its own to stand for it; those that are not named stay.
    ///
    /// - Throws: `OutboxError`, `StorageError`.
    public func updateProfile(
        displayName: String? = nil,
        biography: String? = nil,
        approvesFollowers: Bool? = nil,
        portraits: [Upload.Portrait: Upload.ID] = [:],
        as account: Account.ID
    ) async throws -> Account {
        try await act(as: account, "profile") { action in
            var changed = action.actor
            if let displayName { changed.displayName = PlainText.limit(displayName, characters: 100) }
            if let biography { changed.summary = try action.html(ofBiography: biography) }
            if let approvesFollowers { changed.approvesFollowers = approvesFollowers }
            for (portrait, id) in portraits {
                guard let upload = try action.db.uploads.use(id, of: account, as: portrait) else {
                    throw OutboxError.noSuchUpload
                }
                changed.set(portrait, upload.attachment(at: action.school.origin).url)
            }
            try action.db.accounts.update(changed)
            try action.sendUpdate(of: changed)
            return changed
        }
    }

    /// Takes a picture of an account away and tells everybody who follows it.
    ///
    /// - Throws: `OutboxError`, `StorageError`.
    public func removePortrait(_ portrait: Upload.Portrait, as account: Account.ID) async throws -> Account {
        try await act(as: account, "profile") { action in
            var changed = action.actor
            changed.set(portrait, nil)
            try action.db.uploads.remove(portrait, of: account)
            try action.db.accounts.update(changed)
            try action.sendUpdate(of: changed)
            return changed
        }
    }
}

extension Action {
    func html(ofBiography text: String) throws -> String {
        guard text.count <= 2_000 else { throw OutboxError.badText(reason: "the biography is too long") }
        if text.isEmpty { return "" }
        return try Self.reading { () throws(PostTextRefusal) in try PostText(text) { _ in nil }.html.html }
    }

    /// Tells the account's followers how it is now.
    ///
    /// `alsoAt`: inboxes of others who are told, where their server is not told otherwise.
    func sendUpdate(of account: Account, alsoAt others: [URI] = []) throws {
        let (activity, uri) = enqueuer.issue()
        let keys = try db.signingKeys.list(of: account.id)
        try enqueuer.enqueue(
            ActivityDocument.updateActor(
                uri,
                actor: account,
                document: ActorDocument.make(
                    account,
                    keys: keys,
                    whereabouts: try db.moves.whereabouts(of: account.id),
                    with: false
                ),
                at: now
            ),
            id: activity,
            uri: uri,
            actor: account,
            type: "Update",
            object: account.uri,
            recipients: try resolver.inboxes(
                .followers,
                author: account,
                addressed: [],
                earlier: others
            )
        )
    }
}

extension Account {
    fileprivate mutating func set(_ portrait: Upload.Portrait, _ url: URI?) {
        switch portrait {
        case .avatar: avatar = url
        case .header: header = url
        }
    }
}
