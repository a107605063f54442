import Access
import Domain
import Storage
import Vocabulary

/// What those who look after a school read through the client API.
struct AdminEntity {
    let school: School

    /// Reference: Mastodon's API, Admin::Account; there are no e-mail and network addresses to show, and nobody waits to
    /// be confirmed or approved.
    func account(_ account: Account, role: Role? = nil) -> JSONObject {
        [
            "id": .string(account.id.description),
            "username": .string(account.handle.name),
            "domain": account.isLocal ? .null : .string(account.handle.host.description),
            "created_at": .string(WireDate.format(account.createdAt.milliseconds)),
            "email": "", "ip": nil, "ips": [], "locale": nil, "invite_request": nil,
            "role": role.map { .object(self.role($0)) } ?? .null,
            "confirmed": true, "approved": true, "disabled": false, "sensitized": false,
            "silenced": .bool(account.isLimited),
            "suspended": .bool(account.suspendedAt != nil),
            "account": .object(AccountEntity(school: school).make(account)),
        ]
    }

    /// Reference: Mastodon's API, Role.
    ///
    /// Ours have no permissions to add up: `permissions` is 0.
    private func role(_ role: Role) -> JSONObject {
        [
            "id": .string(role.rawValue), "name": .string(role.rawValue), "color": "", "permissions": "0",
            "highlighted": .bool(role != .member),
        ]
    }

    /// Reference: Mastodon's API, Admin::DomainAllow; the id is the host, which stands for the agreement.
    func allow(_ partner: Partner) -> JSONObject {
        let host = JSONValue.string(partner.host.description)
        return [
            "id": host, "domain": host,
            "created_at": .string(WireDate.format(partner.changedAt.milliseconds)),
        ]
    }

    /// Reference: Mastodon's API, Admin::DomainBlock; a block of ours refuses everything.
    func block(_ partner: Partner) -> JSONObject {
        var entity = allow(partner)
        entity["digest"] = .string(TextDigest.sha256(partner.host.description))
        entity["severity"] = "suspend"
        entity["reject_media"] = true
        entity["reject_reports"] = true
        entity["private_comment"] = .null
        entity["public_comment"] = .null
        entity["obfuscate"] = false
        return entity
    }
}
