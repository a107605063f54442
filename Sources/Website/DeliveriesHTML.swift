import Content
import Domain
import Storage

/// Tells an author where a post went.
enum DeliveriesHTML {
    static func make(_ lines: [PostDeliveriesView.Line]) -> String {
        guard !lines.isEmpty else {
            return "<p class=\"counts\">Only you see this: the post was not sent to any other server.</p>"
        }
        let failed = lines.contains { $0.state == .undelivered }
        return """
            <details class="card deliveries"\(failed ? " open" : "")><summary>Where it went: \(summary(lines))</summary>
            <p>Only you see this list.</p>
            <ul>\(lines.map { "<li>\(item($0))</li>" }.joined())</ul></details>
            """
    }

    private static func summary(_ lines: [PostDeliveriesView.Line]) -> String {
        let words: [(Delivery.State, String)] = [
            (.delivered, "arrived"), (.waiting, "on the way"), (.undelivered, "not delivered"),
        ]
        return words.compactMap { state, word in
            let count = lines.count { $0.state == state }
            return count == 0 ? nil : "\(count) \(word)"
        }.joined(separator: ", ")
    }

    private static func item(_ line: PostDeliveriesView.Line) -> String {
        let host = "<bdi>\(HTMLEscape.text(line.host.description))</bdi>"
        let what = line.type == "Update" ? " (the edit)" : ""
        let why = line.authorText.map { ": \(HTMLEscape.text($0))" } ?? ""
        let tries = line.attempts == 1 ? "tried once" : "tried \(line.attempts) times"
        switch line.state {
        case .delivered: return "\(host)\(what): arrived"
        case .waiting where line.attempts == 0: return "\(host)\(what): on the way"
        case .waiting: return "\(host)\(what): \(tries), will be tried again\(why)"
        case .undelivered: return "<strong>\(host)\(what): not delivered</strong>, \(tries)\(why)"
        }
    }
}
