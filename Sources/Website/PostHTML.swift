import Access
import Content
import Domain
import Storage
import Vocabulary

/// Writes posts and people as HTML.
struct PostHTML {
    let visit: Visit

    /// Posts in a list, or a word that there are none.
    func list(_ posts: [PresentedPost], empty: String) -> String {
        posts.isEmpty ? "<p class=\"empty\">\(HTMLEscape.text(empty))</p>" : posts.map(article).joined()
    }

    func article(_ shown: PresentedPost) -> String {
        let post = shown.post
        let page = HTMLEscape.attribute(path(of: shown))
        let time = WireDate.format(post.publishedAt.milliseconds)
        var html = "<article>"
        if let booster = shown.boostedBy { html += "<p class=\"boost\">\(person(booster)) boosted</p>" }
        html += "<p class=\"author\">\(person(shown.author)) <a href=\"\(page)\"><time datetime=\"\(time)\">"
        html +=
            "\(time.prefix(10)) \(time.dropFirst(11).prefix(5)) UTC</time></a> <span class=\"audience\">for: "
        html += "\(post.audience.shown)\(post.editedAt == nil ? "" : ", edited")</span></p>"
        let content =
            "<div class=\"content\" dir=\"auto\">\(linked(post.body.html))</div>"
            + AttachmentHTML.list(shown.attachments)
        html +=
            post.body.summary.isEmpty
            ? content
            : "<details><summary>\(HTMLEscape.text(post.body.summary))</summary>\(content)</details>"
        return html + actions(shown) + "</article>"
    }

    /// Hashtags lead to this school's own pages.
    private func linked(_ html: String) -> String {
        let uris = LocalActorURIs(origin: visit.school.origin)
        return HashtagLinks.relinked(SanitizedHTML(stored: html)) { uris.tagPage($0.name).target }.html
    }

    /// The name and handle, set apart so that no direction mark in them turns its neighbours around.
    func person(_ account: Account) -> String {
        let href =
            account.handle.host == visit.school.host
            ? "/@\(account.handle.name)" : "/people/\(account.id)"
        return
            "<a class=\"person\" href=\"\(HTMLEscape.attribute(href))\"><bdi>\(HTMLEscape.text(account.shownName))</bdi> "
            + "<span class=\"handle\">@<bdi>\(HTMLEscape.text(account.handle.description))</bdi></span></a>"
    }

    private func path(of shown: PresentedPost) -> String { "/posts/\(shown.post.id)" }

    private func actions(_ shown: PresentedPost) -> String {
        guard let person = visit.person else {
            return
                "<p class=\"counts\">\(Words.count(shown.counts.likes, "like")), "
                + "\(Words.count(shown.counts.boosts, "boost")), \(Words.count(shown.replies, "reply", "replies"))</p>"
        }
        let id = shown.post.id.description
        var html = "<div class=\"actions\"><a href=\"/posts/\(id)#reply\">Reply (\(shown.replies))</a>"
        let likes = shown.ownReactions.contains(.like)
        html += button(
            "/posts/\(id)/\(likes ? "unlike" : "like")",
            "\(likes ? "Unlike" : "Like") (\(shown.counts.likes))"
        )
        if shown.post.audience.isForEverybody {
            let boosts = shown.ownReactions.contains(.boost)
            html += button(
                "/posts/\(id)/\(boosts ? "unboost" : "boost")",
                "\(boosts ? "Unboost" : "Boost") (\(shown.counts.boosts))"
            )
        }
        if shown.post.author == person.account.id { html += button("/posts/\(id)/delete", "Delete") }
        return html + "</div>"
    }

    /// A form of one button.
    func button(_ action: String, _ label: String) -> String {
        "<form method=\"post\" action=\"\(HTMLEscape.attribute(action))\">\(Page.csrf(visit))<button>\(HTMLEscape.text(label))</button></form>"
    }

    /// The form to write a post, or an answer.
    func compose(replyTo post: PresentedPost? = nil) -> String {
        let start = post.map { $0.author.id == visit.person?.account.id ? "" : "@\($0.author.handle) " } ?? ""
        let hidden = post.map { "<input type=\"hidden\" name=\"reply\" value=\"\($0.post.id)\">" } ?? ""
        let options = Audience.allCases.map { audience in
            let selected = audience == (post?.post.audience ?? .public) ? " selected" : ""
            return "<option value=\"\(audience.rawValue)\"\(selected)>\(audience.shown)</option>"
        }
        return """
            <form class="compose" id="\(post == nil ? "compose" : "reply")" method="post" action="/posts"
              enctype="multipart/form-data">
            \(Page.csrf(visit))\(hidden)
            <label for="text">\(post == nil ? "What did you try, or celebrate?" : "Your answer")</label>
            <textarea id="text" name="text" rows="4">\(HTMLEscape.text(start))</textarea>
            <details><summary>Add a picture, a film or a recording</summary>
            <label for="picture">File</label>
            <input id="picture" name="picture" type="file" accept="image/*,video/*,audio/*">
            <label for="picture-text">What it shows or says, for those who do not see or hear it</label>
            <textarea id="picture-text" name="picture-text" rows="2" maxlength="\(Upload.maximumDescription)"></textarea>
            </details>
            <label for="audience">For</label> <select id="audience" name="audience">\(options.joined())</select>
            <button class="primary">Post</button>
            </form>
            """
    }
}

/// Words with numbers before them.
enum Words {
    /// `1 post`, `2 posts`.
    static func count(_ number: Int, _ one: String, _ many: String? = nil) -> String {
        "\(number) \(number == 1 ? one : many ?? one + "s")"
    }
}

extension Audience {
    /// The name that people see.
    var shown: String {
        switch self {
        case .public: "Everybody"
        case .unlisted: "Everybody, not in feeds"
        case .school: "My school"
        case .partners: "My school and its partners"
        case .followers: "My followers"
        case .direct: "Only those I mention"
        }
    }
}
