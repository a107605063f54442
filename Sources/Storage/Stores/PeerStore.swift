public import Domain

/// How to sign requests to a host.
public enum SignatureScheme: String, Sendable, StoredWord {
    /// draft-cavage-http-signatures-12, which everybody understands.
    case cavage
    /// RFC 9421, used where a host has shown that it understands it.
    case rfc9421
}

/// The `peer` table: what a host has shown of itself.
public struct PeerStore {
    let db: any SQLConnection

    /// Notes that a validly signed request came from a host.
    public func heard(from host: Host, at time: Timestamp) throws(StorageError) {
        try db.run(
            """
            INSERT INTO peer (host, first_seen_at, last_heard_at) VALUES (\(host), \(time), \(time))
            ON CONFLICT (host) DO UPDATE SET last_heard_at = excluded.last_heard_at
            """
        )
    }

    /// Remembers which signature scheme a host understands.
    public func setScheme(_ scheme: SignatureScheme, of host: Host, at time: Timestamp) throws(StorageError) {
        try db.run(
            """
            INSERT INTO peer (host, signature_scheme, first_seen_at) VALUES (\(host), \(scheme), \(time))
            ON CONFLICT (host) DO UPDATE SET signature_scheme = excluded.signature_scheme
            """
        )
    }

    /// When hosts were last heard from; those that never were are left out.
    public func lastHeard(among hosts: [Host]) throws(StorageError) -> [Host: Timestamp] {
        guard !hosts.isEmpty else { return [:] }
        let rows = try db.run(
            "SELECT host, last_heard_at FROM peer WHERE host IN (\(list: hosts)) AND last_heard_at IS NOT NULL"
        )
        var heard: [Host: Timestamp] = [:]
        for row in rows { heard[try row["host"]] = try row["last_heard_at"] }
        return heard
    }

    /// The scheme a host understands, as far as it has shown one.
    public func scheme(of host: Host) throws(StorageError) -> SignatureScheme? {
        guard let row = try db.run("SELECT signature_scheme FROM peer WHERE host = \(host)").first else {
            return nil
        }
        return try row["signature_scheme"]
    }
}

/// A public key of a peer's actor as it was last fetched.
public struct PeerKey: Sendable, Hashable {
    /// The key's id, with its fragment.
    public let uri: URI
    /// Whose key it is; the actor's own document lists it.
    public let actor: URI
    /// SPKI or PKCS#1 PEM, or the multibase form of an Ed25519 key.
    public let material: String
    /// When it was fetched.
    public let fetchedAt: Timestamp

    /// Puts a key together.
    public init(uri: URI, actor: URI, material: String, fetchedAt: Timestamp) {
        self.uri = uri
        self.actor = actor
        self.material = material
        self.fetchedAt = fetchedAt
    }
}

/// The `peer_key` table.
public struct PeerKeyStore {
    let db: any SQLConnection

    /// Puts an actor's keys in the place of all that were stored for it: a key that its document no longer lists is gone.
    public func replace(of actor: URI, with keys: [PeerKey]) throws(StorageError) {
        try db.run("DELETE FROM peer_key WHERE actor = \(actor)")
        for key in keys {
            try db.run(
                """
                INSERT INTO peer_key (uri, actor, material, fetched_at)
                VALUES (\(key.uri), \(key.actor), \(key.material), \(key.fetchedAt))
                ON CONFLICT (uri) DO NOTHING
                """
            )
        }
    }

    /// The key with an id.
    public func find(_ uri: URI) throws(StorageError) -> PeerKey? {
        guard let row = try db.run("SELECT * FROM peer_key WHERE uri = \(uri)").first else { return nil }
        return PeerKey(
            uri: try row["uri"],
            actor: try row["actor"],
            material: try row["material"],
            fetchedAt: try row["fetched_at"]
        )
    }
}

extension SQLConnection {
    /// The `peer` table.
    public var peers: PeerStore { PeerStore(db: self) }
    /// The `peer_key` table.
    public var peerKeys: PeerKeyStore { PeerKeyStore(db: self) }
}
