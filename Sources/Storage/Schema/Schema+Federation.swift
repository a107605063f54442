extension Schema {
    /// Partners, peers and their keys, what came in, and what goes out.
    static func createFederation(_ db: any SQLConnection) throws {
        let key = db.dialect.identityKey
        let bytes = db.dialect.blobType
        try db.run(
            """
            CREATE TABLE partner (
                school_id BIGINT NOT NULL REFERENCES school, host TEXT NOT NULL, state TEXT NOT NULL,
                changed_at BIGINT NOT NULL, PRIMARY KEY (school_id, host))
            """
        )
        try db.run("CREATE INDEX partner_host ON partner (host)")
        try db.run(
            """
            CREATE TABLE peer (
                host TEXT PRIMARY KEY, signature_scheme TEXT, software TEXT, first_seen_at BIGINT NOT NULL,
                last_heard_at BIGINT)
            """
        )
        try db.run(
            """
            CREATE TABLE peer_key (
                uri TEXT PRIMARY KEY, actor TEXT NOT NULL, material TEXT NOT NULL, fetched_at BIGINT NOT NULL)
            """
        )
        try db.run("CREATE INDEX peer_key_actor ON peer_key (actor)")
        try db.run(
            """
            CREATE TABLE follower_check (
                account_id BIGINT NOT NULL REFERENCES account, school_id BIGINT NOT NULL REFERENCES school,
                partial TEXT NOT NULL, due_at BIGINT, noted_at BIGINT NOT NULL, PRIMARY KEY (account_id, school_id))
            """
        )
        try db.run("CREATE INDEX follower_check_due ON follower_check (due_at) WHERE due_at IS NOT NULL")
        try createReceived(db)
        try db.run(
            """
            CREATE TABLE outbox_activity (
                id \(fragment: key), uri TEXT NOT NULL UNIQUE, account_id BIGINT NOT NULL REFERENCES account,
                type TEXT NOT NULL, object TEXT NOT NULL, post_id BIGINT REFERENCES post,
                is_public BIGINT NOT NULL, json \(fragment: bytes) NOT NULL, created_at BIGINT NOT NULL)
            """
        )
        try db.run("CREATE INDEX outbox_activity_account ON outbox_activity (account_id, id)")
        try db.run("CREATE INDEX outbox_activity_post ON outbox_activity (post_id) WHERE post_id IS NOT NULL")
        try createDeliveries(db)
    }

    private static func createReceived(_ db: any SQLConnection) throws {
        try db.run(
            """
            CREATE TABLE received_activity (
                id \(fragment: db.dialect.identityKey), uri TEXT NOT NULL UNIQUE, actor TEXT NOT NULL,
                host TEXT NOT NULL, recipient_id BIGINT REFERENCES account,
                body \(fragment: db.dialect.blobType) NOT NULL, state TEXT NOT NULL, due_at BIGINT NOT NULL,
                attempts BIGINT NOT NULL, crashes BIGINT NOT NULL, owner BIGINT, reason TEXT,
                received_at BIGINT NOT NULL)
            """
        )
        // What waits, host by host, with all that a claim looks at; and whether anything is due at all.
        try db.run(
            "CREATE INDEX received_activity_kept ON received_activity (host, due_at, id, actor) WHERE state = 'kept'"
        )
        try db.run("CREATE INDEX received_activity_due ON received_activity (due_at) WHERE state = 'kept'")
        // Few rows: what is in work, or will be on its own.
        try db.run(
            """
            CREATE INDEX received_activity_work ON received_activity (state, host, actor)
            WHERE state IN ('claimed', 'suspected')
            """
        )
        try db.run(
            "CREATE INDEX received_activity_aside ON received_activity (id) WHERE state = 'quarantined'"
        )
        // One row: claiming is one process at a time, and goes on after the host where the last claim ended.
        try db.run("CREATE TABLE received_turn (id BIGINT PRIMARY KEY, host TEXT NOT NULL)")
        try db.run("INSERT INTO received_turn (id, host) VALUES (1, '')")
    }

    private static func createDeliveries(_ db: any SQLConnection) throws {
        try db.run(
            """
            CREATE TABLE delivery (
                id \(fragment: db.dialect.identityKey), activity_id BIGINT NOT NULL REFERENCES outbox_activity,
                account_id BIGINT NOT NULL REFERENCES account, school_id BIGINT NOT NULL REFERENCES school,
                host TEXT NOT NULL, inbox TEXT NOT NULL, object TEXT NOT NULL, is_direct BIGINT NOT NULL,
                state TEXT NOT NULL, due_at BIGINT NOT NULL, attempts BIGINT NOT NULL, tried_at BIGINT,
                status BIGINT, reason TEXT, created_at BIGINT NOT NULL, finished_at BIGINT,
                UNIQUE (activity_id, inbox))
            """
        )
        // One for each question of a lane: what next, what is earlier about the same object, when again.
        try db.run(
            "CREATE INDEX delivery_waiting ON delivery (host, is_direct DESC, id) WHERE state = 'waiting'"
        )
        try db.run("CREATE INDEX delivery_object ON delivery (host, object, id) WHERE state = 'waiting'")
        try db.run("CREATE INDEX delivery_due ON delivery (host, due_at) WHERE state = 'waiting'")
        try db.run("CREATE INDEX delivery_undelivered ON delivery (host) WHERE state = 'undelivered'")
        try db.run("CREATE INDEX delivery_finished ON delivery (finished_at) WHERE finished_at IS NOT NULL")
        try db.run(
            """
            CREATE TABLE lane (
                host TEXT PRIMARY KEY, due_at BIGINT, held_until BIGINT NOT NULL, asked_until BIGINT NOT NULL,
                lease_token TEXT, lease_owner BIGINT, lease_until BIGINT NOT NULL, failures BIGINT NOT NULL,
                first_failure_at BIGINT, opened_at BIGINT, last_success_at BIGINT, last_failure_at BIGINT, last_reason TEXT, heard_at BIGINT)
            """
        )
        // Two, since the lanes that fail are claimed apart: however many they are, they are in nobody's way.
        try db.run("CREATE INDEX lane_due ON lane (due_at) WHERE due_at IS NOT NULL AND failures = 0")
        try db.run("CREATE INDEX lane_failing ON lane (due_at) WHERE due_at IS NOT NULL AND failures > 0")
    }
}
