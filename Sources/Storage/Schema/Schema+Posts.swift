extension Schema {
    /// Posts, whom they address, reactions, timelines, notices, burials and tombstones.
    static func createPosts(_ db: any SQLConnection) throws {
        let key = db.dialect.identityKey
        try db.run(
            """
            CREATE TABLE post (
                id \(fragment: key), uri TEXT NOT NULL UNIQUE, account_id BIGINT NOT NULL REFERENCES account,
                school_id BIGINT REFERENCES school, audience TEXT NOT NULL, in_reply_to TEXT, html TEXT NOT NULL, text TEXT NOT NULL,
                summary TEXT NOT NULL, is_sensitive BIGINT NOT NULL, language TEXT, hashtags TEXT NOT NULL,
                page TEXT, published_at BIGINT NOT NULL, edited_at BIGINT, deleted_at BIGINT)
            """
        )
        try db.run("CREATE INDEX post_account ON post (account_id, id)")
        // A school's own posts: their number, and its feed, whatever came in from peers.
        try db.run(
            """
            CREATE INDEX post_school ON post (school_id, audience, id)
                WHERE school_id IS NOT NULL AND deleted_at IS NULL
            """
        )
        try db.run("CREATE INDEX post_in_reply_to ON post (in_reply_to) WHERE in_reply_to IS NOT NULL")
        try db.run(
            """
            CREATE TABLE post_addressee (
                post_id BIGINT NOT NULL REFERENCES post, account_id BIGINT NOT NULL REFERENCES account,
                PRIMARY KEY (post_id, account_id))
            """
        )
        try db.run(
            """
            CREATE TABLE reaction (
                id \(fragment: key), kind TEXT NOT NULL, account_id BIGINT NOT NULL REFERENCES account,
                post_id BIGINT NOT NULL REFERENCES post, uri TEXT NOT NULL UNIQUE, created_at BIGINT NOT NULL,
                UNIQUE (post_id, kind, account_id))
            """
        )
        try db.run("CREATE INDEX reaction_account ON reaction (account_id, kind, id)")
        try db.run(
            """
            CREATE TABLE timeline_entry (
                account_id BIGINT NOT NULL REFERENCES account, position BIGINT NOT NULL,
                post_id BIGINT NOT NULL REFERENCES post, boosted_by BIGINT REFERENCES account,
                PRIMARY KEY (account_id, position), UNIQUE (post_id, account_id))
            """
        )
        try db.run(
            "CREATE INDEX timeline_entry_boosted_by ON timeline_entry (boosted_by) WHERE boosted_by IS NOT NULL"
        )
        try db.run(
            """
            CREATE TABLE notice (
                id \(fragment: key), account_id BIGINT NOT NULL REFERENCES account, kind TEXT NOT NULL,
                from_id BIGINT NOT NULL REFERENCES account, post_id BIGINT REFERENCES post,
                created_at BIGINT NOT NULL)
            """
        )
        try db.run(
            "CREATE UNIQUE INDEX notice_once ON notice (account_id, kind, from_id, COALESCE(post_id, 0))"
        )
        try db.run("CREATE INDEX notice_account ON notice (account_id, id)")
        try db.run("CREATE INDEX notice_from ON notice (from_id)")
        try db.run("CREATE INDEX notice_post ON notice (post_id) WHERE post_id IS NOT NULL")
        try db.run(
            """
            CREATE TABLE burial (
                account_id BIGINT PRIMARY KEY REFERENCES account, buried_at BIGINT NOT NULL, last_post_id BIGINT NOT NULL)
            """
        )
        try db.run(
            """
            CREATE TABLE tombstone (
                uri TEXT NOT NULL, actor TEXT NOT NULL, buried_at BIGINT NOT NULL, PRIMARY KEY (uri, actor))
            """
        )
    }
}
