public import Domain

/// Looks at posts with a viewer's filters.
public struct FilteringView {
    let db: any SQLConnection

    /// The same posts, each with the filters that match it; without those that a filter hides in this place.
    ///
    /// Nobody's own posts are filtered. `context`: nil leaves out nothing.
    public func filtered(
        _ posts: [PresentedPost],
        for viewer: Viewer,
        in context: PostFilter.Context?,
        now: Timestamp
    ) throws(StorageError) -> [PresentedPost] {
        guard let account = viewer.account, !posts.isEmpty else { return posts }
        let filters = FilterSet(try db.filters.all(of: account), now: now)
        if filters.isEmpty { return posts }
        return posts.compactMap { shown in
            guard shown.post.author != account else { return shown }
            var marked = shown
            marked.filtered = filters.matches(shown.post)
            let isHidden = marked.filtered.contains { match in
                match.filter.action == .hide && context.map(match.filter.contexts.contains) ?? false
            }
            return isHidden ? nil : marked
        }
    }
}

extension SQLConnection {
    /// Looks at posts with filters.
    public var filtering: FilteringView { FilteringView(db: self) }
}
