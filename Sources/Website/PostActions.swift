import Access
import Content
import Domain
import Storage

/// Writes what a reader can do with a post: what is done often in the open, the rest behind a word.
struct PostActions {
    /// The emoji that are offered; any other can be typed.
    private static let offered = ["👍", "❤️", "🎉", "👏", "💡", "🙏", "😄", "🤔"]

    let page: PostHTML
    let shown: PresentedPost

    init(_ page: PostHTML, _ shown: PresentedPost) {
        (self.page, self.shown) = (page, shown)
    }

    private var path: String { "/posts/\(shown.post.id)" }

    var html: String {
        guard let person = page.visit.person else { return emojis(isSignedIn: false) + counts }
        let isOwn = shown.post.author == person.account.id
        return emojis(isSignedIn: true) + often + """
            <details class="more"><summary>More</summary><div class="actions">\(seldom(isOwn: isOwn))</div>
            \(palette)</details>
            """
    }

    private var counts: String {
        "<p class=\"counts\">\(Words.count(shown.counts.likes, "like")), "
            + "\(Words.count(shown.counts.boosts, "boost")), \(Words.count(shown.replies, "reply", "replies"))</p>"
    }

    private var often: String {
        var html = "<div class=\"actions\">"
        html +=
            shown.mayReply
            ? "<a href=\"\(path)#reply\">Reply (\(shown.replies))</a>"
            : "<span class=\"counts\">\(Words.count(shown.replies, "reply", "replies"))</span>"
        let likes = shown.ownReactions.contains(.like)
        html += button(likes ? "unlike" : "like", "\(likes ? "Unlike" : "Like") (\(shown.counts.likes))")
        let boosts = shown.ownReactions.contains(.boost)
        if shown.post.audience.isForEverybody, shown.mayBoost || boosts {
            let label = "\(boosts ? "Unboost" : "Boost") (\(shown.counts.boosts))"
            html += button(boosts ? "unboost" : "boost", label)
        }
        if shown.mayQuote != .refused { html += "<a href=\"\(path)/quote\">Quote (\(shown.quotes))</a>" }
        return html + "</div>"
    }

    private func seldom(isOwn: Bool) -> String {
        var html =
            shown.isBookmarked
            ? button("unbookmark", "Take the bookmark off") : button("bookmark", "Bookmark")
        html +=
            shown.isMuted
            ? button("unmute", "Unmute the conversation") : button("mute", "Mute the conversation")
        guard isOwn else { return html + "<a href=\"\(path)/report\">Report</a>" }
        if shown.isPinned {
            html += button("unpin", "Take off my profile")
        } else if shown.post.audience != .direct {
            html += button("pin", "Pin to my profile")
        }
        return html + "<a href=\"\(path)/edit\">Edit</a>" + button("delete", "Delete")
    }

    private func button(_ verb: String, _ label: String) -> String { page.button("\(path)/\(verb)", label) }

    /// How often it was answered with which emoji; whoever is signed in joins in, or takes their own back.
    private func emojis(isSignedIn: Bool) -> String {
        guard !shown.emojis.isEmpty else { return "" }
        let chips = shown.emojis.map { line in
            let label = "\(HTMLEscape.text(line.emoji.wireText)) \(line.count)"
            guard isSignedIn else { return "<span class=\"emoji\">\(label)</span>" }
            let value = HTMLEscape.attribute(line.emoji.text)
            return line.isOwn
                ? "<button class=\"emoji own\" name=\"undo\" value=\"\(value)\" title=\"Take it back\">\(label)</button>"
                : "<button class=\"emoji\" name=\"emoji\" value=\"\(value)\">\(label)</button>"
        }
        return isSignedIn ? form("emojis", chips.joined()) : "<p class=\"emojis\">\(chips.joined())</p>"
    }

    private var palette: String {
        let buttons = Self.offered.map {
            "<button class=\"emoji\" name=\"emoji\" value=\"\($0)\">\($0)</button>"
        }
        let other = """
            <input class="short" name="emoji" type="text" maxlength="40" aria-label="Another emoji" placeholder="Another" required>
            <button>Answer with it</button>
            """
        return form("emojis", buttons.joined()) + form("emojis", other)
    }

    private func form(_ style: String, _ content: String) -> String {
        "<form class=\"\(style)\" method=\"post\" action=\"\(path)/react\">\(Page.csrf(page.visit))\(content)</form>"
    }
}
