public import Domain
public import Vocabulary

/// Our approval of one quote, as others read it.
///
/// Spec: FEP-044f, QuoteAuthorization. Neither post is embedded.
public enum QuoteDocument {
    /// The document of an approval; `author`: of the quoted post.
    public static func make(_ quote: Quote, stamp: URI, author: Account) -> JSONObject {
        [
            "@context": ContextDocument.quoting,
            "id": .string(stamp.description),
            "type": "QuoteAuthorization",
            "attributedTo": .string(author.uri.description),
            "interactingObject": .string(quote.uri.description),
            "interactionTarget": .string(quote.quoted.description),
        ]
    }
}

extension ActivityDocument {
    /// The request to quote a post, with the post that quotes in it.
    static func quoteRequest(_ id: URI, actor: Account, quoted: URI, author: URI, note: JSONObject)
        -> JSONObject
    {
        [
            "@context": ContextDocument.quoting,
            "id": .string(id.description),
            "type": "QuoteRequest",
            "actor": .string(actor.uri.description),
            "object": .string(quoted.description),
            "instrument": .object(note),
            "to": [.string(author.description)],
        ]
    }

    /// An Accept with our stamp, or a Reject.
    static func answerQuote(
        _ type: String,
        _ id: URI,
        actor: Account,
        _ quote: Quote,
        request: URI,
        by account: URI
    ) -> JSONObject {
        var document: JSONObject = [
            "@context": ContextDocument.quoting,
            "id": .string(id.description),
            "type": .string(type),
            "actor": .string(actor.uri.description),
            "object": [
                "id": .string(request.description), "type": "QuoteRequest",
                "actor": .string(account.description),
                "object": .string(quote.quoted.description), "instrument": .string(quote.uri.description),
            ],
            "to": [.string(account.description)],
        ]
        if type == "Accept" { document["result"] = quote.stamp.map { .string($0.description) } }
        return document
    }

    /// The Delete that takes an approval back; it tells neither post.
    static func revokeQuote(_ id: URI, actor: Account, stamp: URI, _ addressing: Addressing) -> JSONObject {
        [
            "@context": ContextDocument.quoting,
            "id": .string(id.description),
            "type": "Delete",
            "actor": .string(actor.uri.description),
            "object": ["id": .string(stamp.description), "type": "QuoteAuthorization"],
            "to": addressing.toValue,
            "cc": addressing.ccValue,
        ]
    }
}
