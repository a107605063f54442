import Content
import Domain

/// The text of a post for clients that know no titles: title, summary and link stand in it.
struct StatusContent {
    let school: School

    func html(of post: Post) -> String {
        var html = ""
        if !post.body.title.isEmpty {
            html += "<p><strong>\(HTMLEscape.text(post.body.title))</strong></p>"
        }
        if !post.abstract.isEmpty { html += "<p><em>\(HTMLEscape.text(post.abstract))</em></p>" }
        html += linked(post.body.html)
        if let link = post.body.link {
            let address = HTMLEscape.attribute(link.description)
            html += "<p><a href=\"\(address)\" rel=\"nofollow noopener noreferrer\">\(address)</a></p>"
        }
        return html
    }

    /// Hashtags lead to our own pages.
    private func linked(_ html: String) -> String {
        let uris = LocalActorURIs(origin: school.origin)
        return HashtagLinks.relinked(SanitizedHTML(stored: html)) { uris.tagPage($0.name).description }.html
    }
}
