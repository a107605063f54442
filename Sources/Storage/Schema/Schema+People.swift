extension Schema {
    /// Schools, accounts, their keys and follows.
    static func createPeople(_ db: any SQLConnection) throws {
        let key = db.dialect.identityKey
        try db.run(
            """
            CREATE TABLE school (
                id \(fragment: key), host TEXT NOT NULL UNIQUE, origin TEXT NOT NULL UNIQUE, name TEXT NOT NULL,
                federation TEXT NOT NULL, requires_signed_reads BIGINT NOT NULL,
                requires_descriptions BIGINT NOT NULL, time_zone TEXT NOT NULL, media_key TEXT NOT NULL,
                color TEXT, rules TEXT NOT NULL, audiences TEXT NOT NULL,
                created_at BIGINT NOT NULL)
            """
        )
        try db.run(
            """
            CREATE TABLE account (
                id \(fragment: key), school_id BIGINT REFERENCES school, uri TEXT NOT NULL UNIQUE,
                host TEXT NOT NULL, handle_host TEXT NOT NULL, name TEXT NOT NULL, kind TEXT NOT NULL,
                display_name TEXT NOT NULL, summary TEXT NOT NULL, avatar TEXT, header TEXT, page TEXT, inbox TEXT NOT NULL, shared_inbox TEXT, outbox TEXT,
                followers TEXT, following TEXT, featured TEXT, approves_followers BIGINT NOT NULL,
                limited_at BIGINT, suspended_at BIGINT, gone_at BIGINT, fetched_at BIGINT, created_at BIGINT NOT NULL)
            """
        )
        try db.run("CREATE UNIQUE INDEX account_handle ON account (handle_host, name) WHERE gone_at IS NULL")
        try db.run("CREATE INDEX account_school ON account (school_id, name) WHERE school_id IS NOT NULL")
        try db.run("CREATE INDEX account_followers ON account (followers) WHERE followers IS NOT NULL")
        try db.run(
            """
            CREATE TABLE signing_key (
                id \(fragment: key), account_id BIGINT NOT NULL REFERENCES account, algorithm TEXT NOT NULL,
                private_key TEXT NOT NULL, public_key TEXT NOT NULL, created_at BIGINT NOT NULL,
                UNIQUE (account_id, algorithm))
            """
        )
        try db.run(
            """
            CREATE TABLE follow (
                id \(fragment: key), follower_id BIGINT NOT NULL REFERENCES account,
                followed_id BIGINT NOT NULL REFERENCES account, uri TEXT NOT NULL UNIQUE, state TEXT NOT NULL,
                created_at BIGINT NOT NULL, shows_boosts BIGINT NOT NULL DEFAULT 1,
                notifies BIGINT NOT NULL DEFAULT 0, UNIQUE (follower_id, followed_id))
            """
        )
        try db.run("CREATE INDEX follow_follower ON follow (follower_id, id)")
        try db.run("CREATE INDEX follow_followed ON follow (followed_id, id)")
        try db.run("CREATE INDEX follow_notifying ON follow (followed_id) WHERE notifies = 1")
    }
}
