import Content
import Domain
import Storage

/// What a reader's filters do to a post that they leave in.
enum FilterNote {
    /// The titles of the filters that match a post in a place and do that, as HTML; nil for none.
    static func title(of shown: PresentedPost, _ action: PostFilter.Action, in place: PostFilter.Context?)
        -> String?
    {
        guard let place else { return nil }
        let titles = shown.filtered.map(\.filter)
            .filter { $0.action == action && $0.contexts.contains(place) }
            .map { "<bdi>\(HTMLEscape.text($0.title))</bdi>" }
        return titles.isEmpty ? nil : titles.joined(separator: ", ")
    }

    /// Notices without those about posts of others that the reader's filters leave out of them.
    static func heard(_ notices: [Notice], by reader: Account.ID, at now: Timestamp, in db: any SQLConnection)
        throws -> [Notice]
    {
        let filters = FilterSet(try db.filters.all(of: reader), now: now)
        if filters.isEmpty { return notices }
        return try notices.filter { notice in
            guard let id = notice.post, let post = try db.posts.find(id), post.author != reader else {
                return true
            }
            return !filters.matches(post).contains {
                $0.filter.action == .hide && $0.filter.contexts.contains(.notifications)
            }
        }
    }

    /// The files of a post behind the titles of the filters that cover them.
    static func veiled(_ files: String, _ veil: String?) -> String {
        guard let veil, !files.isEmpty else { return files }
        return
            "<details class=\"veil\"><summary>Filtered: \(veil). Show its files</summary>\(files)</details>"
    }
}
