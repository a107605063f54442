import Domain
import Media
import Storage
import Vocabulary

/// A post as clients read it.
///
/// Reference: Mastodon's API, Status. `emoji_reactions` is Pleroma's and Akkoma's. `staffroom_audience` is ours: it tells
/// apart what clients only know as private; so is what `WritingEntity` adds.
struct StatusEntity {
    let school: School

    /// A post in a list: a boost wraps the post that it shows.
    func make(_ shown: PresentedPost) -> JSONObject {
        let status = makePost(shown)
        guard let booster = shown.boostedBy else { return status }
        var boost = status
        boost["id"] = .string(shown.position.description)
        boost["uri"] = .string("\(shown.post.uri)#boost-\(shown.position)")
        boost["account"] = .object(AccountEntity(school: school).make(booster))
        boost["content"] = ""
        boost["mentions"] = []
        boost["tags"] = []
        boost["media_attachments"] = []
        boost["title"] = ""
        boost["poll"] = .null
        boost["quote"] = .null
        boost["card"] = .null
        boost["reblog"] = .object(status)
        return boost
    }

    private func makePost(_ shown: PresentedPost) -> JSONObject {
        let post = shown.post
        let reactions = shown.emojis.map { EmojiReactionEntity.make($0, at: school) }
        var status: JSONObject = [
            "id": .string(post.id.description),
            "created_at": .string(WireDate.format(post.publishedAt.milliseconds)),
            "in_reply_to_id": shown.parent.map { .string($0.id.description) } ?? nil,
            "in_reply_to_account_id": shown.parent.map { .string($0.author.description) } ?? nil,
            "sensitive": .bool(post.body.isSensitive),
            "spoiler_text": .string(post.warning),
            "visibility": .string(post.audience.clientWord),
            "staffroom_audience": .string(post.audience.rawValue),
            "language": post.body.language.map { .string($0) } ?? nil,
            "uri": .string(post.uri.description),
            "url": .string((post.page ?? post.uri).description),
            "replies_count": .integer(Int64(shown.replies)),
            "reblogs_count": .integer(Int64(shown.counts.boosts)),
            "favourites_count": .integer(Int64(shown.counts.likes)),
            "edited_at": post.editedAt.map { .string(WireDate.format($0.milliseconds)) } ?? nil,
            "content": .string(StatusContent(school: school).html(of: post)),
            "reblog": nil,
            "account": .object(AccountEntity(school: school).make(shown.author)),
            "media_attachments": .array(AttachmentEntity.list(shown.attachments, of: post.id, at: school)),
            "mentions": .array(shown.addressees.map { .object(mention($0)) }),
            "tags": .array(post.body.hashtags.map { .object(tag($0)) }),
            "emojis": .array(post.body.emojis.map(emoji)), "card": PreviewEntity.make(shown, at: school),
            "poll": shown.poll.map { .object(PollEntity.make($0)) } ?? nil,
            "filtered": .array(shown.filtered.map(FilterEntity.result)),
            "favourited": .bool(shown.ownReactions.contains(.like)),
            "reblogged": .bool(shown.ownReactions.contains(.boost)),
            "muted": .bool(shown.isMuted), "bookmarked": .bool(shown.isBookmarked),
            "pinned": .bool(shown.isPinned),
            "emoji_reactions": .array(reactions),
            "pleroma": ["emoji_reactions": .array(reactions)],
        ]
        QuoteEntity(school: school).add(shown, to: &status)
        WritingEntity.add(post, at: school, to: &status, mayReply: shown.mayReply, mayBoost: shown.mayBoost)
        return status
    }

    private func emoji(_ emoji: Post.Body.Emoji) -> JSONValue {
        let url = JSONValue.string(RemoteAddress.shown(emoji.url, at: school))
        return [
            "shortcode": .string(emoji.name), "url": url, "static_url": url, "visible_in_picker": false,
        ]
    }

    private func mention(_ account: Account) -> JSONObject {
        [
            "id": .string(account.id.description),
            "username": .string(account.handle.name),
            "acct": .string(AccountEntity(school: school).name(of: account)),
            "url": .string((account.page ?? account.uri).description),
        ]
    }

    private func tag(_ name: String) -> JSONObject {
        [
            "name": .string(name),
            "url": .string(LocalActorURIs(origin: school.origin).tagPage(name).description),
        ]
    }
}

extension Audience {
    /// The nearest of the four words that clients know.
    var clientWord: String {
        switch self {
        case .public: "public"
        case .unlisted: "unlisted"
        case .school, .partners, .followers: "private"
        case .direct: "direct"
        }
    }

    /// Reads a client's word, or one of our own.
    init?(clientWord word: String) {
        switch word {
        case "private": self = .followers
        default:
            guard let audience = Audience(rawValue: word) else { return nil }
            self = audience
        }
    }
}
