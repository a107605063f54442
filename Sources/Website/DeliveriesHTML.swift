import Content
import Domain
import Storage

/// Tells an author where a post went, and offers to try again where it did not arrive.
struct DeliveriesHTML {
    let visit: Visit
    let post: Post.ID

    func make(_ lines: [PostDeliveriesView.Line]) -> String {
        guard !lines.isEmpty else {
            return
                "<p class=\"counts\" id=\"where\">Only you see this: the post was not sent to any other server, or it is "
                + "more than a month ago.</p>"
        }
        let hasFailed = lines.contains { $0.state == .undelivered || $0.mayRetry }
        let retries = Set(lines.filter(\.mayRetry).map(\.host))
        return """
            <details class="card deliveries" id="where"\(hasFailed ? " open" : "")><summary>Where it went: \
            \(summary(lines))</summary><p class="hint">Only you see this list.</p>
            <ul>\(lines.map { "<li class=\"\($0.state.rawValue)\">\(item($0))\(button($0))</li>" }.joined())</ul>\
            \(retries.count > 1 ? form("Try all of them again") : "")</details>
            """
    }

    private func summary(_ lines: [PostDeliveriesView.Line]) -> String {
        let words: [(Delivery.State, String)] = [
            (.delivered, "arrived"), (.waiting, "on the way"), (.undelivered, "not delivered"),
        ]
        return words.compactMap { state, word in
            let count = lines.count { $0.state == state }
            return count == 0 ? nil : "\(count) \(word)"
        }.joined(separator: ", ")
    }

    private func item(_ line: PostDeliveriesView.Line) -> String {
        let host = "<bdi>\(HTMLEscape.text(line.host.description))</bdi>"
        let what = line.type == "Update" ? " (the edit)" : ""
        let why = line.authorText.map { ": \(HTMLEscape.text($0))" } ?? ""
        let finished = line.finishedAt.map { ", \(PostHTML.time($0, at: visit.school))" } ?? ""
        switch line.state {
        case .delivered: return "\(host)\(what): arrived\(finished)\(line.attempts > 1 ? tries(line) : "")"
        case .waiting where line.isPaused: return "\(host)\(what): waits\(why)"
        case .waiting where line.attempts == 0 && !line.isSilent: return "\(host)\(what): on the way"
        case .waiting:
            return
                "\(host)\(what): waits\(tries(line)), next on \(PostHTML.time(line.dueAt, at: visit.school))\(why)"
        case .undelivered:
            return "<strong>\(host)\(what): not delivered</strong>\(tries(line)), given up\(finished)\(why)"
        }
    }

    private func tries(_ line: PostDeliveriesView.Line) -> String {
        switch line.attempts {
        case 0: ", not tried yet"
        case 1: ", tried once"
        default: ", tried \(line.attempts) times"
        }
    }

    private func button(_ line: PostDeliveriesView.Line) -> String {
        line.mayRetry ? " " + form("Try again", host: line.host) : ""
    }

    private func form(_ label: String, host: Host? = nil) -> String {
        let name = host.map { HTMLEscape.attribute($0.description) }
        let field = name.map { "<input type=\"hidden\" name=\"host\" value=\"\($0)\">" } ?? ""
        let whom = name.map { "<span class=\"invisible\">: \($0)</span>" } ?? ""
        return """
            <form method="post" action="/posts/\(post)/deliveries/retry">\(Page.csrf(visit))\(field)\
            <button>\(label)\(whom)</button></form>
            """
    }
}
