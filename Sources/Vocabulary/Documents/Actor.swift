/// An actor's document. Spec: ActivityPub 4.1; FEP-521a for the keys.
public struct Actor: Sendable {
    /// The most keys of each kind that are read.
    public static let maximumKeys = 10

    /// A key of the security vocabulary, in PEM.
    public struct PublicKey: Sendable, Hashable {
        public let id: String?
        public let owner: String?
        public let pem: String
    }

    /// A key in multibase. Spec: Controlled Identifiers 1.0, Multikey.
    public struct Multikey: Sendable, Hashable {
        public let id: String?
        public let controller: String?
        public let publicKeyMultibase: String
    }

    private static let knownTypes: Set<String> = [
        "Person", "Service", "Application", "Group", "Organization",
    ]

    public let id: String?
    /// The first of its types that can act, else its first type.
    public let type: String
    public let preferredUsername: String?
    public let name: String?
    /// HTML, as it came.
    public let summary: String?
    /// The page for people.
    public let url: String?
    public let inbox: String?
    public let outbox: String?
    public let followers: String?
    public let following: String?
    public let featured: String?
    public let sharedInbox: String?
    public let publicKeys: [PublicKey]
    public let assertionMethods: [Multikey]
    public let manuallyApprovesFollowers: Bool

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
