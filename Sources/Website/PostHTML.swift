import Access
import Content
import Domain
import Storage
import Vocabulary

/// Writes posts and people as HTML.
struct PostHTML {
    let visit: Visit
    /// Where the posts stand: which of the reader's filters hold.
    var place: PostFilter.Context?

    /// Posts in a list, or a word that there are none.
    func list(_ posts: [PresentedPost], empty: String) -> String {
        posts.isEmpty ? "<p class=\"empty\">\(HTMLEscape.text(empty))</p>" : posts.map(article).joined()
    }

    /// A post; `isWhole`: an article with all of its text, and not its beginning alone.
    func article(_ shown: PresentedPost) -> String { article(shown, isWhole: false) }

    func article(_ shown: PresentedPost, isWhole: Bool) -> String {
        let whole = plain(shown, isWhole: isWhole)
        guard let title = FilterNote.title(of: shown, .warn, in: place) else { return whole }
        return "<details class=\"filtered\"><summary>Filtered: \(title)</summary>\(whole)</details>"
    }

    private func plain(_ shown: PresentedPost, isWhole: Bool) -> String {
        let post = shown.post
        let page = HTMLEscape.attribute(path(of: shown))
        let isReading = isWhole && post.type == .article
        let classes = [isReading ? "reading" : nil, shown.quote == nil ? nil : "quoting"].compactMap { $0 }
        var html = classes.isEmpty ? "<article>" : "<article class=\"\(classes.joined(separator: " "))\">"
        if place == .account, shown.isPinned { html += "<p class=\"boost\">Pinned</p>" }
        if let booster = shown.boostedBy { html += "<p class=\"boost\">\(person(booster)) boosted</p>" }
        html +=
            "<p class=\"author\">\(person(shown.author)) <a href=\"\(page)\">\(Self.time(post.publishedAt, at: visit.school))</a>"
        html += " <span class=\"audience\">for: \(post.audience.shown)"
        if post.isLocalOnly { html += ", on this server only" }
        html += "</span>"
        if post.editedAt != nil {
            html += " <a class=\"edited\" href=\"/posts/\(post.id)/history\">edited</a>"
        }
        html += "</p>"
        if let learning = post.body.learning {
            html +=
                "<p class=\"kind \(learning.kind.rawValue)\">\(HTMLEscape.text(learning.kind.name))</p>"
        }
        // The page of an article has its title above.
        let poll = shown.poll.map(PollHTML(visit: visit).make) ?? ""
        html += text(
            of: post,
            shown.attachments,
            poll,
            isWhole: isWhole,
            isTitled: !isReading,
            page: page,
            veil: FilterNote.title(of: shown, .blur, in: place)
        )
        // Who hides a post behind a warning hides where it leads too.
        if post.warning.isEmpty, !post.body.isSensitive { html += PreviewHTML.card(shown, at: visit.school) }
        return html + QuoteHTML(self).card(shown) + PostActions(self, shown).html + "</article>"
    }

    /// A time by the school's clock, as people read it: `2026-12-01 10:00`, with `UTC` where that is its zone.
    static func time(_ time: Timestamp, at school: School) -> String {
        let zone = school.timeZone
        let shown = zone.clock(at: time).replacing("T", with: " ") + (zone == .utc ? " UTC" : "")
        return "<time datetime=\"\(WireDate.format(time.milliseconds))\">\(shown)</time>"
    }

    /// What a post says: its title, what it is about, text, poll, link and attachments, behind its warning if it has one.
    ///
    /// `veil`: the words of the filters that keep its pictures, films and recordings covered, as HTML.
    func text(
        of post: Post,
        _ attachments: [Post.Attachment],
        _ poll: String = "",
        isWhole: Bool,
        isTitled: Bool = true,
        page: String? = nil,
        veil: String? = nil
    ) -> String {
        let body = post.body
        var html = ""
        if isTitled, !body.title.isEmpty {
            let title = "<bdi>\(HTMLEscape.text(body.title))</bdi>"
            html += "<h2 class=\"title\">\(page.map { "<a href=\"\($0)\">\(title)</a>" } ?? title)</h2>"
        }
        if !post.abstract.isEmpty {
            html += "<p class=\"abstract\" dir=\"auto\">\(HTMLEscape.text(post.abstract))</p>"
        }
        var content = FilterNote.veiled(AttachmentHTML(school: visit.school).cover(body.picture), veil)
        if isWhole || post.type != .article {
            content += "<div class=\"content\" dir=\"auto\"\(language(body))>\(linked(body.html))</div>"
        } else {
            content += beginning(of: post, page ?? "/posts/\(post.id)")
        }
        content += poll
        if let link = body.link {
            let address = HTMLEscape.attribute(link.description)
            content +=
                "<p class=\"link\"><a href=\"\(address)\" rel=\"nofollow noopener noreferrer\">\(address)</a></p>"
        }
        content += FilterNote.veiled(
            AttachmentHTML(school: visit.school).list(attachments, below: body.picture),
            veil
        )
        if !post.warning.isEmpty || body.isSensitive {
            let warning = post.warning.isEmpty ? "Sensitive content" : post.warning
            return html
                + "<details><summary>\(HTMLEscape.text(warning))</summary>\(content)</details>"
        }
        return html + content
    }

    /// A list shows how an article begins, when it does not say what it is about.
    private func beginning(of post: Post, _ page: String) -> String {
        var html = ""
        if post.abstract.isEmpty {
            let line = post.body.text.split(whereSeparator: \.isNewline).joined(separator: " ")
            html +=
                "<p class=\"content\" dir=\"auto\">\(HTMLEscape.text(PlainText.limit(line, characters: 280)))</p>"
        }
        return html + "<p><a href=\"\(page)\">Read the article</a></p>"
    }

    private func language(_ body: Post.Body) -> String {
        body.language.map { " lang=\"\(HTMLEscape.attribute($0))\"" } ?? ""
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

    /// A form of one button.
    func button(_ action: String, _ label: String) -> String {
        "<form method=\"post\" action=\"\(HTMLEscape.attribute(action))\">\(Page.csrf(visit))<button>\(HTMLEscape.text(label))</button></form>"
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
