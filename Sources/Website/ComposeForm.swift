import Access
import Content
import Domain
import Outbox
import Storage

/// The form to write a post, an answer or an article, and to edit one; it works without a script.
struct ComposeForm {
    /// What is written.
    enum Purpose {
        case post
        case article
        case answer(PresentedPost)
        case quote(PresentedPost)
        case edit(Post)
        /// What was saved, with the files that it has.
        case saved(SavedDraft, PostDraft, [Upload])
    }

    let visit: Visit
    let purpose: Purpose
    let draft: PostDraft

    /// A form for something new.
    init(_ visit: Visit, _ purpose: Purpose) {
        self.visit = visit
        self.purpose = purpose
        switch purpose {
        case .post: draft = PostDraft(text: "")
        case .article:
            var draft = PostDraft(text: "")
            draft.format = .markdown
            self.draft = draft
        case .answer(let shown):
            let isOwn = shown.author.id == visit.person?.account.id
            draft = PostDraft(text: isOwn ? "" : "@\(shown.author.handle) ", audience: shown.post.audience)
        case .quote(let shown):
            let audience = shown.post.audience
            draft = PostDraft(text: "", audience: audience.isForEverybody ? .public : audience)
        case .edit(let post): draft = PostDraft(editing: post)
        case .saved(_, let saved, _): draft = saved
        }
    }

    private var isArticle: Bool {
        switch purpose {
        case .article: true
        case .edit(let post): post.type == .article
        case .saved: draft.isArticle
        case .post, .answer, .quote: false
        }
    }

    var isEdit: Bool {
        if case .edit = purpose { true } else { false }
    }

    var html: String {
        let (id, action, label, rows, button) = words
        return """
            <form class="compose" id="\(id)" method="post" action="\(action)"\(isEdit ? "" : " enctype=\"multipart/form-data\"")>
            \(Page.csrf(visit))\(hidden)\(isArticle ? titleFields : "")
            <label for="text">\(label)</label>
            <textarea id="text" name="text" rows="\(rows)">
            \(HTMLEscape.text(draft.text))</textarea>
            \(isArticle ? Self.help : "")\(isEdit ? "" : keptFiles + fileFields)\(isAnswer ? "" : learningFields)\(audienceFields)\(moreFields)
            \(buttons(button))
            </form>
            """
    }

    private var isAnswer: Bool {
        switch purpose {
        case .answer: true
        case .saved: draft.inReplyTo != nil
        case .post, .article, .quote, .edit: false
        }
    }

    private var words: (id: String, action: String, label: String, rows: Int, button: String) {
        switch purpose {
        case .post: ("compose", "/posts", "What did you try, or celebrate?", 4, "Post")
        case .article: ("compose", "/posts", "Text", 20, "Publish")
        case .quote: ("quote", "/posts", "What you say to it", 4, "Post")
        case .answer: ("reply", "/posts", "Your answer", 4, "Post")
        case .edit(let post):
            ("edit", "/posts/\(post.id)/edit", "Text", post.type == .article ? 20 : 6, "Save")
        case .saved(let saved, _, _):
            ("compose", "/drafts/\(saved.id)", "Text", isArticle ? 20 : 6, "Post now")
        }
    }

    private var hidden: String {
        switch purpose {
        case .answer(let shown): return "<input type=\"hidden\" name=\"reply\" value=\"\(shown.post.id)\">"
        case .quote(let shown): return "<input type=\"hidden\" name=\"quote\" value=\"\(shown.post.id)\">"
        case .post, .article, .edit, .saved: return ""
        }
    }

    private var titleFields: String {
        """
        <label for="title">Title</label>
        <input id="title" name="title" type="text" maxlength="\(PostDraft.longestTitle)"\(isSaved ? "" : " required") value="\(HTMLEscape.attribute(draft.title))">
        <label for="summary">What it is about, in a sentence or two</label>
        <input id="summary" name="summary" type="text" maxlength="\(PostDraft.longestSummary)" value="\(HTMLEscape.attribute(draft.summary))">

        """
    }

    private static let help =
        "<p class=\"hint\">Written in Markdown: **bold**, *italic*, # heading, - list, &gt; quote, [text](https://address).</p>"

    private var fileFields: String {
        """
        <details><summary>\(isArticle ? "Add a cover" : "Add a picture, a film or a recording")</summary>
        <label for="picture">File</label>
        <input id="picture" name="picture" type="file" accept="\(isArticle ? "image/*" : "image/*,video/*,audio/*")">
        <label for="picture-text">What it shows or says, for those who do not see or hear it</label>
        <textarea id="picture-text" name="picture-text" rows="2" maxlength="\(Upload.maximumDescription)"></textarea>
        </details>

        """
    }

    /// Open when something is said already.
    private var learningFields: String {
        let options =
            [("", "Just a post")] + Learning.Kind.allCases.map { ($0.rawValue, $0.name) }
        let learning = draft.learning
        return """
            <label for="kind">Kind</label> \(Self.select("kind", options, draft.learning?.kind.rawValue ?? ""))
            <details\(learning == nil ? "" : " open")><summary>What we did, and why</summary>
            <label for="what">\(Learning.whatWeDidHeading)</label>
            <textarea id="what" name="what" rows="2">
            \(HTMLEscape.text(learning?.whatWeDid ?? ""))</textarea>
            <label for="why">\(Learning.whyHeading)</label>
            <textarea id="why" name="why" rows="2">
            \(HTMLEscape.text(learning?.why ?? ""))</textarea>
            <p class="hint">Shown with one of the kinds above.</p></details>

            """
    }

    private var audienceFields: String {
        if isEdit { return "<p class=\"hint\">For: \(draft.audience.shown). That stays as it is.</p>" }
        let allowed = Audience.allCases.filter(visit.school.audiences.contains)
        let chosen = allowed.contains(draft.audience) ? draft.audience : allowed.first ?? draft.audience
        let options = allowed.map { ($0.rawValue, $0.shown) }
        return "<label for=\"audience\">For</label> \(Self.select("audience", options, chosen.rawValue))"
    }

    private var moreFields: String {
        let policies = InteractionPolicy.allCases.map { ($0.rawValue, $0.shown) }
        var html = "<details><summary>Other choices</summary>"
        if !isArticle {
            html += "<label for=\"summary\">Content warning</label>"
            html += "<input id=\"summary\" name=\"summary\" type=\"text\" "
            html +=
                "maxlength=\"\(PostDraft.longestSummary)\" value=\"\(HTMLEscape.attribute(draft.summary))\">"
        }
        html += "<label for=\"replies\">Who may answer</label> "
        html += Self.select("replies", policies, draft.replyPolicy.rawValue)
        html += "<label for=\"boosts\">Who may boost</label> "
        html += Self.select("boosts", policies, draft.boostPolicy.rawValue)
        let quotes = QuotePolicy.Choice.allCases.map { ($0.rawValue, $0.shown) }
        html += "<label for=\"quotes\">Who may quote</label> "
        html += Self.select("quotes", quotes, draft.quotePolicy.choice.rawValue)
        html += "<label for=\"language\">Language, such as en or de</label> "
        html += "<input id=\"language\" name=\"language\" type=\"text\" maxlength=\"35\" "
        html += "value=\"\(HTMLEscape.attribute(draft.language ?? ""))\">"
        html += Self.checkbox("markdown", "The text is Markdown", draft.format == .markdown)
        html += Self.checkbox("sensitive", "Hide it until it is asked for", draft.isSensitive)
        if !isEdit { html += Self.checkbox("local", "Keep it on this server", draft.isLocalOnly) }
        return html + "</details>"
    }

    static func select(_ name: String, _ options: [(String, String)], _ selected: String) -> String {
        let items = options.map { value, label in
            "<option value=\"\(HTMLEscape.attribute(value))\"\(value == selected ? " selected" : "")>"
                + "\(HTMLEscape.text(label))</option>"
        }
        return "<select id=\"\(name)\" name=\"\(name)\">\(items.joined())</select>"
    }

    static func checkbox(_ name: String, _ label: String, _ isChecked: Bool) -> String {
        "<label class=\"check\"><input type=\"checkbox\" name=\"\(name)\" value=\"yes\"\(isChecked ? " checked" : "")> "
            + "\(HTMLEscape.text(label))</label>"
    }
}

extension InteractionPolicy {
    /// The name that people see.
    var shown: String {
        switch self {
        case .everyone: "Everybody who sees it"
        case .followers: "My followers, and those I mention"
        case .mentioned: "Only those I mention"
        case .nobody: "Nobody"
        }
    }
}

extension QuotePolicy.Choice {
    /// The name that people see.
    var shown: String {
        switch self {
        case .everyone: "Everybody who sees it"
        case .followers: "My followers"
        case .ask: "Everybody, when I agree"
        case .nobody: "Nobody"
        }
    }
}
