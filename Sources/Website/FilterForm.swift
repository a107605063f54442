import Content
import Domain
import Outbox
import Server

/// Writes a filter for whoever has it, and the form to make or change one.
struct FilterForm {
    /// When a filter can end, in seconds from now.
    private static let lengths = [
        ("1800", "in half an hour"), ("3600", "in an hour"), ("21600", "in 6 hours"), ("86400", "in a day"),
        ("604800", "in a week"), ("2592000", "in 30 days"),
    ]

    let visit: Visit
    let now: Timestamp
    /// nil for a new one.
    let filter: PostFilter?

    /// One in the list of all.
    var card: String {
        guard let filter else { return "" }
        let words = filter.keywords.map { "<bdi>\(HTMLEscape.text($0.text))</bdi>" }.joined(separator: ", ")
        let places = PostFilter.Context.allCases.filter(filter.contexts.contains).map(\.shown)
        var hints = [filter.action.shown, places.joined(separator: ", "), end(of: filter)]
        if !filter.entries.isEmpty { hints.append(Words.count(filter.entries.count, "single post")) }
        return """
            <div class="card"><p><a href="/filters/\(filter.id)"><bdi>\(HTMLEscape.text(filter.title))</bdi></a></p>
            <p>\(words)</p><p class="hint">\(hints.filter { !$0.isEmpty }.joined(separator: "; ")).</p></div>
            """
    }

    private func end(of filter: PostFilter) -> String {
        guard let end = filter.expiresAt else { return "" }
        return (end > now ? "until " : "ended ") + PostHTML.time(end, at: visit.school)
    }

    var html: String {
        let path = filter.map { "/filters/\($0.id)" } ?? "/filters"
        let actions = PostFilter.Action.allCases.map { ($0.rawValue, $0.shown) }
        let end =
            filter?.expiresAt == nil
            ? [("never", "never")] : [("", "as it is: \(filter.map(plainEnd) ?? "")"), ("never", "never")]
        return """
            <form class="card" method="post" action="\(path)">\(Page.csrf(visit))
            <label for="title">Its title, shown in the place of a post</label>
            <input id="title" name="title" type="text" maxlength="256" required value="\(HTMLEscape.attribute(filter?.title ?? ""))">
            \(keywords)
            <label for="words">\(filter == nil ? "Words" : "More words"), each on a line</label>
            <textarea id="words" name="words" rows="3"></textarea>
            \(ComposeForm.checkbox("whole", "Whole words only", true))
            <fieldset><legend>Where it holds</legend>\(places)</fieldset>
            <label for="action">What it does</label> \(ComposeForm.select("action", actions, (filter?.action ?? .warn).rawValue))
            <label for="end">When it ends</label> \(ComposeForm.select("end", end + Self.lengths, ""))
            <button class="primary">\(filter == nil ? "Make it" : "Save")</button></form>
            \(entries)\(filter == nil ? "" : PostHTML(visit: visit).button(path + "/delete", "Delete the filter"))
            """
    }

    private func plainEnd(_ filter: PostFilter) -> String {
        guard let end = filter.expiresAt else { return "" }
        let clock = visit.school.timeZone.clock(at: end).replacing("T", with: " ")
        return "\(end > now ? "until" : "ended") \(clock)"
    }

    private var keywords: String {
        guard let filter, !filter.keywords.isEmpty else { return "" }
        let lines = filter.keywords.map { keyword in
            """
            <input name="word-\(keyword.id)" type="text" maxlength="512" aria-label="Word" value="\(HTMLEscape.attribute(keyword.text))">
            \(ComposeForm.checkbox("whole-\(keyword.id)", "Whole words only", keyword.isWholeWord))
            """
        }
        return "<fieldset><legend>Words; an empty one goes</legend>\(lines.joined())</fieldset>"
    }

    private var places: String {
        PostFilter.Context.allCases.map { place in
            ComposeForm.checkbox(
                "in-\(place.rawValue)",
                place.shown,
                filter?.contexts.contains(place) ?? (place == .home)
            )
        }.joined()
    }

    /// Single posts, which apps add.
    private var entries: String {
        guard let filter, !filter.entries.isEmpty else { return "" }
        let lines = filter.entries.map { entry in
            """
            <form class="card row" method="post" action="/filters/\(filter.id)/release">\(Page.csrf(visit))
            <a href="/posts/\(entry.post)">A single post</a><button name="entry" value="\(entry.id)">Take out</button></form>
            """
        }
        return lines.joined()
    }
}

extension FilterForm {
    /// What a form says.
    struct Reading {
        let fields: FormFields

        init(_ fields: FormFields) {
            self.fields = fields
        }

        var title: String { fields["title"] ?? "" }

        var contexts: Set<PostFilter.Context> {
            Set(PostFilter.Context.allCases.filter { fields["in-\($0.rawValue)"] != nil })
        }

        var action: PostFilter.Action { fields["action"].flatMap { .init(rawValue: $0) } ?? .warn }

        /// nil when nothing was chosen.
        var end: Publisher.FilterEnd? {
            guard let text = fields["end"] else { return nil }
            if text == "never" { return .never }
            return Int64(text).flatMap { $0 > 0 ? .after(.seconds($0)) : nil }
        }

        /// Words that are new.
        var added: [Publisher.KeywordChange] {
            (fields["words"] ?? "").split(whereSeparator: \.isNewline)
                .filter { !$0.allSatisfy(\.isWhitespace) }
                .map { .init(text: String($0), isWholeWord: fields["whole"] != nil) }
        }

        /// What the form says of words that a filter has; of those that it does not name, nothing.
        func changed(_ keywords: [PostFilter.Keyword]) -> [Publisher.KeywordChange] {
            keywords.compactMap { keyword in
                guard let text = fields["word-\(keyword.id)"] else { return nil }
                return .init(
                    id: keyword.id,
                    text: text.isEmpty ? nil : text,
                    isWholeWord: fields["whole-\(keyword.id)"] != nil,
                    isRemoved: text.isEmpty
                )
            }
        }
    }
}

extension PostFilter.Context {
    /// The name that people see.
    var shown: String {
        switch self {
        case .home: "Home and lists"
        case .notifications: "Notifications"
        case .public: "The school's feed and hashtags"
        case .thread: "Conversations"
        case .account: "Profiles"
        }
    }
}

extension PostFilter.Action {
    /// The name that people see.
    var shown: String {
        switch self {
        case .warn: "Show it behind the title"
        case .hide: "Leave it out"
        case .blur: "Cover its files"
        }
    }
}
