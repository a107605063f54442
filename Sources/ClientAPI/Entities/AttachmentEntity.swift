import Domain
import Vocabulary

/// What is attached to a post.
///
/// Reference: Mastodon's API, MediaAttachment.
enum AttachmentEntity {
    /// Its place among the others is its id, as long as it has none of its own.
    static func list(_ attachments: [Post.Attachment], of post: Post.ID) -> [JSONValue] {
        attachments.enumerated().map { place, attachment in
            .object(make(attachment, id: "\(post)-\(place)"))
        }
    }

    private static func make(_ attachment: Post.Attachment, id: String) -> JSONObject {
        let url = JSONValue.string(attachment.url.description)
        let preview = attachment.preview.map { JSONValue.string($0.description) }
        var meta = JSONObject()
        if let width = attachment.width, let height = attachment.height, width > 0, height > 0 {
            meta["original"] = [
                "width": .integer(Int64(width)), "height": .integer(Int64(height)),
                "size": .string("\(width)x\(height)"), "aspect": .number(Double(width) / Double(height)),
            ]
        }
        if let focus = attachment.focus { meta["focus"] = ["x": .number(focus.x), "y": .number(focus.y)] }
        return [
            "id": .string(id),
            "type": .string(attachment.kind == .file ? "unknown" : attachment.kind.rawValue),
            "url": url,
            "preview_url": preview ?? (attachment.kind == .image ? url : nil),
            "remote_url": url,
            "meta": .object(meta),
            "description": attachment.description.isEmpty ? nil : .string(attachment.description),
            "blurhash": attachment.blurhash.map { .string($0) } ?? nil,
        ]
    }
}
