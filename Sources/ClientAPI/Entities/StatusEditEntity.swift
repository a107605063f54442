import Content
import Domain
import Storage
import Vocabulary

/// The versions of a post, the oldest first.
///
/// Reference: Mastodon's API, StatusEdit; `title` is ours.
struct StatusEditEntity {
    let school: School

    func make(_ shown: PresentedPost, _ versions: [PostVersion]) -> [JSONValue] {
        let post = shown.post
        let earlier = versions.map { version in
            edit(
                html: version.html,
                title: version.title,
                summary: version.summary,
                isSensitive: version.isSensitive,
                version.attachments,
                at: version.writtenAt,
                shown
            )
        }
        let now = edit(
            html: post.body.html,
            title: post.body.title,
            summary: post.body.summary,
            isSensitive: post.body.isSensitive,
            shown.attachments,
            at: post.editedAt ?? post.publishedAt,
            shown
        )
        return earlier + [now]
    }

    private func edit(
        html: String,
        title: String,
        summary: String,
        isSensitive: Bool,
        _ attachments: [Post.Attachment],
        at time: Timestamp,
        _ shown: PresentedPost
    ) -> JSONValue {
        var post = shown.post
        (post.body.html, post.body.title, post.body.summary) = (html, title, summary)
        post.body.isSensitive = isSensitive
        return [
            "content": .string(StatusContent(school: school).html(of: post)),
            "title": .string(title),
            "spoiler_text": .string(post.warning),
            "sensitive": .bool(isSensitive),
            "created_at": .string(WireDate.format(time.milliseconds)),
            "account": .object(AccountEntity(school: school).make(shown.author)),
            "media_attachments": .array(AttachmentEntity.list(attachments, of: post.id, at: school)),
            "emojis": [],
        ]
    }
}
