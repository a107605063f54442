import Access
import Content
import Domain
import Storage

/// Writes what a post quotes: a quiet card below its text.
struct QuoteHTML {
    let html: PostHTML

    init(_ html: PostHTML) { self.html = html }

    func card(_ shown: PresentedPost) -> String {
        switch shown.quote {
        case nil: ""
        case .shown(let quoted): card(quoted, in: shown)
        case .named(let id): note("<a href=\"/posts/\(id)\">The post that it quotes</a>")
        case .hidden(let reason):
            note(HTMLEscape.text(reason.shown) + (reason == .deleted ? "" : link(to: shown.post.body.quotes)))
        }
    }

    private func card(_ quoted: PresentedPost, in shown: PresentedPost) -> String {
        let post = quoted.post
        var card = "<blockquote class=\"quote\" cite=\"/posts/\(post.id)\">"
        card += "<p class=\"author\">\(html.person(quoted.author)) "
        card +=
            "<a href=\"/posts/\(post.id)\">\(PostHTML.time(post.publishedAt, at: html.visit.school))</a></p>"
        card += html.text(of: post, quoted.attachments, isWhole: false, page: "/posts/\(post.id)")
        card += self.card(quoted)
        if let person = html.visit.person, post.author == person.account.id, shown.post.author != post.author
        {
            card += "<div class=\"actions\">"
            card +=
                html.button("/posts/\(shown.post.id)/quote/revoke", "Take my post out of this one") + "</div>"
        }
        return card + "</blockquote>"
    }

    private func note(_ text: String) -> String { "<blockquote class=\"quote\"><p>\(text)</p></blockquote>" }

    /// What one of ours does not show here is not shown at its home either, which is here.
    private func link(to uri: URI?) -> String {
        guard let uri, uri.host != html.visit.school.host else { return "" }
        let address = HTMLEscape.attribute(uri.description)
        return " <a href=\"\(address)\" rel=\"nofollow noopener noreferrer\">See it at its home</a>"
    }
}

extension PresentedQuote.Reason {
    /// What stands in the place of the quoted post.
    var shown: String {
        switch self {
        case .pending: "This quotes a post whose author has not agreed to it yet."
        case .rejected: "This quotes a post whose author has not agreed to it."
        case .revoked: "This quoted a post whose author does not agree to it any more."
        case .deleted: "The post that this quoted was deleted."
        case .unauthorized: "This quotes a post that you cannot see here."
        }
    }
}
