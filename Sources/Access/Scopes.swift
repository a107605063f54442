/// What a bearer token allows, in the words of Mastodon's API.
///
/// A whole scope (`read`) covers its parts (`read:statuses`), but not what is for moderators (`admin:read`); `follow` covers following, blocking and muting.
public struct Scopes: Sendable, Hashable, CustomStringConvertible {
    private static let read: Set<String> = [
        "accounts", "blocks", "bookmarks", "favourites", "filters", "follows", "lists", "mutes",
        "notifications",
        "search", "statuses",
    ]
    private static let write: Set<String> = [
        "accounts", "blocks", "bookmarks", "conversations", "favourites", "filters", "follows", "lists",
        "media",
        "mutes", "notifications", "reports", "statuses",
    ]
    private static let follow: Set<String> = [
        "read:follows", "write:follows", "read:blocks", "write:blocks", "read:mutes", "write:mutes",
    ]

    /// Those of Mastodon's, whether there is something here that needs them or not.
    private static let admin: Set<String> = [
        "accounts", "canonical_email_blocks", "domain_allows", "domain_blocks", "email_domain_blocks",
        "ip_blocks",
        "reports",
    ]

    private let names: Set<String>

    /// Reads scopes separated by spaces; nil when there is none, or one that does not exist.
    public init?(_ text: String) {
        let names = text.split(separator: " ").map(String.init)
        guard !names.isEmpty, names.count <= 64, names.allSatisfy(Self.exists) else { return nil }
        self.names = Set(names)
    }

    /// The scopes in order, separated by spaces.
    public var description: String { names.sorted().joined(separator: " ") }

    /// Whether they allow what needs a scope such as `read:statuses` or `admin:read:reports`.
    public func allow(_ scope: String) -> Bool {
        if names.contains(scope) { return true }
        if let last = scope.lastIndex(of: ":"), names.contains(String(scope[..<last])) { return true }
        return names.contains("follow") && Self.follow.contains(scope)
    }

    /// Whether they allow everything that others do.
    public func cover(_ others: Scopes) -> Bool { others.names.allSatisfy(allow) }

    /// The single scopes in order.
    public var all: [String] { names.sorted() }

    /// Every scope that exists, in order.
    public static let supported: [String] =
        ["read"] + read.sorted().map { "read:\($0)" } + ["write"] + write.sorted().map { "write:\($0)" }
        + ["follow", "push", "profile", "admin:read"] + admin.sorted().map { "admin:read:\($0)" }
        + ["admin:write"] + admin.sorted().map { "admin:write:\($0)" }

    private static func exists(_ name: String) -> Bool {
        var parts = name.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        let isAdmin = parts.first == "admin" && parts.count > 1
        if isAdmin { parts.removeFirst() }
        switch parts.count {
        case 1:
            return isAdmin
                ? ["read", "write"].contains(parts[0])
                : ["read", "write", "follow", "push", "profile"].contains(parts[0])
        case 2:
            guard parts[0] == "read" || parts[0] == "write" else { return false }
            if isAdmin { return admin.contains(parts[1]) }
            return parts[0] == "read" ? read.contains(parts[1]) : write.contains(parts[1])
        default: return false
        }
    }
}
