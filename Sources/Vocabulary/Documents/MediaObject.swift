/// A picture, film, recording, file or link that belongs to an object.
///
/// Spec: Activity Vocabulary, `attachment`, `image`, `icon`; Mastodon's `focalPoint` and `blurhash`.
public struct MediaObject: Sendable {
    /// Its type.
    public let type: String
    /// Where it is; of several the first that names a media type, else the first.
    public let link: ObjectLink
    /// What it shows, as it came.
    public let description: String?
    /// x and y of the point to keep in view.
    public let focalPoint: (x: Double, y: Double)?
    /// A blurred placeholder.
    public let blurhash: String?
    /// A smaller picture of it.
    public let preview: String?

    /// Reads an entry; nil when it has no address, or is no such thing (`PropertyValue`, a note).
    init?(_ value: JSONValue) {
        guard let object = value.object else {
            guard let link = ObjectLink(value) else { return nil }
            (type, self.link, description, focalPoint, blurhash, preview) = ("Link", link, nil, nil, nil, nil)
            return
        }
        let type = object.types.first ?? "Document"
        guard Self.types.contains(type) else { return nil }
        let links = ObjectLink.read(object["url"]) + ObjectLink.read(object["href"])
        guard let link = links.first(where: { $0.mediaType != nil }) ?? links.first else { return nil }
        self.type = type
        self.link = ObjectLink(
            href: link.href,
            mediaType: link.mediaType ?? object.mediaType,
            width: object.pixels("width") ?? link.width,
            height: object.pixels("height") ?? link.height
        )
        description = object.text("name") ?? object.text("summary")
        focalPoint = Self.point(object["focalPoint"])
        blurhash = object["blurhash"]?.string.flatMap { $0.utf8.count <= ObjectLimits.blurhash ? $0 : nil }
        preview = (object["icon"] ?? object["preview"]).flatMap { ObjectLink.read($0).first?.href }
    }

    private static let types: Set<String> = ["Document", "Image", "Video", "Audio", "Link", "Page"]

    private static func point(_ value: JSONValue?) -> (x: Double, y: Double)? {
        guard let list = value?.array, list.count == 2, let x = number(list[0]), let y = number(list[1])
        else {
            return nil
        }
        return (x, y)
    }

    private static func number(_ value: JSONValue) -> Double? {
        switch value {
        case .number(let number): number
        case .integer(let number): Double(exactly: number)
        default: nil
        }
    }
}

extension ObjectLink {
    init(href: String, mediaType: String?, width: Int?, height: Int?) {
        self.href = href
        self.mediaType = mediaType
        self.width = width
        self.height = height
    }
}
