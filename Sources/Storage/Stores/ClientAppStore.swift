public import Domain

/// The `client_app` table: programs that have registered.
public struct ClientAppStore {
    let db: any SQLConnection

    /// Adds an app.
    public func insert(_ app: ClientApp) throws(StorageError) {
        try db.run(
            """
            INSERT INTO client_app (id, school_id, client_id, secret_hash, name, website, redirect_uris, scopes,
                created_at)
            VALUES (\(app.id), \(app.school), \(app.clientID), \(app.secretHash), \(app.name), \(app.website),
                \(app.redirectURIs.joined(separator: "\n")), \(app.scopes), \(app.createdAt))
            """
        )
    }

    /// The app of a school that calls itself by an id.
    public func find(_ clientID: String, at school: School.ID) throws(StorageError) -> ClientApp? {
        try db.run("SELECT * FROM client_app WHERE client_id = \(clientID) AND school_id = \(school)")
            .decoded(ClientApp.init(row:)).first
    }

    /// Some apps by their ids.
    public func find(_ ids: [ClientApp.ID]) throws(StorageError) -> [ClientApp.ID: ClientApp] {
        guard !ids.isEmpty else { return [:] }
        var apps: [ClientApp.ID: ClientApp] = [:]
        let rows = try db.run("SELECT * FROM client_app WHERE id IN (\(list: ids))")
        for app in try rows.decoded(ClientApp.init(row:)) { apps[app.id] = app }
        return apps
    }

    /// Notes that somebody has let it act: from then on it is kept.
    public func setAuthorized(_ id: ClientApp.ID, at time: Timestamp) throws(StorageError) {
        try db.run("UPDATE client_app SET authorized_at = \(time) WHERE id = \(id)")
    }

    /// Removes apps that registered before a time and that nobody has ever let act; at most so many.
    ///
    /// - Returns: how many were removed.
    public func removeUnused(before time: Timestamp, limit: Int) throws(StorageError) -> Int {
        let rows = try db.run(
            """
            SELECT id FROM client_app WHERE authorized_at IS NULL AND created_at < \(time)
            ORDER BY created_at LIMIT \(limit)
            """
        )
        var ids: [ClientApp.ID] = []
        for row in rows { ids.append(try row["id"]) }
        guard !ids.isEmpty else { return 0 }
        try db.run("DELETE FROM access_token WHERE app_id IN (\(list: ids)) AND account_id IS NULL")
        return try db.run(
            "DELETE FROM client_app WHERE id IN (\(list: ids)) AND authorized_at IS NULL RETURNING id"
        ).count
    }
}

extension SQLConnection {
    /// The `client_app` table.
    public var clientApps: ClientAppStore { ClientAppStore(db: self) }
}

extension ClientApp {
    init(row: SQLRow) throws(StorageError) {
        let addresses: String = try row["redirect_uris"]
        self.init(
            id: try row["id"],
            school: try row["school_id"],
            clientID: try row["client_id"],
            secretHash: try row["secret_hash"],
            name: try row["name"],
            website: try row["website"],
            redirectURIs: addresses.split(separator: "\n").map(String.init),
            scopes: try row["scopes"],
            createdAt: try row["created_at"]
        )
    }
}
