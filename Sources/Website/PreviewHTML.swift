import Content
import Domain
import Media
import Storage

/// Writes what the page says that a post links to, as a card that leads there.
///
/// Its picture is shown through the school: a reader's browser asks no stranger for anything on its own.
enum PreviewHTML {
    static func card(_ shown: PresentedPost, at school: School) -> String {
        guard let preview = shown.preview, let url = shown.previewed else { return "" }
        let address = HTMLEscape.attribute(url.description)
        var card = "<a class=\"preview\" href=\"\(address)\" rel=\"nofollow noopener noreferrer\">"
        if let image = preview.image {
            let source = HTMLEscape.attribute(RemoteAddress.path(of: image, at: school))
            card +=
                "<img src=\"\(source)\" alt=\"\(HTMLEscape.attribute(preview.imageText))\" loading=\"lazy\">"
        }
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
