import Content
import Domain
import Outbox

/// Writes drafts and scheduled posts for their author.
struct DraftHTML {
    let visit: Visit

    /// One in a list: how it begins, and what can be done with it.
    func card(_ saved: SavedDraft) -> String {
        var html = "<article>" + state(saved)
        if let draft = try? saved.draft() {
            html += beginning(of: draft) + partners(of: draft) + extras(draft, saved)
        } else {
            html += "<p class=\"hint\">A later version of this server has written it: it cannot be shown.</p>"
        }
        html += actions(saved)
        return html + "</article>"
    }

    /// When it is posted or was saved, and why it was not posted.
    func state(_ saved: SavedDraft) -> String {
        let school = visit.school
        let line =
            saved.dueAt.map { "Will be posted \(PostHTML.time($0, at: school))" }
            ?? "Saved \(PostHTML.time(saved.changedAt, at: school))"
        var html = "<p class=\"author\">\(line)</p>"
        if let problem = saved.problem {
            html +=
                "<p class=\"error\">It was not posted at its time: \(HTMLEscape.text(problem)).</p>"
        }
        return html
    }

    private func beginning(of draft: PostDraft) -> String {
        let line = draft.text.split(whereSeparator: \.isNewline).joined(separator: " ")
        let text = HTMLEscape.text(PlainText.limit(line, characters: 280))
        var html = ""
        if !draft.title.isEmpty {
            html += "<h2 class=\"title\"><bdi>\(HTMLEscape.text(draft.title))</bdi></h2>"
        }
        html +=
            line.isEmpty
            ? "<p class=\"empty\">No text yet.</p>" : "<p class=\"content\" dir=\"auto\">\(text)</p>"
        return html
    }

    /// The posts that it answers and quotes.
    func partners(of draft: PostDraft) -> String {
        let links = [(draft.inReplyTo, "Answers"), (draft.quotes, "Quotes")].compactMap { post, word in
            post.map { "\(word) <a href=\"/posts/\($0)\">a post</a>" }
        }
        return links.isEmpty ? "" : "<p class=\"hint\">\(links.joined(separator: "; "))</p>"
    }

    private func extras(_ draft: PostDraft, _ saved: SavedDraft) -> String {
        var words = ["For: \(draft.audience.shown)"]
        if !saved.uploads.isEmpty { words.append(Words.count(saved.uploads.count, "file")) }
        if let poll = draft.poll { words.append("a poll with \(Words.count(poll.options.count, "answer"))") }
        return "<p class=\"counts\">\(words.joined(separator: "; "))</p>"
    }

    private func actions(_ saved: SavedDraft) -> String {
        let html = PostHTML(visit: visit)
        let path = "/drafts/\(saved.id)"
        let actions =
            "<div class=\"actions\"><a href=\"\(path)\">Edit</a>" + html.button(path + "/publish", "Post now")
            + html.button(path + "/delete", "Delete") + "</div>"
        guard let time = saved.dueAt else { return actions }
        return actions + """
            <details><summary>Change the time</summary>
            <form method="post" action="\(path)/reschedule">\(Page.csrf(visit))
            \(ClockField.html(id: "at-\(saved.id)", time, at: visit.school))
            <button>Change</button></form></details>
            """
    }
}
