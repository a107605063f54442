import Domain
import Outbox
import Storage
import Vocabulary

/// What its author has written and not published, as they read it.
///
/// Reference: Mastodon's API, ScheduledStatus; below `params` its names are those of the parameters.
struct DraftEntity {
    let school: School
    let db: any SQLConnection

    /// A post that waits for its time.
    func scheduled(_ saved: SavedDraft) throws -> JSONObject {
        var entity = try whole(saved)
        entity["scheduled_at"] = time(saved.dueAt)
        return entity
    }

    /// A draft; `problem`: why it was not published at its time.
    func draft(_ saved: SavedDraft) throws -> JSONObject {
        var entity = try whole(saved)
        entity["problem"] = problem(of: saved).map { .string($0) } ?? .null
        entity["created_at"] = time(saved.createdAt)
        entity["updated_at"] = time(saved.changedAt)
        return entity
    }

    private func whole(_ saved: SavedDraft) throws -> JSONObject {
        let uploads = try saved.uploads.compactMap { try db.uploads.find($0, of: saved.account) }
        return [
            "id": .string(saved.id.description),
            "params": .object(parameters((try? saved.draft()) ?? PostDraft(text: ""))),
            "media_attachments": .array(
                uploads.map { upload in
                    let attachment = upload.attachment(at: school.origin)
                    return .object(AttachmentEntity.make(attachment, at: school, id: upload.id.description))
                }
            ),
        ]
    }

    /// One that cannot be read stands in the list all the same, so that it can be discarded.
    private func problem(of saved: SavedDraft) -> String? {
        do {
            _ = try saved.draft()
            return saved.problem
        } catch {
            return error.description
        }
    }

    private func time(_ time: Timestamp?) -> JSONValue {
        time.map { .string(WireDate.format($0.milliseconds)) } ?? .null
    }

    private func parameters(_ draft: PostDraft) -> JSONObject {
        let others: [(String, JSONValue)] = [
            ("sensitive", .bool(draft.isSensitive)),
            ("visibility", .string(draft.audience.clientWord)),
            ("staffroom_audience", .string(draft.audience.rawValue)),
            ("language", draft.language.map { .string($0) } ?? nil),
            ("in_reply_to_id", draft.inReplyTo.map { .string($0.description) } ?? nil),
            ("media_ids", draft.uploads.map { .array($0.map { .string($0.description) }) } ?? nil),
            ("cover_id", draft.cover.map { .string($0.description) } ?? nil),
            ("poll", draft.poll.map { .object(poll($0)) } ?? nil),
            ("quoted_status_id", draft.quotes.map { .string($0.description) } ?? nil),
            // Mastodon's; we keep none of them.
            ("application_id", nil), ("scheduled_at", nil), ("idempotency", nil), ("with_rate_limit", false),
        ]
        return JSONObject(StatusSourceEntity.typed(draft) + others)
    }

    private func poll(_ poll: PollDraft) -> JSONObject {
        [
            "options": .array(poll.options.map { .string($0) }),
            "expires_in": .integer(poll.lasts.milliseconds / 1_000),
            "multiple": .bool(poll.isMultiple),
            "hide_totals": .bool(poll.hidesTotals),
        ]
    }
}
