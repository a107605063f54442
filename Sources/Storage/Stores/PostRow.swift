import Domain

/// How a post is stored: its lists are text, one item behind the other.
extension Post {
    init(row: SQLRow) throws(StorageError) {
        self.init(
            id: try row["id"],
            uri: try row["uri"],
            type: try row["type"],
            author: try row["account_id"],
            audience: try row["audience"],
            isLocalOnly: try row["is_local_only"],
            replyPolicy: try row["reply_policy"],
            boostPolicy: try row["boost_policy"],
            quotePolicy: QuotePolicy(
                automatic: try row["quote_policy"],
                manual: try row["quote_asking"]
            ),
            inReplyTo: try row["in_reply_to"],
            conversation: try row["conversation"],
            body: try Body(row: row),
            page: try row["page"],
            publishedAt: try row["published_at"],
            editedAt: try row["edited_at"],
            deletedAt: try row["deleted_at"]
        )
    }
}

extension Post.Body {
    init(row: SQLRow) throws(StorageError) {
        let hashtags: String = try row["hashtags"]
        let (source, sourceType): (String?, String?) = (try row["source"], try row["source_type"])
        let (picture, pictureText): (URI?, String?) = (try row["picture"], try row["picture_text"])
        self.init(
            title: try row["title"],
            html: try row["html"],
            text: try row["text"],
            source: source.map { Source($0, mediaType: sourceType ?? "text/plain") },
            summary: try row["summary"],
            isSensitive: try row["is_sensitive"],
            language: try row["language"],
            link: try row["link"],
            picture: picture.map { Picture($0, description: pictureText ?? "") },
            hashtags: hashtags.split(separator: " ").map(String.init),
            mentions: try Self.mentions(stored: try row["mentions"]),
            emojis: try Self.emojis(stored: try row["emojis"]),
            quotes: try row["quotes"],
            learning: try Learning(row: row)
        )
    }

    /// Hashtags with a space between.
    var storedHashtags: String { hashtags.joined(separator: " ") }

    /// URIs with a space between, which none of them holds.
    var storedMentions: String { mentions.map(\.description).joined(separator: " ") }

    /// Name and URI by turns, with a space between.
    var storedEmojis: String { emojis.map { "\($0.name) \($0.url)" }.joined(separator: " ") }

    private static func mentions(stored text: String) throws(StorageError) -> [URI] {
        var uris: [URI] = []
        for word in text.split(separator: " ") { uris.append(try URI(sqlValue: .text(String(word)))) }
        return uris
    }

    private static func emojis(stored text: String) throws(StorageError) -> [Emoji] {
        guard !text.isEmpty else { return [] }
        var emojis: [Emoji] = []
        var words = text.split(separator: " ").makeIterator()
        while let name = words.next() {
            guard let url = words.next(),
                let emoji = Emoji(String(name), url: try URI(sqlValue: .text(String(url))))
            else { throw .decode(column: "emojis", reason: "not names and pictures by turns") }
            emojis.append(emoji)
        }
        return emojis
    }
}

extension Learning {
    init?(row: SQLRow) throws(StorageError) {
        guard let kind: Kind = try row["learning_kind"] else { return nil }
        let (what, why): (String?, String?) = (try row["learning_what"], try row["learning_why"])
        self.init(kind, whatWeDid: what ?? "", why: why ?? "")
    }
}
