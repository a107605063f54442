import Content
import Domain
import Media

/// Writes what is attached to posts as HTML.
///
/// A peer's file is shown through the school, with a link to its home: a reader's browser asks no stranger for anything on
/// its own.
struct AttachmentHTML {
    let school: School

    /// What is attached; a picture that is shown above the text as its cover is not shown again.
    func list(_ attachments: [Post.Attachment], below cover: Post.Body.Picture? = nil) -> String {
        let attachments = attachments.filter { $0.url != cover?.url || $0.upload == nil }
        return attachments.isEmpty ? "" : "<div class=\"media\">\(attachments.map(figure).joined())</div>"
    }

    /// The picture that stands for a post.
    func cover(_ picture: Post.Body.Picture?) -> String {
        guard let picture else { return "" }
        let isOurs = picture.url.origin == school.origin
        let source = isOurs ? picture.url.target : RemoteAddress.path(of: picture.url, at: school)
        let alt = picture.description.isEmpty && !isOurs ? "Picture" : picture.description
        let image = "<img src=\"\(HTMLEscape.attribute(source))\" alt=\"\(HTMLEscape.attribute(alt))\">"
        return "<p class=\"cover\">\(isOurs ? image : home(picture.url, image))</p>"
    }

    private func figure(_ attachment: Post.Attachment) -> String {
        let text = HTMLEscape.text(attachment.description)
        let caption = text.isEmpty ? "" : "<figcaption dir=\"auto\">\(text)</figcaption>"
        guard attachment.upload != nil else { return remote(attachment, caption) }
        let source = HTMLEscape.attribute(attachment.url.target)
        switch attachment.kind {
        case .image:
            let small = HTMLEscape.attribute((attachment.preview ?? attachment.url).target)
            let alt = HTMLEscape.attribute(attachment.description)
            return
                "<figure><a href=\"\(source)\"><img src=\"\(small)\" alt=\"\(alt)\" loading=\"lazy\"></a></figure>"
        case .video:
            return "<figure><video src=\"\(source)\" controls preload=\"none\"></video>\(caption)</figure>"
        case .audio:
            return "<figure><audio src=\"\(source)\" controls preload=\"none\"></audio>\(caption)</figure>"
        case .file: return "<figure><a href=\"\(source)\">\(attachment.kind.shown)</a>\(caption)</figure>"
        }
    }

    /// A film that is too large to be shown through the school can be seen at its home.
    private func remote(_ attachment: Post.Attachment, _ caption: String) -> String {
        let source = HTMLEscape.attribute(RemoteAddress.path(of: attachment.url, at: school))
        let link = home(attachment.url, "\(attachment.kind.shown) at its home")
        switch attachment.kind {
        case .image:
            let preview = attachment.preview.map { RemoteAddress.path(of: $0, at: school) }
            let small = preview.map { HTMLEscape.attribute($0) } ?? source
            let alt = HTMLEscape.attribute(
                attachment.description.isEmpty ? "Picture" : attachment.description
            )
            let image = "<img src=\"\(small)\" alt=\"\(alt)\" loading=\"lazy\">"
            return "<figure>\(home(attachment.url, image))</figure>"
        case .video:
            return
                "<figure><video src=\"\(source)\" controls preload=\"none\"></video>\(link)\(caption)</figure>"
        case .audio:
            return
                "<figure><audio src=\"\(source)\" controls preload=\"none\"></audio>\(link)\(caption)</figure>"
        case .file: return "<figure>\(link)\(caption)</figure>"
        }
    }

    private func home(_ url: URI, _ html: String) -> String {
        "<a href=\"\(HTMLEscape.attribute(url.description))\" rel=\"nofollow noopener noreferrer\">\(html)</a>"
    }
}
