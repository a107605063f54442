/// The contexts of the documents that we write.
///
/// Spec: Activity Streams 2.0 section 2.1.
///
/// They are for others: we ourselves read documents as plain JSON.
public enum ContextDocument {
    /// Of activities and collections.
    public static let plain: JSONValue = "https://www.w3.org/ns/activitystreams"

    /// Of notes.
    public static let note: JSONValue = [
        plain, ["sensitive": "as:sensitive", "Hashtag": "as:Hashtag"],
    ]

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
            "toot": "http://joinmastodon.org/ns#",
            "discoverable": "toot:discoverable",
            "featured": ["@id": "toot:featured", "@type": "@id"],
        ],
    ]
}
