public import Domain
import Storage

extension Publisher {
    /// Changes what an account says of one of its uploads, before a post has it.
    ///
    /// - Throws: `OutboxError.noSuchUpload`, `StorageError`.
    public func describe(_ text: PostDraft.UploadText, as account: Account.ID) async throws -> Upload {
        try await act(as: account, "describe-upload") { action in
            let upload = try action.upload(text.id, of: nil)
            return try action.describe(upload, text)
        }
    }

    /// Removes an upload that no post has.
    ///
    /// - Throws: `OutboxError.noSuchUpload`, `StorageError`.
    public func removeUpload(_ upload: Upload.ID, as account: Account.ID) async throws {
        try await act(as: account, "remove-upload") { action in
            guard try action.db.uploads.removeUnused(upload, of: account) else {
                throw OutboxError.noSuchUpload
            }
        }
    }
}

extension Action {
    /// The attachments that a draft names, with what it says of them.
    ///
    /// `post`: the one that is edited; what it has already may stay.
    func attachments(_ draft: PostDraft, of post: Post.ID? = nil) throws -> [Post.Attachment] {
        let ids = draft.uploads ?? []
        guard ids.count <= Upload.maximumOfPost else { throw OutboxError.tooMany("attachments") }
        guard Set(ids).count == ids.count else { throw OutboxError.noSuchUpload }
        return try ids.map { id in
            var upload = try upload(id, of: post)
            if let text = draft.uploadTexts.last(where: { $0.id == id }) {
                upload = try describe(upload, text)
            }
            return try described(upload).attachment(at: school.origin)
        }
    }

    /// The picture that a draft chooses of its attachments to stand for it.
    func cover(_ draft: PostDraft, _ attachments: [Post.Attachment]) throws -> Post.Body.Picture? {
        guard let cover = draft.cover else { return nil }
        guard let attachment = attachments.first(where: { $0.upload == cover && $0.kind == .image }) else {
            throw OutboxError.noSuchUpload
        }
        return Post.Body.Picture(attachment.url, description: attachment.description)
    }

    private func described(_ upload: Upload) throws -> Upload {
        guard !school.requiresDescriptions || upload.description.contains(where: { !$0.isWhitespace }) else {
            throw OutboxError.badText(
                reason: "your school asks that you say what each picture, film and recording shows"
            )
        }
        return upload
    }

    /// Gives uploads to a post that is written in this transaction.
    func attach(_ attachments: [Post.Attachment], to post: Post.ID) throws {
        for upload in attachments.compactMap(\.upload) {
            guard try db.uploads.attach(upload, to: post) else { throw OutboxError.noSuchUpload }
        }
    }

    /// An upload of the actor's own that no other post has.
    func upload(_ id: Upload.ID, of post: Post.ID?) throws -> Upload {
        guard let upload = try db.uploads.find(id, of: actor.id), upload.post == nil || upload.post == post
        else {
            throw OutboxError.noSuchUpload
        }
        return upload
    }

    fileprivate func describe(_ upload: Upload, _ text: PostDraft.UploadText) throws -> Upload {
        var changed = upload
        if let description = text.description {
            changed.description = String(description.prefix(Upload.maximumDescription))
        }
        if let focus = text.focus { changed.focus = focus }
        if changed != upload { try db.uploads.describe(changed) }
        return changed
    }
}
