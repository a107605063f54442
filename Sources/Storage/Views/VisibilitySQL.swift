import Domain

/// The rule of `canSee` as one SQL condition, for lists.
///
/// It stands in a query where `p` is the post and `w` its author's account. A test compares it with `canSee` over
/// every combination of facts.
enum VisibilitySQL {
    /// What a viewer may see.
    static func condition(for viewer: Viewer) -> SQL {
        switch viewer {
        case .anonymous:
            "\(fragment: stands) AND w.school_id IS NOT NULL AND p.audience IN ('public', 'unlisted')"
        case .account(let id, let school): account(id, of: school)
        case .server(let host): server(host)
        }
    }

    private static let stands: SQL = "p.deleted_at IS NULL AND w.suspended_at IS NULL AND w.gone_at IS NULL"

    private static func account(_ viewer: Account.ID, of school: School.ID) -> SQL {
        """
        \(fragment: stands) AND (p.account_id = \(viewer) OR (\(fragment: isAdmitted("w.host", by: school)) AND (
            p.audience IN ('public', 'unlisted')
            OR EXISTS (SELECT 1 FROM post_addressee d WHERE d.post_id = p.id AND d.account_id = \(viewer))
            OR (p.audience IN ('school', 'partners') AND w.school_id = \(school))
            OR (p.audience = 'partners' AND w.school_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM partner q
                WHERE q.school_id = \(school) AND q.host = w.host AND q.state = 'paused'))
            OR (p.audience = 'followers' AND EXISTS (SELECT 1 FROM follow f
                WHERE f.follower_id = \(viewer) AND f.followed_id = p.account_id AND f.state = 'accepted')))))
        """
    }

    private static func server(_ host: Host) -> SQL {
        """
        \(fragment: stands) AND ((w.school_id IS NULL AND w.host = \(host) AND p.audience IN ('public', 'unlisted'))
            OR EXISTS (SELECT 1 FROM school s WHERE s.id = w.school_id
                AND \(fragment: isAdmitted(host, by: "s.id")) AND (
                p.audience IN ('public', 'unlisted')
                OR EXISTS (SELECT 1 FROM post_addressee d JOIN account x ON x.id = d.account_id
                    WHERE d.post_id = p.id AND x.host = \(host))
                OR (p.audience = 'partners' AND EXISTS (SELECT 1 FROM partner q
                    WHERE q.school_id = s.id AND q.host = \(host) AND q.state = 'approved'))
                OR (p.audience = 'followers' AND EXISTS (SELECT 1 FROM follow f JOIN account x ON x.id = f.follower_id
                    WHERE f.followed_id = p.account_id AND f.state = 'accepted' AND x.host = \(host))))))
        """
    }

    /// `Admission` is not `refused`: the same order of questions as its initialiser.
    private static func isAdmitted(_ host: SQL, by school: SQL) -> SQL {
        """
        EXISTS (SELECT 1 FROM school h WHERE h.id = \(fragment: school) AND (h.host = \(fragment: host) OR (
            NOT EXISTS (SELECT 1 FROM partner b WHERE b.school_id = h.id AND b.state = 'blocked'
                AND (\(fragment: host) = b.host OR \(fragment: host) LIKE '%.' || b.host
                    OR \(fragment: host) LIKE b.host || ':%' OR \(fragment: host) LIKE '%.' || b.host || ':%'))
            AND COALESCE(
                (SELECT CASE WHEN k.state IN ('approved', 'paused') THEN 1
                    WHEN k.state = 'proposed' AND h.federation = 'open' THEN 1 ELSE 0 END
                    FROM partner k WHERE k.school_id = h.id AND k.host = \(fragment: host)),
                CASE WHEN h.federation = 'open' THEN 1
                    WHEN EXISTS (SELECT 1 FROM school o WHERE o.host = \(fragment: host)) THEN 1 ELSE 0 END) = 1)))
        """
    }

    private static func isAdmitted(_ host: SQL, by school: School.ID) -> SQL {
        isAdmitted(host, by: "\(school)")
    }

    private static func isAdmitted(_ host: Host, by school: SQL) -> SQL {
        isAdmitted("\(host)", by: school)
    }
}
