/// A table as it is moved from one database to another: all its rows and columns, page by page.
struct TransferTable: Sendable {
    let name: String
    /// The columns of its primary key.
    let key: [String]

    /// Every table that is moved, each after those that it refers to.
    static let all = [
        TransferTable(name: "school", key: ["id"]),
        TransferTable(name: "account", key: ["id"]),
        TransferTable(name: "signing_key", key: ["id"]),
        TransferTable(name: "former_handle", key: ["host", "name"]),
        TransferTable(name: "follow", key: ["id"]),
        TransferTable(name: "block", key: ["id"]),
        TransferTable(name: "move", key: ["account_id"]),
        TransferTable(name: "account_alias", key: ["account_id", "uri"]),
        TransferTable(name: "post", key: ["id"]),
        TransferTable(name: "post_attachment", key: ["post_id", "position"]),
        TransferTable(name: "upload", key: ["id"]),
        TransferTable(name: "post_document", key: ["post_id"]),
        TransferTable(name: "post_version", key: ["post_id", "number"]),
        TransferTable(name: "post_addressee", key: ["post_id", "account_id"]),
        TransferTable(name: "poll", key: ["post_id"]),
        TransferTable(name: "poll_option", key: ["post_id", "position"]),
        TransferTable(name: "poll_vote", key: ["post_id", "account_id", "position"]),
        TransferTable(name: "draft", key: ["id"]),
        TransferTable(name: "draft_upload", key: ["draft_id", "upload_id"]),
        TransferTable(name: "post_hashtag", key: ["name", "post_id"]),
        TransferTable(name: "followed_hashtag", key: ["id"]),
        TransferTable(name: "reaction", key: ["id"]),
        TransferTable(name: "quote", key: ["id"]),
        TransferTable(name: "link_preview", key: ["id"]),
        TransferTable(name: "post_preview", key: ["post_id"]),
        TransferTable(name: "remote_file", key: ["id"]),
        TransferTable(name: "pin", key: ["post_id"]),
        TransferTable(name: "mute", key: ["id"]),
        TransferTable(name: "conversation_mute", key: ["account_id", "post_id"]),
        TransferTable(name: "account_note", key: ["account_id", "about_id"]),
        TransferTable(name: "endorsement", key: ["id"]),
        TransferTable(name: "bookmark", key: ["id"]),
        TransferTable(name: "account_list", key: ["id"]),
        TransferTable(name: "account_list_member", key: ["list_id", "member_id"]),
        TransferTable(name: "post_filter", key: ["id"]),
        TransferTable(name: "filter_keyword", key: ["id"]),
        TransferTable(name: "filter_entry", key: ["id"]),
        TransferTable(name: "reading_mark", key: ["account_id", "list"]),
        TransferTable(name: "featured_hashtag", key: ["id"]),
        TransferTable(name: "unwanted_proposal", key: ["account_id", "proposed_id"]),
        TransferTable(name: "timeline_entry", key: ["account_id", "position"]),
        TransferTable(name: "notice", key: ["id"]),
        TransferTable(name: "direct_thread", key: ["account_id", "id"]),
        TransferTable(name: "notice_policy", key: ["account_id"]),
        TransferTable(name: "notice_permit", key: ["account_id", "from_id"]),
        TransferTable(name: "burial", key: ["account_id"]),
        TransferTable(name: "tombstone", key: ["uri", "actor"]),
        TransferTable(name: "partner", key: ["school_id", "host"]),
        TransferTable(name: "peer", key: ["host"]),
        TransferTable(name: "peer_key", key: ["uri"]),
        TransferTable(name: "follower_check", key: ["account_id", "school_id"]),
        TransferTable(name: "errand", key: ["kind", "uri", "school_id"]),
        TransferTable(name: "received_activity", key: ["id"]),
        TransferTable(name: "outbox_activity", key: ["id"]),
        TransferTable(name: "delivery", key: ["id"]),
        TransferTable(name: "lane", key: ["host"]),
        TransferTable(name: "member", key: ["account_id"]),
        TransferTable(name: "session", key: ["token_hash"]),
        TransferTable(name: "client_app", key: ["id"]),
        TransferTable(name: "permission", key: ["id"]),
        TransferTable(name: "access_token", key: ["token_hash"]),
        TransferTable(name: "refresh_token", key: ["token_hash"]),
        TransferTable(name: "audit", key: ["id"]),
        TransferTable(name: "account_export", key: ["id"]),
        TransferTable(name: "account_import", key: ["id"]),
        TransferTable(name: "import_row", key: ["id"]),
        TransferTable(name: "import_refusal", key: ["id"]),
        TransferTable(name: "imported_post", key: ["account_id", "original"]),
        TransferTable(name: "report", key: ["id"]),
        TransferTable(name: "report_post", key: ["report_id", "post_id"]),
        TransferTable(name: "report_note", key: ["id"]),
    ]

    /// What belongs to a database and not to the instance in it.
    static let left: Set = Set(["schema_version", "process", "instance", "received_turn", "stream_event"])
        .union(["post_search", "account_search"].flatMap { name in [name] + engineTables.map { name + $0 } })

    /// What SQLite keeps beside a full-text table.
    private static let engineTables = ["_data", "_idx", "_content", "_docsize", "_config"]

    /// How many values one INSERT takes; engines take some 32,000.
    private static let valuesPerInsert = 10_000

    /// The rows after one, in the order of the key.
    func page(after last: SQLRow?, limit: Int, in db: any SQLConnection) throws(StorageError) -> [SQLRow] {
        let (table, columns) = (try identifier(name), try list(key))
        guard let last else {
            return try db.run("SELECT * FROM \(fragment: table) ORDER BY \(fragment: columns) LIMIT \(limit)")
        }
        var values: [SQLValue] = []
        for column in key { values.append(try last[column]) }
        return try db.run(
            """
            SELECT * FROM \(fragment: table) WHERE (\(fragment: columns)) > (\(list: values))
            ORDER BY \(fragment: columns) LIMIT \(limit)
            """
        )
    }

    /// Adds rows as they are.
    func insert(_ rows: [SQLRow], into db: any SQLConnection) throws(StorageError) {
        guard let columns = rows.first?.columns.names, !columns.isEmpty else { return }
        let (table, names) = (try identifier(name), try list(columns))
        var rest = rows[...]
        while !rest.isEmpty {
            let batch = rest.prefix(max(1, Self.valuesPerInsert / columns.count))
            rest = rest.dropFirst(batch.count)
            var values: SQL = ""
            for row in batch {
                let separator: SQL = values == "" ? "" : ", "
                values = "\(fragment: values)\(fragment: separator)(\(list: row.values))"
            }
            try db.run("INSERT INTO \(fragment: table) (\(fragment: names)) VALUES \(fragment: values)")
        }
    }

    /// How many rows there are.
    func count(in db: any SQLConnection) throws(StorageError) -> Int {
        let table = try identifier(name)
        return try db.run("SELECT COUNT(*) AS n FROM \(fragment: table)").first?["n"] ?? 0
    }

    /// Removes all rows.
    func removeAll(in db: any SQLConnection) throws(StorageError) {
        let table = try identifier(name)
        try db.run("DELETE FROM \(fragment: table)")
    }

    private func identifier(_ name: String) throws(StorageError) -> SQL {
        guard let identifier = SQL(identifier: name) else { throw .rejected(reason: "\(name) is no name") }
        return identifier
    }

    private func list(_ names: [String]) throws(StorageError) -> SQL {
        var list: SQL = ""
        for name in names {
            let separator: SQL = list == "" ? "" : ", "
            list = "\(fragment: list)\(fragment: separator)\(fragment: try identifier(name))"
        }
        return list
    }
}

/// What a table holds, however its rows are ordered: their count and the sum of their hashes (FNV-1a, 64 bits).
struct TableChecksum: Hashable {
    private(set) var count = 0
    private var sum: UInt64 = 0

    /// Adds a row: the names of its columns and the kinds and bytes of its values.
    mutating func add(_ row: SQLRow) {
        var hash = FNV()
        for (name, value) in zip(row.columns.names, row.values) {
            hash.add(name.utf8)
            switch value {
            case .null: hash.add([0])
            case .integer(let number): hash.add([1], number)
            case .real(let number): hash.add([2], Int64(bitPattern: number.bitPattern))
            case .text(let text):
                hash.add([3], Int64(text.utf8.count))
                hash.add(text.utf8)
            case .blob(let bytes):
                hash.add([4], Int64(bytes.count))
                hash.add(bytes)
            }
        }
        count += 1
        sum &+= hash.value
    }

    private struct FNV {
        var value: UInt64 = 0xcbf2_9ce4_8422_2325

        mutating func add(_ bytes: some Sequence<UInt8>) {
            for byte in bytes { value = (value ^ UInt64(byte)) &* 0x100_0000_01b3 }
        }

        mutating func add(_ bytes: [UInt8], _ number: Int64) {
            add(bytes)
            for shift in stride(from: 0, to: 64, by: 8) {
                add([UInt8(truncatingIfNeeded: UInt64(bitPattern: number) >> UInt64(shift))])
            }
        }
    }
}
