import Domain
import Outbox
import Storage
import Vocabulary

/// A report as whoever made it reads it.
///
/// Reference: Mastodon's API, Report.
struct ReportEntity {
    let school: School

    func make(_ report: Report, about reported: Account, posts: [Post.ID]) -> JSONObject {
        var entity = common(report)
        entity["status_ids"] = .array(posts.map { .string($0.description) })
        entity["rule_ids"] = []
        entity["target_account"] = .object(AccountEntity(school: school).make(reported))
        return entity
    }

    /// The same for moderators.
    ///
    /// Reference: Mastodon's API, Admin::Report. `staffroom_state`, `staffroom_outcome` and `staffroom_notes` are ours.
    func make(_ file: CaseFile, posts: [PresentedPost]) -> JSONObject {
        let (report, statuses) = (file.report, StatusEntity(school: school))
        var entity = common(report)
        entity["updated_at"] = .string(WireDate.format(report.changedAt.milliseconds))
        entity["account"] = .object(account(file.reporter))
        entity["target_account"] = .object(account(file.reported))
        let assignee = file.assignee.map { JSONValue.object(account($0)) } ?? .null
        entity["assigned_account"] = assignee
        entity["action_taken_by_account"] = report.state == .resolved ? assignee : .null
        entity["statuses"] = .array(posts.map { .object(statuses.make($0)) })
        entity["rules"] = []
        entity["staffroom_state"] = .string(report.state.rawValue)
        entity["staffroom_outcome"] = report.outcome.map { .string($0.rawValue) } ?? .null
        entity["staffroom_notes"] = .array(
            file.notes.map {
                [
                    "by": .string($0.by), "text": .string($0.text),
                    "created_at": .string(WireDate.format($0.createdAt.milliseconds)),
                ]
            }
        )
        return entity
    }

    private func common(_ report: Report) -> JSONObject {
        let isResolved = report.state == .resolved
        let changed = JSONValue.string(WireDate.format(report.changedAt.milliseconds))
        return [
            "id": .string(report.id.description),
            "action_taken": .bool(isResolved),
            "action_taken_at": isResolved ? changed : .null,
            "category": .string(report.category.rawValue),
            "comment": .string(report.comment),
            "forwarded": .bool(report.isForwarded),
            "created_at": .string(WireDate.format(report.createdAt.milliseconds)),
        ]
    }

    private func account(_ account: Account) -> JSONObject { AdminEntity(school: school).account(account) }
}
