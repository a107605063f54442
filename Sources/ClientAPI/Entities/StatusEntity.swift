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
    /// Where parts of it are kept that are the same for every reader.
    var parts: RenderedParts?

    /// The same, ready to be written.
    func value(_ shown: PresentedPost) -> JSONValue {
        guard parts != nil else { return .object(make(shown)) }
        guard let booster = shown.boostedBy else { return written(shown) }
        var boost = boost(makePost(shown), shown, by: booster)
        boost["reblog"] = written(shown)
        return .object(boost)
    }

    /// A post in a list: a boost wraps the post that it shows.
    func make(_ shown: PresentedPost) -> JSONObject {
        let status = makePost(shown)
        guard let booster = shown.boostedBy else { return status }
        var boost = boost(status, shown, by: booster)
        boost["reblog"] = .object(status)
        return boost
    }

    private func boost(_ status: JSONObject, _ shown: PresentedPost, by booster: Account) -> JSONObject {
        var boost = status
        boost["id"] = .string(shown.position.description)
        boost["uri"] = .string("\(shown.post.uri)#boost-\(shown.position)")
        boost["account"] = account(booster)
        boost["content"] = ""
        boost["mentions"] = []
        boost["tags"] = []
        boost["media_attachments"] = []
        boost["title"] = ""
        boost["poll"] = .null
        boost["quote"] = .null
        boost["card"] = .null
        return boost
    }

    private func makePost(_ shown: PresentedPost) -> JSONObject {
        JSONObject((fixed(shown.post).members + varying(shown).members).map { ($0.key, $0.value) })
    }

    private func written(_ shown: PresentedPost) -> JSONValue {
        let post = shown.post
        let kept = parts?.json(of: .post(post), for: school) { fixed(post) }
        // Two objects, neither empty, become one.
        var json = (kept ?? JSONWriter.write(.object(fixed(post)))).dropLast()
        json.append(UInt8(ascii: ","))
        json += JSONWriter.write(.object(varying(shown))).dropFirst()
        return .written(Array(json))
    }

    private func account(_ account: Account) -> JSONValue {
        let entity = AccountEntity(school: school)
        return parts.map { .written($0.json(of: .account(account), for: school) { entity.make(account) }) }
            ?? .object(entity.make(account))
    }

    /// What is the same for every reader at a school, and follows from the post alone.
    private func fixed(_ post: Post) -> JSONObject {
        var status: JSONObject = [
            "id": .string(post.id.description),
            "created_at": .string(WireDate.format(post.publishedAt.milliseconds)),
            "sensitive": .bool(post.body.isSensitive),
            "spoiler_text": .string(post.warning),
            "visibility": .string(post.audience.clientWord),
            "staffroom_audience": .string(post.audience.rawValue),
            "language": post.body.language.map { .string($0) } ?? nil,
            "uri": .string(post.uri.description),
            "url": .string((post.page ?? post.uri).description),
            "edited_at": post.editedAt.map { .string(WireDate.format($0.milliseconds)) } ?? nil,
            "content": .string(StatusContent(school: school).html(of: post)),
            "tags": .array(post.body.hashtags.map { .object(tag($0)) }),
            "emojis": .array(post.body.emojis.map(emoji)),
        ]
        WritingEntity.add(post, at: school, to: &status)
        return status
    }

    /// What differs by reader, or changes without the post.
    private func varying(_ shown: PresentedPost) -> JSONObject {
        let post = shown.post
        let reactions = JSONValue.array(shown.emojis.map { EmojiReactionEntity.make($0, at: school) })
        var status: JSONObject = [
            "in_reply_to_id": shown.parent.map { .string($0.id.description) } ?? nil,
            "in_reply_to_account_id": shown.parent.map { .string($0.author.description) } ?? nil,
            "replies_count": .integer(Int64(shown.replies)),
            "reblogs_count": .integer(Int64(shown.counts.boosts)),
            "favourites_count": .integer(Int64(shown.counts.likes)),
            "reblog": nil, "card": PreviewEntity.make(shown, at: school),
            "account": account(shown.author),
            "media_attachments": .array(AttachmentEntity.list(shown.attachments, of: post.id, at: school)),
            "mentions": .array(shown.addressees.map { .object(mention($0)) }),
            "poll": shown.poll.map { .object(PollEntity.make($0)) } ?? nil,
            "filtered": .array(shown.filtered.map(FilterEntity.result)),
            "favourited": .bool(shown.ownReactions.contains(.like)),
            "reblogged": .bool(shown.ownReactions.contains(.boost)),
            "muted": .bool(shown.isMuted), "bookmarked": .bool(shown.isBookmarked),
            "pinned": .bool(shown.isPinned),
            "emoji_reactions": reactions, "pleroma": ["emoji_reactions": reactions],
            "may_reply": .bool(shown.mayReply), "may_boost": .bool(shown.mayBoost),
        ]
        QuoteEntity(school: school).add(shown, to: &status)
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
