public import Domain

/// The `tombstone` table: URIs that were deleted or undone before we had ever seen them.
///
/// A Delete that overtakes its Create, or an Undo its Follow, leaves a mark here; the late one is then ignored.
/// Posts and accounts that we did have keep their tombstone in their own row.
public struct TombstoneStore {
    let db: any SQLConnection

    /// Marks a URI as gone, on the word of an actor.
    public func bury(_ uri: URI, by actor: URI, at time: Timestamp) throws(StorageError) {
        try db.run(
            """
            INSERT INTO tombstone (uri, actor, buried_at) VALUES (\(uri), \(actor), \(time))
            ON CONFLICT (uri, actor) DO NOTHING
            """
        )
    }

    /// Whether this actor has marked the URI as gone; another actor's mark says nothing.
    public func isBuried(_ uri: URI, by actor: URI) throws(StorageError) -> Bool {
        try !db.run("SELECT 1 AS found FROM tombstone WHERE uri = \(uri) AND actor = \(actor)").isEmpty
    }
}

extension SQLConnection {
    /// The `tombstone` table.
    public var tombstones: TombstoneStore { TombstoneStore(db: self) }
}
