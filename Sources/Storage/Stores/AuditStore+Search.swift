public import Domain

extension AuditStore {
    /// Which entries are asked for.
    public struct Query: Sendable {
        /// Of one school; nil: of all, and those of the whole instance.
        public var school: School.ID?
        /// What the action, the subject or the name of whoever did it has in it, in any case of ASCII.
        public var text: String
        /// Only those before this one.
        public var before: AuditEntry.ID?
        /// At most so many.
        public var limit: Int

        /// Asks for entries; the limit is clamped to 1...200.
        public init(school: School.ID?, text: String = "", before: AuditEntry.ID? = nil, limit: Int = 50) {
            self.school = school
            self.text = text
            self.before = before
            self.limit = min(max(limit, 1), 200)
        }
    }

    /// Entries, the newest first.
    public func page(_ query: Query) throws(StorageError) -> [AuditEntry] {
        let end = query.before ?? AuditEntry.ID(rawValue: .max)
        var condition: SQL = "id < \(end)"
        if let school = query.school { condition = condition + " AND school_id = \(school)" }
        if !query.text.isEmpty {
            let pattern = LikePattern.containing(query.text)
            condition =
                condition + """
                     AND (LOWER(action) LIKE \(pattern) ESCAPE '!' OR LOWER(subject) LIKE \(pattern) ESCAPE '!'
                        OR LOWER(performed_by) LIKE \(pattern) ESCAPE '!')
                    """
        }
        return try db.run(
            "SELECT * FROM audit WHERE \(fragment: condition) ORDER BY id DESC LIMIT \(query.limit)"
        ).decoded(AuditEntry.init(row:))
    }
}

/// Patterns of LIKE in which every character but ours stands for itself; to be used with `ESCAPE '!'` on what LOWER gives.
enum LikePattern {
    /// What has a text in it; the first 100 characters of it count.
    ///
    /// ASCII is made lower case, as both engines do.
    static func containing(_ text: String) -> String {
        var pattern = "%"
        for scalar in text.unicodeScalars.prefix(100) {
            if scalar == "!" || scalar == "%" || scalar == "_" { pattern.append("!") }
            let isUpper = (0x41...0x5A).contains(scalar.value)
            pattern.unicodeScalars.append(isUpper ? Unicode.Scalar(UInt8(scalar.value) | 0x20) : scalar)
        }
        return pattern + "%"
    }
}

extension AuditEntry {
    init(row: SQLRow) throws(StorageError) {
        self.init(
            id: try row["id"],
            school: try row["school_id"],
            by: try row["performed_by"],
            action: try row["action"],
            subject: try row["subject"],
            at: try row["performed_at"]
        )
    }
}
