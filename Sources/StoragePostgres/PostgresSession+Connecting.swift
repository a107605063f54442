import CLibPQ
import Storage

extension PostgresSession {
    /// Connects, sets the limits of the session and makes sure that commits will be durable.
    ///
    /// Blocks, five seconds a host at most when there is no answer.
    /// - Throws: `StorageError.unavailable`, with what to do about it.
    static func connect(_ address: PostgresAddress, _ options: PostgresOptions) throws(StorageError)
        -> PostgresSession
    {
        // What the address says comes last and counts.
        let settings = [
            ("connect_timeout", "5"), ("keepalives_idle", "10"), ("keepalives_interval", "5"),
            ("keepalives_count", "3"),
            ("tcp_user_timeout", "20000"), ("fallback_application_name", "staffroom"),
            ("dbname", address.text),
            ("client_encoding", "UTF8"),
        ]
        guard let connection = open(settings) else {
            throw .unavailable(reason: "there is no memory for a connection")
        }
        let session = PostgresSession(connection)
        guard !session.isBroken else {
            throw ConnectionAdvice(ServerError.firstLine(PQerrorMessage(connection)), at: address).error
        }
        // Notices ("table exists, skipping") would go to standard error.
        PQsetNoticeProcessor(connection, { _, _ in }, nil)
        try session.check(try session.configure(options), oldest: options.oldestServer)
        return session
    }

    private static func open(_ settings: [(String, String)]) -> OpaquePointer? {
        let texts = settings.flatMap { [Array($0.0.utf8CString), Array($0.1.utf8CString)] }
        // One piece of memory, so that every pointer lives until libpq has read it.
        let all = texts.flatMap(\.self)
        return all.withUnsafeBufferPointer { memory in
            var (keywords, values): ([UnsafePointer<CChar>?], [UnsafePointer<CChar>?]) = ([], [])
            var offset = 0
            for (index, text) in texts.enumerated() {
                let pointer = memory.baseAddress.map { $0 + offset }
                if index % 2 == 0 { keywords.append(pointer) } else { values.append(pointer) }
                offset += text.count
            }
            return PQconnectdbParams(keywords + [nil], values + [nil], 1)
        }
    }

    /// Sets the limits and asks what the server is.
    private func configure(_ options: PostgresOptions) throws(StorageError) -> SQLRow? {
        func milliseconds(_ limit: Duration) -> String { "\(max(1, Int64(limit / .milliseconds(1))))" }
        // A commit that is not on the disk when it is answered is none; stricter settings are left alone.
        return try run(
            """
            SELECT set_config('statement_timeout', $1, false) AS s, set_config('lock_timeout', $2, false) AS l,
                set_config('idle_in_transaction_session_timeout', '60000', false) AS i,
                set_config('synchronous_commit', CASE current_setting('synchronous_commit') WHEN 'off' THEN 'on'
                    ELSE current_setting('synchronous_commit') END, false) AS c,
                current_setting('server_version_num')::BIGINT AS number,
                current_setting('server_version') AS version, current_setting('fsync') AS fsync,
                current_setting('full_page_writes') AS pages, current_setting('server_encoding') AS encoding,
                pg_is_in_recovery() AS is_standby
            """,
            [.text(milliseconds(options.statementLimit)), .text(milliseconds(options.lockLimit))]
        ).first
    }

    private func check(_ server: SQLRow?, oldest: Int) throws(StorageError) {
        guard let server else { return }
        let (number, version): (Int, String) = (try server["number"], try server["version"])
        let (fsync, pages, encoding): (String, String, String) =
            (try server["fsync"], try server["pages"], try server["encoding"])
        func refuse(_ reason: String) -> StorageError { .unavailable(reason: reason) }
        // Since version 10 the number is the major version times 10,000 and the minor one.
        if number / 10_000 < oldest {
            throw refuse("PostgreSQL \(version) is too old: \(oldest) or later is needed; upgrade the server")
        }
        if encoding != "UTF8" {
            throw refuse(
                "the database's encoding is \(encoding): make it anew with createdb --encoding UTF8 --template template0"
            )
        }
        if fsync != "on" || pages != "on" {
            throw refuse(
                "the server may lose what it has committed: set fsync and full_page_writes to on in postgresql.conf"
            )
        }
        if try server["is_standby"] as Bool {
            throw refuse(
                "this server is a standby, which cannot be written: name the primary, or all hosts with target_session_attrs=read-write"
            )
        }
    }
}
