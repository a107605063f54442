import Content
import Domain

/// Says on the page of a thread where something is missing, and why.
struct GapHTML {
    let gaps: [ThreadGap]

    /// What is missing before the first post.
    var above: String { gaps.filter { $0.place == .above }.map(paragraph).joined() }

    /// What is missing of the answers to a post.
    func below(_ post: Post.ID) -> String {
        gaps.filter { $0.place == .below && $0.post == post }.map(paragraph).joined()
    }

    private func paragraph(_ gap: ThreadGap) -> String {
        let text = HTMLEscape.text(gap.personText)
        guard let uri = gap.uri else { return "<p class=\"gap\">\(text)</p>" }
        let address = HTMLEscape.attribute(uri.description)
        return """
            <p class="gap">\(text) <a href="\(address)" rel="nofollow noopener noreferrer">Look for it at \
            \(HTMLEscape.text(uri.host.description))</a></p>
            """
    }
}
