public import Domain
import Peers
public import Storage
public import Vocabulary

/// An account as others read it.
///
/// Spec: ActivityPub 4.1; security vocabulary; FEP-521a.
public enum ActorDocument {
    /// The document of a local account.
    ///
    /// `keys`: its stored keys; only their public halves are read.
    public static func make(
        _ account: Account,
        keys: [StoredSigningKey],
        whereabouts: Whereabouts = Whereabouts(),
        with context: Bool = true
    ) -> JSONObject {
        let ends = account.endpoints
        var document: JSONObject = context ? ["@context": ContextDocument.actor] : [:]
        document["id"] = .string(account.uri.description)
        document["type"] = .string(account.kind.rawValue)
        document["preferredUsername"] = .string(account.handle.name)
        document["name"] = .string(account.shownName)
        document["summary"] = .string(account.summary)
        document["url"] = .string((account.page ?? account.uri).description)
        document["icon"] = account.avatar.map { ["type": "Image", "url": .string($0.description)] }
        document["image"] = account.header.map { ["type": "Image", "url": .string($0.description)] }
        document["inbox"] = .string(ends.inbox.description)
        document["outbox"] = ends.outbox.map { .string($0.description) }
        document["followers"] = ends.followers.map { .string($0.description) }
        document["following"] = ends.following.map { .string($0.description) }
        document["featured"] = ends.featured.map { .string($0.description) }
        document["endpoints"] = ends.sharedInbox.map { ["sharedInbox": .string($0.description)] }
        document["manuallyApprovesFollowers"] = .bool(account.approvesFollowers)
        document["discoverable"] = .bool(account.kind != .application)
        document["published"] = .string(WireDate.format(account.createdAt.milliseconds))
        if !whereabouts.aliases.isEmpty {
            document["alsoKnownAs"] = .array(whereabouts.aliases.map { .string($0.description) })
        }
        document["movedTo"] = whereabouts.movedTo.map { .string($0.description) }
        add(keys, of: account, to: &document)
        return document
    }

    private static func add(_ keys: [StoredSigningKey], of account: Account, to document: inout JSONObject) {
        let ids = LocalKeyIDs(of: account.uri)
        let owner = JSONValue.string(account.uri.description)
        for key in keys {
            switch key.algorithm {
            case .rsa:
                document["publicKey"] = [
                    "id": .string(ids.rsa), "owner": owner, "publicKeyPem": .string(key.publicKey),
                ]
            case .ed25519:
                document["assertionMethod"] = [
                    [
                        "id": .string(ids.ed25519), "type": "Multikey", "controller": owner,
                        "publicKeyMultibase": .string(key.publicKey),
                    ]
                ]
            }
        }
    }

    /// The actor that is served of an account that was deleted.
    public static func tombstone(_ uri: URI, deletedAt: Timestamp?) -> JSONObject {
        var document: JSONObject = [
            "@context": ContextDocument.plain,
            "id": .string(uri.description),
            "type": "Tombstone",
        ]
        document["deleted"] = deletedAt.map { .string(WireDate.format($0.milliseconds)) }
        return document
    }
}
