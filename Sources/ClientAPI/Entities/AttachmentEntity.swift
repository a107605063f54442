import Domain
import Media
import Vocabulary

/// An upload, or what is attached to a post, as clients read it.
///
/// Reference: Mastodon's API, MediaAttachment.
enum AttachmentEntity {
    /// What is attached to a post; a peer's have ids that are good for nothing but telling them apart.
    static func list(_ attachments: [Post.Attachment], of post: Post.ID, at school: School) -> [JSONValue] {
        attachments.enumerated().map { position, attachment in
            .object(make(attachment, at: school, id: attachment.upload?.description ?? "\(post)\(position)"))
        }
    }

    /// A peer's file is read through the school; `remote_url` is its home.
    static func make(_ attachment: Post.Attachment, at school: School, id: String) -> JSONObject {
        func shown(_ uri: URI) -> JSONValue {
            .string(attachment.upload == nil ? RemoteAddress.shown(uri, at: school) : uri.description)
        }
        let url = shown(attachment.url)
        return [
            "id": .string(id),
            "type": .string(attachment.kind == .file ? "unknown" : attachment.kind.rawValue),
            "url": url,
            "preview_url": attachment.preview.map(shown)
                ?? (attachment.kind == .image ? url : nil),
            "remote_url": attachment.upload == nil ? .string(attachment.url.description) : nil,
            "text_url": nil,
            "meta": .object(meta(attachment)),
            "description": attachment.description.isEmpty ? nil : .string(attachment.description),
            "blurhash": attachment.blurhash.map { .string($0) } ?? nil,
        ]
    }

    private static func meta(_ attachment: Post.Attachment) -> JSONObject {
        var meta: JSONObject = [:]
        if let width = attachment.width, let height = attachment.height, height > 0 {
            meta["original"] = size(Double(width), Double(height))
            if attachment.upload != nil, attachment.preview != nil {
                // As the preview was made: within a square, and never larger than the picture.
                let scale = min(1, Double(MediaLimits().previewSide) / Double(max(width, height)))
                meta["small"] = size((Double(width) * scale).rounded(), (Double(height) * scale).rounded())
            }
        }
        if let focus = attachment.focus { meta["focus"] = ["x": .number(focus.x), "y": .number(focus.y)] }
        return meta
    }

    private static func size(_ width: Double, _ height: Double) -> JSONValue {
        let (width, height) = (max(1, width), max(1, height))
        guard let columns = Int64(exactly: width), let rows = Int64(exactly: height) else { return [:] }
        return [
            "width": .integer(columns), "height": .integer(rows), "size": .string("\(columns)x\(rows)"),
            "aspect": .number(width / height),
        ]
    }
}

extension Post.Attachment.Focus {
    /// Reads `x,y`; nil for what is no point of a picture.
    init?(clientText text: String) {
        let parts = text.split(separator: ",", omittingEmptySubsequences: false)
        guard parts.count == 2, let x = Double(parts[0]), let y = Double(parts[1]) else { return nil }
        self.init(x: x, y: y)
    }
}
