import Content
import Domain
import Media
import Storage
import Vocabulary

/// An account as clients read it.
///
/// Reference: Mastodon's API, Account.
struct AccountEntity {
    /// The school whose people read it: its own accounts are shown without their host.
    let school: School

    /// `moved`: where the account has moved to, if it has and who asks is to know.
    func make(_ account: Account, _ counts: ProfileCounts? = nil, moved: Account? = nil) -> JSONObject {
        let page = (account.page ?? account.uri).description
        let avatar = JSONValue.string(
            address(of: account.avatar, of: account) ?? "\(school.origin)/assets/avatar.svg"
        )
        let header = JSONValue.string(
            address(of: account.header, of: account) ?? "\(school.origin)/assets/header.svg"
        )
        var entity: JSONObject = [
            "id": .string(account.id.description),
            "username": .string(account.handle.name),
            "acct": .string(name(of: account)),
            "display_name": .string(account.shownName),
            "locked": .bool(account.approvesFollowers),
            "bot": .bool(account.kind == .service || account.kind == .application),
            // Searches find whom one may see, and lists of follows are shown to whoever is signed in.
            "discoverable": true, "indexable": true, "hide_collections": false,
            "group": .bool(account.kind == .group),
            "created_at": .string(WireDate.format(account.createdAt.milliseconds)),
            "note": .string(account.summary),
            "url": .string(page),
            "uri": .string(account.uri.description),
            "avatar": avatar, "avatar_static": avatar, "header": header, "header_static": header,
            "followers_count": .integer(Int64(counts?.followers ?? 0)),
            "following_count": .integer(Int64(counts?.following ?? 0)),
            "statuses_count": .integer(Int64(counts?.posts ?? 0)),
            "last_status_at": nil, "emojis": [], "fields": [], "roles": [],
            "limited": .bool(account.isLimited), "suspended": .bool(account.suspendedAt != nil),
        ]
        if let moved { entity["moved"] = .object(make(moved)) }
        return entity
    }

    /// The account itself, for whoever it belongs to.
    func makeOwn(_ account: Account, _ counts: ProfileCounts, requests: Int, moved: Account?) -> JSONObject {
        var entity = make(account, counts, moved: moved)
        entity["source"] = [
            "privacy": "public", "sensitive": false, "language": nil,
            "note": .string(PlainText.from(SanitizedHTML(stored: account.summary))), "fields": [],
            "follow_requests_count": .integer(Int64(requests)),
            "discoverable": true, "indexable": true, "hide_collections": false, "attribution_domains": [],
            "quote_policy": "public",
        ]
        return entity
    }

    /// A peer's pictures are read through the school.
    private func address(of picture: URI?, of account: Account) -> String? {
        picture.map { account.isLocal ? $0.description : RemoteAddress.shown($0, at: school) }
    }

    func name(of account: Account) -> String {
        account.handle.host == school.host ? account.handle.name : account.handle.description
    }
}
