/// The contexts of the documents that we write.
///
/// Spec: Activity Streams 2.0 section 2.1.
///
/// They are for others: we ourselves read documents as plain JSON.
public enum ContextDocument {
    /// Of activities and collections.
    public static let plain: JSONValue = "https://www.w3.org/ns/activitystreams"

    /// Of posts: terms of Mastodon, OStatus and GoToSocial, and those of our own for kinds of learning.
    public static let note: JSONValue = [
        plain,
        [
            "sensitive": "as:sensitive",
            "Hashtag": "as:Hashtag",
            "ostatus": "http://ostatus.org#",
            "conversation": "ostatus:conversation",
            "toot": "http://joinmastodon.org/ns#",
            "blurhash": "toot:blurhash",
            "votersCount": "toot:votersCount",
            "focalPoint": ["@container": "@list", "@id": "toot:focalPoint"],
            "gts": "https://gotosocial.org/ns#",
            "interactionPolicy": reference("gts:interactionPolicy"),
            "canLike": reference("gts:canLike"),
            "canReply": reference("gts:canReply"),
            "canAnnounce": reference("gts:canAnnounce"),
            "canQuote": reference("gts:canQuote"),
            "manualApproval": reference("gts:manualApproval"),
            "quote": reference("https://w3id.org/fep/044f#quote"),
            "quoteAuthorization": reference("https://w3id.org/fep/044f#quoteAuthorization"),
            "quoteUri": "http://fedibird.com/ns#quoteUri",
            "_misskey_quote": "https://misskey-hub.net/ns/#_misskey_quote",
            "automaticApproval": reference("gts:automaticApproval"),
            "always": reference("gts:always"),
            "staffroom": .string(ownNamespace),
            "learning": "staffroom:learning",
            "learningKind": "staffroom:learningKind",
            "whatWeDid": "staffroom:whatWeDid",
            "why": "staffroom:why",
        ],
    ]

    /// The namespace of our own terms: a number that nobody else has, since the project owns no address.
    public static let ownNamespace = "urn:uuid:2f0c1b9e-6a53-4d0e-9c1a-5b7d3e8f4a26#"

    private static func reference(_ term: String) -> JSONValue {
        ["@id": .string(term), "@type": "@id"]
    }

    /// Of what is asked and answered about quotes, beside the posts in it.
    public static let quoting: JSONValue = .array(
        note.asList + [
            [
                "QuoteRequest": "https://w3id.org/fep/044f#QuoteRequest",
                "QuoteAuthorization": "https://w3id.org/fep/044f#QuoteAuthorization",
                "interactingObject": reference("gts:interactingObject"),
                "interactionTarget": reference("gts:interactionTarget"),
            ]
        ]
    )

    /// Of reactions: Misskey's term, and emoji as Mastodon brought them in.
    public static let reaction: JSONValue = [
        plain,
        [
            "misskey": "https://misskey-hub.net/ns#", "_misskey_reaction": "misskey:_misskey_reaction",
            "toot": "http://joinmastodon.org/ns#", "Emoji": "toot:Emoji",
        ],
    ]

    /// Of actors: their keys, and terms that Mastodon brought in.
    public static let actor: JSONValue = [
        plain,
        "https://w3id.org/security/v1",
        "https://www.w3.org/ns/did/v1",
        "https://w3id.org/security/multikey/v1",
        [
            "manuallyApprovesFollowers": "as:manuallyApprovesFollowers",
            "alsoKnownAs": reference("as:alsoKnownAs"),
            "movedTo": reference("as:movedTo"),
            "toot": "http://joinmastodon.org/ns#",
            "discoverable": "toot:discoverable",
            "featured": ["@id": "toot:featured", "@type": "@id"],
        ],
    ]
}
