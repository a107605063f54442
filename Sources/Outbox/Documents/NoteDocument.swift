public import Domain
public import Storage
public import Vocabulary

/// A post as others read it: a Note, or an Article with a Note beside it for those who read no more than that.
///
/// Spec: Activity Vocabulary, Note and Article; FEP-b2b8.
public enum NoteDocument {
    /// What a note carries besides the post itself.
    public struct Parts: Sendable {
        /// Who wrote it.
        public let author: Account
        /// Whom it addresses by name.
        public let mentioned: [Account]
        /// What is attached to it.
        public let attachments: [Post.Attachment]
        /// Its poll.
        public let poll: Poll?
        /// What it quotes.
        public let quote: Quote?

        /// Puts the parts together.
        public init(
            author: Account,
            mentioned: [Account],
            attachments: [Post.Attachment] = [],
            poll: Poll? = nil,
            quote: Quote? = nil
        ) {
            self.author = author
            self.mentioned = mentioned
            self.attachments = attachments
            self.poll = poll
            self.quote = quote
        }

        /// Looks the parts of a post up.
        ///
        /// - Throws: `StorageError`.
        public init(of post: Post, by author: Account, in db: any SQLConnection) throws {
            self.init(
                author: author,
                mentioned: Array(try db.accounts.find(try db.posts.addressees(of: post.id)).values),
                attachments: try db.postAttachments.find(of: post.id),
                poll: try db.polls.find(of: post),
                quote: post.body.quotes == nil ? nil : try db.quotes.find(uri: post.uri)
            )
        }
    }

    /// The document of a local post that stands.
    public static func make(_ post: Post, _ parts: Parts, with context: Bool = true) -> JSONObject {
        let addressing = Addressing(post.audience, author: parts.author, mentioned: parts.mentioned)
        var document: JSONObject = context ? ["@context": ContextDocument.note] : [:]
        document["id"] = .string(post.uri.description)
        document["type"] = .string(post.type.rawValue)
        document["attributedTo"] = .string(parts.author.uri.description)
        addText(of: post, to: &document)
        document["inReplyTo"] = post.inReplyTo.map { .string($0.description) }
        document["conversation"] = post.conversation.map { .string($0) }
        // A conversation of OStatus, such as Mastodon's, is a name and no address.
        document["context"] = post.conversation.flatMap { (try? URI($0)) == nil ? nil : .string($0) }
        let collections = LocalPostURIs(of: post.id, at: parts.author.uri.origin)
        document["replies"] = .string(collections.replies.description)
        document["likes"] = .string(collections.likes.description)
        document["shares"] = .string(collections.shares.description)
        document["published"] = .string(WireDate.format(post.publishedAt.milliseconds))
        document["updated"] = post.editedAt.map { .string(WireDate.format($0.milliseconds)) }
        document["url"] = .string((post.page ?? post.uri).description)
        document["to"] = addressing.toValue
        document["cc"] = addressing.ccValue
        document["tag"] = .array(mentions(parts.mentioned) + hashtags(post.body.hashtags, parts.author))
        if !parts.attachments.isEmpty {
            document["attachment"] = .array(parts.attachments.map { .object(attachment($0)) })
        }
        document["interactionPolicy"] = .object(interactionPolicy(of: post, parts))
        if let quote = parts.quote { addQuote(quote, to: &document) }
        if post.type == .article { document["preview"] = .object(preview(of: post, parts.author)) }
        if let poll = parts.poll { PollDocument.write(poll, into: &document) }
        return document
    }

    private static func addText(of post: Post, to document: inout JSONObject) {
        let body = post.body
        document["name"] = body.title.isEmpty ? nil : .string(body.title)
        document["summary"] = summary(of: post)
        document["sensitive"] = .bool(body.isSensitive)
        document["content"] = .string(body.html)
        if let language = body.language { document["contentMap"] = [language: .string(body.html)] }
        document["source"] = body.source.map {
            ["content": .string($0.text), "mediaType": .string($0.mediaType)]
        }
        document["image"] = body.picture.map { picture in
            var image: JSONObject = ["type": "Image", "url": .string(picture.url.description)]
            if !picture.description.isEmpty { image["name"] = .string(picture.description) }
            return .object(image)
        }
        document["learning"] = body.learning.map { learning in
            var object: JSONObject = ["learningKind": .string(learning.kind.rawValue)]
            if !learning.whatWeDid.isEmpty { object["whatWeDid"] = .string(learning.whatWeDid) }
            if !learning.why.isEmpty { object["why"] = .string(learning.why) }
            return .object(object)
        }
    }

    /// What is served of a post that was deleted, with status 410.
    ///
    /// Spec: ActivityPub 6.4.
    public static func tombstone(_ uri: URI, deletedAt: Timestamp?) -> JSONObject {
        ActorDocument.tombstone(uri, deletedAt: deletedAt)
    }

    private static func mentions(_ accounts: [Account]) -> [JSONValue] {
        accounts.map { account in
            [
                "type": "Mention", "href": .string(account.uri.description),
                "name": .string("@\(account.handle)"),
            ]
        }
    }

    private static func hashtags(_ names: [String], _ author: Account) -> [JSONValue] {
        let uris = LocalActorURIs(origin: author.uri.origin)
        return names.map { name in
            ["type": "Hashtag", "href": .string(uris.tagPage(name).description), "name": .string("#\(name)")]
        }
    }
}
