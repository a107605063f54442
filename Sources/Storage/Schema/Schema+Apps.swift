extension Schema {
    /// Apps, what people allow them, and the tokens that they act with.
    static func createApps(_ db: any SQLConnection) throws {
        let key = db.dialect.identityKey
        try db.run(
            """
            CREATE TABLE client_app (
                id \(fragment: key), school_id BIGINT NOT NULL REFERENCES school, client_id TEXT NOT NULL UNIQUE,
                secret_hash TEXT NOT NULL, name TEXT NOT NULL, website TEXT NOT NULL, redirect_uris TEXT NOT NULL,
                scopes TEXT NOT NULL, created_at BIGINT NOT NULL, authorized_at BIGINT)
            """
        )
        try db.run("CREATE INDEX client_app_unused ON client_app (created_at) WHERE authorized_at IS NULL")
        try db.run(
            """
            CREATE TABLE permission (
                id \(fragment: key), app_id BIGINT NOT NULL REFERENCES client_app,
                account_id BIGINT NOT NULL REFERENCES account, scopes TEXT NOT NULL, code_hash TEXT NOT NULL UNIQUE,
                redirect_uri TEXT NOT NULL, challenge TEXT, created_at BIGINT NOT NULL, code_expires_at BIGINT NOT NULL,
                redeemed_at BIGINT, used_at BIGINT)
            """
        )
        try db.run("CREATE INDEX permission_account ON permission (account_id)")
        try db.run("CREATE INDEX permission_app ON permission (app_id)")
        try db.run("CREATE INDEX permission_code ON permission (code_expires_at) WHERE redeemed_at IS NULL")
        try db.run(
            """
            CREATE TABLE access_token (
                token_hash TEXT PRIMARY KEY, account_id BIGINT REFERENCES account, app_id BIGINT REFERENCES client_app,
                permission_id BIGINT REFERENCES permission, scopes TEXT NOT NULL, created_at BIGINT NOT NULL)
            """
        )
        try db.run("CREATE INDEX access_token_account ON access_token (account_id)")
        try db.run("CREATE INDEX access_token_app ON access_token (app_id, created_at)")
        try db.run("CREATE INDEX access_token_permission ON access_token (permission_id)")
        try db.run(
            """
            CREATE TABLE refresh_token (
                token_hash TEXT PRIMARY KEY, permission_id BIGINT NOT NULL REFERENCES permission,
                created_at BIGINT NOT NULL, spent_at BIGINT)
            """
        )
        try db.run("CREATE INDEX refresh_token_permission ON refresh_token (permission_id)")
        try db.run("CREATE INDEX refresh_token_spent ON refresh_token (spent_at) WHERE spent_at IS NOT NULL")
    }
}
