import Domain
import Media
import Storage
import Vocabulary

/// What the page says that a post links to.
///
/// Reference: Mastodon's API, PreviewCard. Always of type `link`: no site's markup is passed on.
enum PreviewEntity {
    static func make(_ shown: PresentedPost, at school: School) -> JSONValue {
        guard let preview = shown.preview, let url = shown.previewed else { return .null }
        return [
            "url": .string(url.description), "title": .string(preview.title),
            "description": .string(preview.summary), "type": "link", "authors": [],
            "author_name": .string(preview.author), "author_url": "",
            "provider_name": .string(preview.site), "provider_url": "", "html": "", "width": 0, "height": 0,
            "image": preview.image.map { .string(RemoteAddress.shown($0, at: school)) } ?? .null,
            "image_description": .string(preview.imageText), "embed_url": "", "blurhash": .null,
            "language": .null, "published_at": .null,
        ]
    }
}
