import Content
import Domain
import Storage

/// The versions of a post as HTML, the newest first.
struct HistoryHTML {
    let visit: Visit

    func make(_ shown: PresentedPost, _ versions: [PostVersion]) -> String {
        let html = PostHTML(visit: visit)
        let post = shown.post
        var text = "<p>\(html.person(shown.author)) · <a href=\"/posts/\(post.id)\">The post</a></p>"
        text += version(post, at: post.editedAt ?? post.publishedAt, "Now", shown.attachments)
        for earlier in versions.reversed() {
            var before = post
            before.body.title = earlier.title
            before.body.html = earlier.html
            before.body.summary = earlier.summary
            before.body.isSensitive = earlier.isSensitive
            before.body.link = nil
            before.body.picture = nil
            text += version(before, at: earlier.writtenAt, "Version \(earlier.number)", earlier.attachments)
        }
        return text
    }

    private func version(
        _ post: Post,
        at time: Timestamp,
        _ name: String,
        _ attachments: [Post.Attachment]
    ) -> String {
        "<article><p class=\"author\">\(name), since \(PostHTML.time(time, at: visit.school))</p>"
            + PostHTML(visit: visit).text(of: post, attachments, isWhole: true) + "</article>"
    }
}
