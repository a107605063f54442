import Domain

/// The rule of `Admission` as one SQL condition on a school, for lists.
///
/// The same questions in the same order as its initialiser; tests compare the two.
enum AdmissionSQL {
    /// Whether a school exchanges activities with a host now.
    ///
    /// `school`: the column with the school's id.
    static func isAllowed(_ host: Host, by school: SQL) -> SQL {
        condition("\(host)", isBlocked: isBlocked(host), agreed: "k.state = 'approved'", by: school)
    }

    /// Whether a school exchanges activities with a host, or will when the partner is no longer paused.
    static func isAdmitted(_ host: Host, by school: SQL) -> SQL {
        condition(
            "\(host)",
            isBlocked: isBlocked(host),
            agreed: "k.state IN ('approved', 'paused')",
            by: school
        )
    }

    /// The same where the host stands in a column.
    ///
    /// A host has no `%` and no `_`, so LIKE compares it as it is.
    static func isAdmitted(column host: SQL, by school: SQL) -> SQL {
        condition(
            host,
            isBlocked: """
                (\(fragment: host) = b.host OR \(fragment: host) LIKE '%.' || b.host
                    OR \(fragment: host) LIKE b.host || ':%' OR \(fragment: host) LIKE '%.' || b.host || ':%')
                """,
            agreed: "k.state IN ('approved', 'paused')",
            by: school
        )
    }

    private static func isBlocked(_ host: Host) -> SQL { "b.host IN (\(list: host.selfAndParents))" }

    private static func condition(_ host: SQL, isBlocked: SQL, agreed: SQL, by school: SQL) -> SQL {
        """
        EXISTS (SELECT 1 FROM school h WHERE h.id = \(fragment: school) AND (h.host = \(fragment: host) OR (
            NOT EXISTS (SELECT 1 FROM partner b WHERE b.school_id = h.id AND b.state = 'blocked'
                AND \(fragment: isBlocked))
            AND COALESCE(
                (SELECT CASE WHEN \(fragment: agreed) THEN 1
                    WHEN k.state = 'proposed' AND h.federation = 'open' THEN 1 ELSE 0 END
                    FROM partner k WHERE k.school_id = h.id AND k.host = \(fragment: host)),
                CASE WHEN h.federation = 'open' THEN 1
                    WHEN EXISTS (SELECT 1 FROM school o WHERE o.host = \(fragment: host)) THEN 1 ELSE 0 END) = 1)))
        """
    }
}
