extension Schema {
    /// What people arrange for themselves: mutes, bookmarks, lists and filters.
    static func createPersonal(_ db: any SQLConnection) throws {
        try createMutes(db)
        try createLists(db)
        try createFilters(db)
    }

    private static func createMutes(_ db: any SQLConnection) throws {
        let key = db.dialect.identityKey
        try db.run(
            """
            CREATE TABLE mute (
                id \(fragment: key), account_id BIGINT NOT NULL REFERENCES account,
                muted_id BIGINT NOT NULL REFERENCES account, hides_notices BIGINT NOT NULL, expires_at BIGINT,
                UNIQUE (account_id, muted_id))
            """
        )
        try db.run("CREATE INDEX mute_account ON mute (account_id, id)")
        try db.run("CREATE INDEX mute_muted ON mute (muted_id)")
        try db.run("CREATE INDEX mute_expiring ON mute (expires_at) WHERE expires_at IS NOT NULL")
        try db.run(
            """
            CREATE TABLE conversation_mute (
                account_id BIGINT NOT NULL REFERENCES account, post_id BIGINT NOT NULL REFERENCES post,
                PRIMARY KEY (account_id, post_id))
            """
        )
        try db.run("CREATE INDEX conversation_mute_post ON conversation_mute (post_id)")
        try db.run(
            """
            CREATE TABLE bookmark (
                id \(fragment: key), account_id BIGINT NOT NULL REFERENCES account,
                post_id BIGINT NOT NULL REFERENCES post, UNIQUE (account_id, post_id))
            """
        )
        try db.run("CREATE INDEX bookmark_account ON bookmark (account_id, id)")
        try db.run("CREATE INDEX bookmark_post ON bookmark (post_id)")
    }

    private static func createLists(_ db: any SQLConnection) throws {
        let key = db.dialect.identityKey
        try db.run(
            """
            CREATE TABLE account_list (
                id \(fragment: key), account_id BIGINT NOT NULL REFERENCES account, title TEXT NOT NULL,
                replies TEXT NOT NULL, is_exclusive BIGINT NOT NULL)
            """
        )
        try db.run("CREATE INDEX account_list_account ON account_list (account_id, id)")
        try db.run(
            """
            CREATE TABLE account_list_member (
                list_id BIGINT NOT NULL REFERENCES account_list, member_id BIGINT NOT NULL REFERENCES account,
                PRIMARY KEY (list_id, member_id))
            """
        )
        try db.run("CREATE INDEX account_list_member_member ON account_list_member (member_id, list_id)")
    }

    private static func createFilters(_ db: any SQLConnection) throws {
        let key = db.dialect.identityKey
        try db.run(
            """
            CREATE TABLE post_filter (
                id \(fragment: key), account_id BIGINT NOT NULL REFERENCES account, title TEXT NOT NULL,
                contexts TEXT NOT NULL, action TEXT NOT NULL, expires_at BIGINT)
            """
        )
        try db.run("CREATE INDEX post_filter_account ON post_filter (account_id, id)")
        try db.run(
            """
            CREATE TABLE filter_keyword (
                id \(fragment: key), filter_id BIGINT NOT NULL REFERENCES post_filter, text TEXT NOT NULL,
                is_whole_word BIGINT NOT NULL)
            """
        )
        try db.run("CREATE INDEX filter_keyword_filter ON filter_keyword (filter_id, id)")
        try db.run(
            """
            CREATE TABLE filter_entry (
                id \(fragment: key), filter_id BIGINT NOT NULL REFERENCES post_filter,
                post_id BIGINT NOT NULL REFERENCES post, UNIQUE (filter_id, post_id))
            """
        )
        try db.run("CREATE INDEX filter_entry_post ON filter_entry (post_id)")
    }
}
