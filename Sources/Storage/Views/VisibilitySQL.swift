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
            """
            \(fragment: stands) AND p.is_local_only = 0 AND w.school_id IS NOT NULL
                AND p.audience IN ('public', 'unlisted')
            """
        case .account(let id, let school): account(id, of: school)
        case .server(let host): server(host)
        }
    }

    /// Whether an account `w` is shown where nobody asked for it by name: not when it is limited, but to those who follow
    /// it, and to itself.
    static func isListed(for viewer: Viewer) -> SQL {
        guard let id = viewer.account else { return "w.limited_at IS NULL" }
        return """
            (w.limited_at IS NULL OR w.id = \(id) OR EXISTS (SELECT 1 FROM follow l
                WHERE l.follower_id = \(id) AND l.followed_id = w.id AND l.state = 'accepted'))
            """
    }

    private static let stands: SQL = "p.deleted_at IS NULL AND w.suspended_at IS NULL AND w.gone_at IS NULL"

    private static func account(_ viewer: Account.ID, of school: School.ID) -> SQL {
        """
        \(fragment: stands) AND (p.account_id = \(viewer) OR (\(fragment: AdmissionSQL.isAdmitted(column: "w.host", by: "\(school)"))
            AND NOT EXISTS (SELECT 1 FROM block k WHERE k.blocker_id = p.account_id AND k.blocked_id = \(viewer))
            AND NOT EXISTS (SELECT 1 FROM block k WHERE k.blocker_id = \(viewer) AND k.blocked_id = p.account_id) AND (
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
        \(fragment: stands) AND p.is_local_only = 0 AND ((w.school_id IS NULL AND w.host = \(host) AND p.audience IN ('public', 'unlisted'))
            OR EXISTS (SELECT 1 FROM school s WHERE s.id = w.school_id
                AND \(fragment: AdmissionSQL.isAdmitted(host, by: "s.id")) AND (
                p.audience IN ('public', 'unlisted')
                OR EXISTS (SELECT 1 FROM post_addressee d JOIN account x ON x.id = d.account_id
                    WHERE d.post_id = p.id AND x.host = \(host))
                OR (p.audience = 'partners' AND EXISTS (SELECT 1 FROM partner q
                    WHERE q.school_id = s.id AND q.host = \(host) AND q.state = 'approved'))
                OR (p.audience = 'followers' AND EXISTS (SELECT 1 FROM follow f JOIN account x ON x.id = f.follower_id
                    WHERE f.followed_id = p.account_id AND f.state = 'accepted' AND x.host = \(host))))))
        """
    }
}
