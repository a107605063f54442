import Content
import Domain
import Vocabulary

extension NoteDocument {
    /// A note's warning as it was typed, since Mastodon and others read it as text; an article's summary as HTML.
    static func summary(of post: Post) -> JSONValue? {
        guard !post.body.summary.isEmpty else { return nil }
        return .string(post.type == .article ? HTMLEscape.text(post.body.summary) : post.body.summary)
    }

    /// A short note that stands for an article: its title, what it is about, and where to read it.
    ///
    /// Spec: FEP-b2b8, `preview`.
    static func preview(of post: Post, _ author: Account) -> JSONObject {
        let page = HTMLEscape.attribute((post.page ?? post.uri).description)
        var html = "<p><strong>\(HTMLEscape.text(post.body.title))</strong></p>"
        // What stands behind a warning is not shown by a preview.
        let lead = post.abstract.isEmpty ? (post.warning.isEmpty ? beginning(of: post) : "") : post.abstract
        if !lead.isEmpty { html += "<p>\(HTMLEscape.text(lead))</p>" }
        html += "<p><a href=\"\(page)\">\(page)</a></p>"
        var note: JSONObject = [
            "type": "Note",
            "attributedTo": .string(author.uri.description),
            "content": .string(html),
            "published": .string(WireDate.format(post.publishedAt.milliseconds)),
            "sensitive": .bool(post.body.isSensitive),
        ]
        if !post.warning.isEmpty { note["summary"] = .string(post.warning) }
        return note
    }

    private static func beginning(of post: Post) -> String {
        PlainText.limit(
            post.body.text.split(separator: "\n", omittingEmptySubsequences: true).joined(separator: " "),
            characters: 280
        )
    }

    /// A picture, film, recording or file.
    static func attachment(_ attachment: Post.Attachment) -> JSONObject {
        let type =
            switch attachment.kind {
            case .image: "Image"
            case .video: "Video"
            case .audio: "Audio"
            case .file: "Document"
            }
        var object: JSONObject = ["type": .string(type), "url": .string(attachment.url.description)]
        object["mediaType"] = attachment.mediaType.map { .string($0) }
        if !attachment.description.isEmpty { object["name"] = .string(attachment.description) }
        object["blurhash"] = attachment.blurhash.map { .string($0) }
        object["focalPoint"] = attachment.focus.map { [.number($0.x), .number($0.y)] }
        object["width"] = attachment.width.map { .integer(Int64($0)) }
        object["height"] = attachment.height.map { .integer(Int64($0)) }
        return object
    }

    /// Who may like, answer and boost a post: all three are said, which tells others that we keep to them.
    ///
    /// Spec: GoToSocial's `interactionPolicy`.
    static func interactionPolicy(of post: Post, _ parts: Parts) -> JSONObject {
        // What is not for everybody is boosted by its author alone, whatever they chose.
        let boost = post.audience.isForEverybody ? post.boostPolicy : .nobody
        return [
            "canLike": rule([Addressing.everybody]),
            "canReply": rule(actors(post.replyPolicy, parts)),
            "canAnnounce": rule(actors(boost, parts)),
            "canQuote": quoteRule(of: post, parts),
        ]
    }

    /// Who may quote: what is not for everybody its author alone; nobody is said by the author alone too.
    ///
    /// Spec: FEP-044f, `canQuote`.
    private static func quoteRule(of post: Post, _ parts: Parts) -> JSONValue {
        let policy = post.audience.isForEverybody ? post.quotePolicy : .nobody
        var rule: JSONObject = [
            "automaticApproval": .array(actors(policy.automatic, parts).map { .string($0) })
        ]
        if policy.manual != .nobody {
            rule["manualApproval"] = .array(actors(policy.manual, parts).map { .string($0) })
        }
        return .object(rule)
    }

    /// What it quotes, in the names that others know, and a line with the address for those who know none.
    ///
    /// Spec: FEP-044f, FEP-e232. What its author has refused is quoted no more.
    static func addQuote(_ quote: Quote, to document: inout JSONObject) {
        guard quote.state == .accepted || quote.state == .pending else { return }
        let uri = JSONValue.string(quote.quoted.description)
        for term in ["quote", "quoteUri", "_misskey_quote"] { document[term] = uri }
        if quote.state == .accepted {
            document["quoteAuthorization"] = quote.stamp.map { .string($0.description) }
        }
        let link: JSONValue = [
            "type": "Link",
            "mediaType": "application/ld+json; profile=\"https://www.w3.org/ns/activitystreams\"",
            "rel": "https://misskey-hub.net/ns#_misskey_quote", "href": uri,
            "name": .string("RE: \(quote.quoted)"),
        ]
        document["tag"] = .array((document["tag"]?.asList ?? []) + [link])
        let address = HTMLEscape.attribute(quote.quoted.description)
        guard let content = document["content"]?.string, !content.contains(address) else { return }
        let html =
            "<p class=\"quote-inline\">RE: <a href=\"\(address)\" rel=\"nofollow noopener noreferrer\">\(address)</a></p>\(content)"
        document["content"] = .string(html)
        if let language = document["contentMap"]?.object?.members.first?.key {
            document["contentMap"] = .object([language: .string(html)])
        }
    }

    /// By the name that it has, and by the one that GoToSocial knew before version 0.20.
    private static func rule(_ actors: [String]) -> JSONValue {
        let list = JSONValue.array(actors.map { .string($0) })
        return ["automaticApproval": list, "always": list]
    }

    private static func actors(_ policy: InteractionPolicy, _ parts: Parts) -> [String] {
        let author = [parts.author.uri.description]
        let mentioned = parts.mentioned.map(\.uri.description).sorted()
        let followers = parts.author.endpoints.followers.map { [$0.description] } ?? []
        return switch policy {
        case .everyone: [Addressing.everybody]
        case .followers: author + followers + mentioned
        case .mentioned: author + mentioned
        case .nobody: author
        }
    }
}
