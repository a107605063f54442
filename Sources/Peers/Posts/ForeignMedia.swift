import Content
import Domain
import Vocabulary

/// What a peer's object shows besides text: its page, what it links to, what is attached, the picture that stands for it.
///
/// Pure. Nothing is fetched: addresses are kept as they are, when they are addresses.
struct ForeignMedia {
    /// The page for people.
    let page: URI?
    /// What it is about: the first address that is attached as a page.
    let link: URI?
    /// Pictures, films, recordings and files.
    let attachments: [Post.Attachment]
    /// The picture that stands for it.
    let picture: Post.Body.Picture?

    init(_ note: NoteObject) {
        let links = note.parts.links
        let pages = links.first { $0.mediaType == "text/html" } ?? links.first(where: \.isPage) ?? links.first
        page = pages.flatMap { try? URI($0.href) }
        let attached = note.parts.attachments
        link = attached.lazy.filter { Self.isPage($0) }.compactMap { try? URI($0.link.href) }.first
        var attachments = attached.filter { !Self.isPage($0) }.compactMap(Self.attachment)
        if let own = Self.best(of: links, for: note.type), let uri = try? URI(own.href) {
            attachments.append(
                Post.Attachment(
                    Self.kind(own.mediaType, note.type, uri),
                    mediaType: own.mediaType,
                    url: uri,
                    width: own.width,
                    height: own.height
                )
            )
        }
        var seen: Set<URI> = []
        self.attachments = Array(
            attachments.filter { seen.insert($0.url).inserted }.prefix(ObjectLimits.attachmentsKept)
        )
        picture = note.parts.pictures.lazy.compactMap(Self.picture).first
    }

    private static func isPage(_ media: MediaObject) -> Bool {
        (media.type == "Link" || media.type == "Page") && media.link.isPage
    }

    private static func attachment(_ media: MediaObject) -> Post.Attachment? {
        guard let url = try? URI(media.link.href) else { return nil }
        return Post.Attachment(
            kind(media.link.mediaType, media.type, url),
            mediaType: media.link.mediaType,
            url: url,
            preview: media.preview.flatMap { try? URI($0) },
            description: description(media),
            focus: media.focalPoint.flatMap { Post.Attachment.Focus(x: $0.x, y: $0.y) },
            blurhash: media.blurhash.map { PlainText.clean($0, characters: ObjectLimits.blurhash) },
            width: media.link.width,
            height: media.link.height
        )
    }

    private static func picture(_ media: MediaObject) -> Post.Body.Picture? {
        (try? URI(media.link.href)).map { Post.Body.Picture($0, description: description(media)) }
    }

    private static func description(_ media: MediaObject) -> String {
        PlainText.clean(media.description ?? "", characters: ObjectLimits.description, isOneLine: false)
    }

    /// The file of a film, recording or picture among its addresses: of several the sharpest up to 1080 lines.
    private static func best(of links: [ObjectLink], for type: String) -> ObjectLink? {
        let kinds = ["Video": "video/", "Audio": "audio/", "PodcastEpisode": "audio/", "Image": "image/"]
        guard let kind = kinds[type] else { return nil }
        let files = links.filter { $0.mediaType?.hasPrefix(kind) ?? false }
        let fitting = files.filter { ($0.height ?? 0) <= 1_080 }
        return fitting.max { ($0.height ?? 0) < ($1.height ?? 0) } ?? files.first
    }

    private static func kind(_ mediaType: String?, _ type: String, _ url: URI) -> Post.Attachment.Kind {
        if let mediaType {
            if mediaType.hasPrefix("image/") { return .image }
            if mediaType.hasPrefix("video/") { return .video }
            if mediaType.hasPrefix("audio/") { return .audio }
            return .file
        }
        switch type {
        case "Image": return .image
        case "Video": return .video
        case "Audio": return .audio
        default: break
        }
        let path = url.target.prefix { $0 != "?" }
        let ending = path.split(separator: ".").last.map { $0.lowercased() } ?? ""
        return endings[ending] ?? .file
    }

    private static let endings: [String: Post.Attachment.Kind] = [
        "png": .image, "jpg": .image, "jpeg": .image, "gif": .image, "webp": .image, "avif": .image,
        "mp4": .video, "webm": .video, "mov": .video, "mp3": .audio, "ogg": .audio, "opus": .audio,
        "m4a": .audio,
        "flac": .audio, "wav": .audio,
    ]
}
