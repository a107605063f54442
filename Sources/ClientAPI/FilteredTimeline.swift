import Domain
import Hummingbird
import Server
import Storage
import Vocabulary

extension ClientDesk {
    /// Answers with a page of posts, looked at with the viewer's filters.
    ///
    /// `context`: where the page is; what a filter hides there is left out, and the page's neighbours stay the same.
    func timeline(
        _ request: Request,
        for viewer: Viewer,
        of school: School,
        in context: PostFilter.Context?,
        _ body: @escaping @Sendable (any SQLConnection) throws -> [PresentedPost]
    ) async throws -> Response {
        let now = clock.now()
        let (posts, shown) = try await database.read { db in
            let posts = try body(db)
            return (posts, try db.filtering.filtered(posts, for: viewer, in: context, now: now))
        }
        let entity = StatusEntity(school: school, parts: rendered)
        return ClientResponse.page(
            shown.map(entity.value),
            first: posts.first?.position,
            last: posts.last?.position,
            of: school,
            request
        )
    }
}
