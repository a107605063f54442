/// An actor's document.
///
/// Spec: ActivityPub 4.1; FEP-521a for the keys.
public struct Actor: Sendable {
    /// The most keys of each kind that are read.
    public static let maximumKeys = 10

    /// The most aliases that are read.
    public static let maximumAliases = 50

    /// A key of the security vocabulary, in PEM.
    public struct PublicKey: Sendable, Hashable {
        /// The id, as it was written.
        public let id: String?
        /// The id of the actor whose key it says it is.
        public let owner: String?
        /// The key in PEM.
        public let pem: String
    }

    /// A key in multibase.
    ///
    /// Spec: Controlled Identifiers 1.0, Multikey.
    public struct Multikey: Sendable, Hashable {
        /// The id, as it was written.
        public let id: String?
        /// The id of the actor whose key it says it is.
        public let controller: String?
        /// The key in multibase.
        public let publicKeyMultibase: String
    }

    private static let knownTypes: Set<String> = [
        "Person", "Service", "Application", "Group", "Organization",
    ]

    /// The id, as it was written.
    public let id: String?
    /// The first of its types that can act, else its first type.
    public let type: String
    /// The name part of its handle.
    public let preferredUsername: String?
    /// The display name.
    public let name: String?
    /// HTML, as it came.
    public let summary: String?
    /// The page for people.
    public let url: String?
    /// Where activities for it go.
    public let inbox: String?
    /// The collection of its activities.
    public let outbox: String?
    /// The collection of its followers.
    public let followers: String?
    /// The collection of whom it follows.
    public let following: String?
    /// The collection of its pinned posts.
    public let featured: String?
    /// Where its home takes activities for all its actors.
    public let sharedInbox: String?
    /// Its keys in PEM.
    public let publicKeys: [PublicKey]
    /// Its keys in multibase.
    public let assertionMethods: [Multikey]
    /// Whether it looks at each wish to follow.
    public let manuallyApprovesFollowers: Bool

    /// The ids of actors that it says are the same person's; at most `maximumAliases`.
    public let alsoKnownAs: [String]
    /// The id of the actor that it says it has moved to.
    public let movedTo: String?

    /// Reads an actor.
    ///
    /// - Throws: `ShapeError`; a missing term is nil and judged by whoever needs it.
    public init(_ document: JSONObject) throws(ShapeError) {
        let plain = try PlainForm.of(document)
        id = plain["id"]?.string
        type = plain.types.first(where: Self.knownTypes.contains) ?? plain.types.first ?? ""
        preferredUsername = plain.text("preferredUsername")
        name = plain.text("name")
        summary = plain.text("summary")
        url = plain.link("url")
        inbox = plain.reference("inbox")
        outbox = plain.reference("outbox")
        followers = plain.reference("followers")
        following = plain.reference("following")
        featured = plain.reference("featured")
        sharedInbox = plain["endpoints"]?.object?.reference("sharedInbox")
        publicKeys = (plain["publicKey"]?.asList ?? []).prefix(Self.maximumKeys).compactMap(Self.publicKey)
        assertionMethods = (plain["assertionMethod"]?.asList ?? []).prefix(Self.maximumKeys).compactMap(
            Self.multikey
        )
        manuallyApprovesFollowers = plain["manuallyApprovesFollowers"]?.bool ?? false
        alsoKnownAs = plain.references("alsoKnownAs", limit: Self.maximumAliases)
        movedTo = plain.reference("movedTo")
    }

    private static func publicKey(_ value: JSONValue) -> PublicKey? {
        guard let key = value.object, let pem = key["publicKeyPem"]?.string else { return nil }
        return PublicKey(id: key["id"]?.string, owner: key.reference("owner"), pem: pem)
    }

    private static func multikey(_ value: JSONValue) -> Multikey? {
        guard let key = value.object, key.types.contains("Multikey"),
            let text = key["publicKeyMultibase"]?.string
        else { return nil }
        return Multikey(
            id: key["id"]?.string,
            controller: key.reference("controller"),
            publicKeyMultibase: text
        )
    }
}
