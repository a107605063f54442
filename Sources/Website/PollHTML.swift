import Content
import Domain
import Outbox
import Storage

/// Writes polls as HTML: the answers with bars that are read as words, or a form to vote.
struct PollHTML {
    let visit: Visit

    /// The poll of a post: the form while the viewer may vote, else how it stands.
    func make(_ shown: PresentedPoll) -> String {
        let isOpen = visit.person != nil && !shown.hasVoted && shown.poll.endedAt == nil
        return "<div class=\"poll\">\(isOpen ? form(shown.poll) : results(shown))\(state(shown.poll))</div>"
    }

    private func form(_ poll: Poll) -> String {
        let type = poll.isMultiple ? "checkbox" : "radio"
        let options = poll.options.enumerated().map { place, option in
            """
            <label class="choice"><input type="\(type)" name="choice" value="\(place)"> \
            <bdi>\(HTMLEscape.text(option.title))</bdi></label>
            """
        }
        let legend = poll.isMultiple ? "Choose one or more" : "Choose one"
        return """
            <form method="post" action="/posts/\(poll.post)/vote">\(Page.csrf(visit))
            <fieldset><legend>\(legend)</legend>\(options.joined())</fieldset><button>Vote</button></form>
            """
    }

    private func results(_ shown: PresentedPoll) -> String {
        let poll = shown.poll
        // Of several choices a share is one of the people, else one of the votes: the same for one choice each.
        let whole = max(poll.isMultiple ? poll.voters ?? poll.votes : poll.votes, 1)
        let items = poll.options.enumerated().map { place, option in
            let own = shown.ownChoices.contains(place) ? " <span class=\"own\">(your choice)</span>" : ""
            let title = "<bdi>\(HTMLEscape.text(option.title))</bdi>\(own)"
            guard poll.showsTotals, let votes = option.votes else { return "<li>\(title)</li>" }
            // Both are at most a billion, so that nothing overflows.
            let percent = min(max(votes, 0), whole) * 100 / whole
            return """
                <li>\(title): \(Words.count(votes, "vote")), \(percent)\u{A0}%
                <meter min="0" max="100" value="\(percent)" aria-hidden="true"></meter></li>
                """
        }
        return "<ul>\(items.joined())</ul>"
    }

    private func state(_ poll: Poll) -> String {
        var words: [String] = []
        if let voters = poll.voters { words.append(Words.count(voters, "person", "people") + " voted") }
        if let end = poll.endsAt ?? poll.endedAt {
            words.append("\(poll.endedAt == nil ? "ends" : "ended") \(PostHTML.time(end, at: visit.school))")
        }
        if !poll.showsTotals { words.append("the result is shown at the end") }
        words += poll.flaws.sorted { $0.rawValue < $1.rawValue }.map(\.shown)
        return words.isEmpty ? "" : "<p class=\"counts\">\(words.joined(separator: "; "))</p>"
    }
}

extension Poll.Flaw {
    /// What people read.
    fileprivate var shown: String {
        switch self {
        case .tooManyOptions: "its server names more answers than are shown"
        case .badCounts: "its server's numbers cannot be right"
        case .badEnd: "its server names no end that can be right"
        }
    }
}
