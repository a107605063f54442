import Domain
import Storage

/// A page of a list of posts, without what the reader's filters leave out there.
struct PostPage: Sendable {
    let shown: [PresentedPost]
    /// Where the next page begins; nil at the end.
    let next: Int64?
}

extension WebDesk {
    /// A page of what `body` finds, which is asked for one post more than the page has.
    ///
    /// `place`: where the page is; nil leaves out nothing.
    func posts(
        _ visit: Visit,
        in place: PostFilter.Context?,
        before: Int64?,
        limit: Int = 30,
        _ body: @escaping @Sendable (any SQLConnection, HomeTimelineView.Page) throws -> [PresentedPost]
    ) async throws -> PostPage {
        let (viewer, now) = (visit.viewer, clock.now())
        return try await database.read { db in
            let found = try body(db, .init(before: before, limit: limit + 1))
            let page = Array(found.prefix(limit))
            return PostPage(
                shown: try db.filtering.filtered(page, for: viewer, in: place, now: now),
                next: found.count > limit ? page.last?.position : nil
            )
        }
    }
}

extension PostHTML {
    /// A page of posts, or a word that there are none, and the way to older ones.
    ///
    /// `path`: of the list, escaped for HTML.
    func list(_ page: PostPage, empty: String, at path: String) -> String {
        let isHidden = page.shown.isEmpty && page.next != nil
        let html = list(page.shown, empty: isHidden ? "Your filters leave out all of this page." : empty)
        return html + (page.next.map { "<p><a href=\"\(path)?before=\($0)\">Older posts</a></p>" } ?? "")
    }
}
