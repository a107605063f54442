/// What scopes mean, in words for people.
enum ScopeWords {
    /// What an app with a scope could do.
    static func text(_ scope: String) -> String {
        switch scope {
        case "read": return "read everything that you can read here, your own settings, and direct messages"
        case "write":
            return "do everything in your name: post, answer, like, boost, delete, and change your profile"
        case "follow": return "see and change whom you follow, block and mute"
        case "push": return "get your notifications sent"
        case "profile": return "see your name and your picture, and nothing else"
        case "admin:read": return "read what moderators and admins can read, if you are one"
        case "admin:write": return "do what moderators and admins can do, if you are one"
        default: break
        }
        let parts = scope.split(separator: ":").map(String.init)
        guard let verb = parts.dropLast().last, let thing = parts.last else { return scope }
        let things = words[thing] ?? thing.replacing("_", with: " ")
        return "\(verb == "read" ? "see" : "change") \(things)\(parts.count > 2 ? ", if you moderate" : "")"
    }

    private static let words = [
        "accounts": "accounts and profiles", "blocks": "whom you block", "bookmarks": "your bookmarks",
        "conversations": "your conversations", "favourites": "what you like", "filters": "your filters",
        "follows": "whom you follow", "lists": "your lists", "media": "your pictures, films and recordings",
        "mutes": "whom you mute", "notifications": "your notifications", "reports": "reports",
        "search": "what a search finds", "statuses": "posts, your own and others' that you may see",
    ]
}
