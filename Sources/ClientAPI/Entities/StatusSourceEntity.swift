import Domain
import Outbox
import Vocabulary

/// A post of one's own as it was typed, to edit it.
///
/// Reference: Mastodon's API, StatusSource; everything below the warning is ours.
enum StatusSourceEntity {
    static func make(_ post: Post) -> JSONObject {
        let draft = PostDraft(editing: post)
        return JSONObject([("id", .string(post.id.description))] + typed(draft))
    }

    /// What was typed and chosen, in the names of the parameters.
    static func typed(_ draft: PostDraft) -> [(String, JSONValue)] {
        [
            ("text", .string(draft.text)),
            ("spoiler_text", .string(draft.summary)),
            ("title", .string(draft.title)),
            ("content_type", .string(draft.format.rawValue)),
            ("learning_kind", draft.learning.map { .string($0.kind.rawValue) } ?? nil),
            ("what_we_did", .string(draft.learning?.whatWeDid ?? "")),
            ("why", .string(draft.learning?.why ?? "")),
            ("reply_policy", .string(draft.replyPolicy.rawValue)),
            ("boost_policy", .string(draft.boostPolicy.rawValue)),
            ("quote_approval_policy", .string(draft.quotePolicy.choice.clientWord)),
            ("local_only", .bool(draft.isLocalOnly)),
        ]
    }
}
