extension Schema {
    /// Posts, whom they address, reactions, timelines, notices, burials and tombstones.
    static func createPosts(_ db: any SQLConnection) throws {
        let key = db.dialect.identityKey
        try createPost(db)
        try db.run("CREATE INDEX post_account ON post (account_id, id)")
        // A school's own posts: their number, and its feed, whatever came in from peers.
        try db.run(
            """
            CREATE INDEX post_school ON post (school_id, audience, id)
                WHERE school_id IS NOT NULL AND deleted_at IS NULL
            """
        )
        try db.run("CREATE INDEX post_in_reply_to ON post (in_reply_to) WHERE in_reply_to IS NOT NULL")
        // What came in from peers is in no conversation that we serve.
        try db.run("CREATE INDEX post_conversation ON post (conversation, id) WHERE school_id IS NOT NULL")
        try db.run("CREATE INDEX post_quotes ON post (quotes) WHERE quotes IS NOT NULL")
        try createPostParts(db)
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
                post_id BIGINT NOT NULL REFERENCES post, emoji TEXT NOT NULL, emoji_image TEXT,
                uri TEXT NOT NULL UNIQUE, created_at BIGINT NOT NULL, UNIQUE (post_id, kind, account_id, emoji))
            """
        )
        try db.run("CREATE INDEX reaction_emoji ON reaction (post_id, emoji, id) WHERE kind = 'emoji'")
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
                is_held BIGINT NOT NULL, created_at BIGINT NOT NULL)
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
                account_id BIGINT PRIMARY KEY REFERENCES account, activity_id BIGINT, buried_at BIGINT NOT NULL,
                last_post_id BIGINT NOT NULL)
            """
        )
        try db.run(
            """
            CREATE TABLE tombstone (
                uri TEXT NOT NULL, actor TEXT NOT NULL, buried_at BIGINT NOT NULL, PRIMARY KEY (uri, actor))
            """
        )
    }

    private static func createPost(_ db: any SQLConnection) throws {
        try db.run(
            """
            CREATE TABLE post (
                id \(fragment: db.dialect.identityKey), uri TEXT NOT NULL UNIQUE, type TEXT NOT NULL,
                account_id BIGINT NOT NULL REFERENCES account, school_id BIGINT REFERENCES school,
                audience TEXT NOT NULL, is_local_only BIGINT NOT NULL, reply_policy TEXT NOT NULL,
                boost_policy TEXT NOT NULL, quote_policy TEXT NOT NULL, quote_asking TEXT NOT NULL, in_reply_to TEXT, conversation TEXT,
                title TEXT NOT NULL, html TEXT NOT NULL, text TEXT NOT NULL, source TEXT, source_type TEXT,
                summary TEXT NOT NULL, is_sensitive BIGINT NOT NULL, language TEXT,
                link TEXT, picture TEXT, picture_text TEXT, hashtags TEXT NOT NULL, mentions TEXT NOT NULL,
                emojis TEXT NOT NULL, quotes TEXT, learning_kind TEXT, learning_what TEXT, learning_why TEXT,
                page TEXT, published_at BIGINT NOT NULL, edited_at BIGINT, edits BIGINT NOT NULL, deleted_at BIGINT)
            """
        )
    }

    /// What few posts have: attachments, a document of an unknown type, and what they said before.
    private static func createPostParts(_ db: any SQLConnection) throws {
        try db.run(
            """
            CREATE TABLE post_attachment (
                post_id BIGINT NOT NULL REFERENCES post, position BIGINT NOT NULL, kind TEXT NOT NULL,
                media_type TEXT, url TEXT NOT NULL, preview TEXT, description TEXT NOT NULL,
                focus_x DOUBLE PRECISION, focus_y DOUBLE PRECISION, blurhash TEXT, width BIGINT, height BIGINT,
                upload_id BIGINT,
                PRIMARY KEY (post_id, position))
            """
        )
        try db.run(
            "CREATE TABLE post_document (post_id BIGINT PRIMARY KEY REFERENCES post, json TEXT NOT NULL)"
        )
        try db.run(
            """
            CREATE TABLE post_version (
                post_id BIGINT NOT NULL REFERENCES post, number BIGINT NOT NULL, title TEXT NOT NULL,
                html TEXT NOT NULL, summary TEXT NOT NULL, is_sensitive BIGINT NOT NULL,
                attachments TEXT NOT NULL, written_at BIGINT NOT NULL, PRIMARY KEY (post_id, number))
            """
        )
    }
}
