import Content
import Domain

/// Writes what is attached to posts as HTML.
///
/// A peer's file is a link: a reader's browser asks no stranger for anything on its own.
enum AttachmentHTML {
    /// What is attached; a picture that is shown above the text as its cover is not shown again.
    static func list(_ attachments: [Post.Attachment], below cover: Post.Body.Picture? = nil) -> String {
        let attachments = attachments.filter { $0.url != cover?.url || $0.upload == nil }
        return attachments.isEmpty ? "" : "<div class=\"media\">\(attachments.map(figure).joined())</div>"
    }

    /// The picture that stands for a post: in place when it is one of the school's own files, else a link.
    static func cover(_ picture: Post.Body.Picture?, at school: School) -> String {
        guard let picture else { return "" }
        let alt = HTMLEscape.attribute(picture.description)
        if picture.url.origin == school.origin {
            return
                "<p class=\"cover\"><img src=\"\(HTMLEscape.attribute(picture.url.target))\" alt=\"\(alt)\"></p>"
        }
        let text = picture.description.isEmpty ? "" : ": <bdi>\(HTMLEscape.text(picture.description))</bdi>"
        return "<p class=\"cover\"><a href=\"\(HTMLEscape.attribute(picture.url.description))\" "
            + "rel=\"nofollow noopener noreferrer\">Picture at its home</a>\(text)</p>"
    }

    private static func figure(_ attachment: Post.Attachment) -> String {
        let text = HTMLEscape.text(attachment.description)
        let caption = text.isEmpty ? "" : "<figcaption dir=\"auto\">\(text)</figcaption>"
        guard attachment.upload != nil else {
            let href = HTMLEscape.attribute(attachment.url.description)
            let link =
                "<a href=\"\(href)\" rel=\"nofollow noopener noreferrer\">\(attachment.kind.shown) at its home</a>"
            return "<figure>\(link)\(caption)</figure>"
        }
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
}
