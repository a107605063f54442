public import Domain
public import Vocabulary

/// A post as others read it.
///
/// Spec: Activity Vocabulary, Note.
public enum NoteDocument {
    /// What a note carries besides the post itself.
    public struct Parts: Sendable {
        /// Who wrote it.
        public let author: Account
        /// Whom it addresses by name.
        public let mentioned: [Account]

        /// Puts the parts together.
        public init(author: Account, mentioned: [Account]) {
            self.author = author
            self.mentioned = mentioned
        }
    }

    /// The document of a local post that stands.
    public static func make(_ post: Post, _ parts: Parts, with context: Bool = true) -> JSONObject {
        let addressing = Addressing(post.audience, author: parts.author, mentioned: parts.mentioned)
        var document: JSONObject = context ? ["@context": ContextDocument.note] : [:]
        document["id"] = .string(post.uri.description)
        document["type"] = "Note"
        document["attributedTo"] = .string(parts.author.uri.description)
        document["content"] = .string(post.body.html)
        if let language = post.body.language { document["contentMap"] = [language: .string(post.body.html)] }
        document["summary"] = post.body.summary.isEmpty ? nil : .string(post.body.summary)
        document["sensitive"] = .bool(post.body.isSensitive)
        document["inReplyTo"] = post.inReplyTo.map { .string($0.description) }
        document["published"] = .string(WireDate.format(post.publishedAt.milliseconds))
        document["updated"] = post.editedAt.map { .string(WireDate.format($0.milliseconds)) }
        document["url"] = .string((post.page ?? post.uri).description)
        document["to"] = addressing.toValue
        document["cc"] = addressing.ccValue
        document["tag"] = .array(mentions(parts.mentioned) + hashtags(post.body.hashtags, parts.author))
        return document
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
