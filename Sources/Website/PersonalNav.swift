/// The way to what somebody keeps for themselves.
enum PersonalNav {
    private static let links = [
        ("/write", "Write an article"), ("/drafts", "Drafts"), ("/scheduled", "Scheduled"),
        ("/lists", "Lists"),
        ("/bookmarks", "Bookmarks"), ("/favourites", "Favourites"), ("/filters", "Filters"),
        ("/muted", "Muted"),
        ("/blocked", "Blocked"),
    ]

    /// `path`: the page that it stands on.
    static func html(_ path: String = "") -> String {
        let items = links.map { link, name in
            "<a href=\"\(link)\"\(link == path ? " aria-current=\"page\"" : "")>\(name)</a>"
        }
        return "<nav class=\"personal\" aria-label=\"For yourself\">\(items.joined(separator: "\n"))</nav>"
    }
}
