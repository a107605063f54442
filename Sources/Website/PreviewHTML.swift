import Content
import Domain
import Storage

/// Writes what the page says that a post links to, as a card that leads there.
///
/// Without its picture: a reader's browser asks no stranger for anything on its own.
enum PreviewHTML {
    static func card(_ shown: PresentedPost) -> String {
        guard let preview = shown.preview, let url = shown.previewed else { return "" }
        let address = HTMLEscape.attribute(url.description)
        var card = "<a class=\"preview\" href=\"\(address)\" rel=\"nofollow noopener noreferrer\">"
        card += "<strong><bdi>\(HTMLEscape.text(preview.title))</bdi></strong>"
        if !preview.summary.isEmpty {
            let about = PlainText.limit(preview.summary, characters: 200)
            card += "<span class=\"about\" dir=\"auto\">\(HTMLEscape.text(about))</span>"
        }
        let site = preview.site.isEmpty ? "" : "<bdi>\(HTMLEscape.text(preview.site))</bdi>, "
        // The host is what is true of it; its name is what it says.
        return card + "<span class=\"site\">\(site)\(HTMLEscape.text(url.host.description))</span></a>"
    }
}
