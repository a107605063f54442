/// One address of an object, with what is said about it.
///
/// Spec: Activity Vocabulary, Link. A bare text counts as one that says nothing.
public struct ObjectLink: Sendable, Hashable {
    /// The address, as it was written.
    public let href: String
    /// Its media type, in lower case and without parameters.
    public let mediaType: String?
    /// In pixels.
    public let width: Int?
    /// In pixels.
    public let height: Int?

    /// Whether it is a page for people: HTML, or nothing is said.
    public var isPage: Bool { mediaType == nil || mediaType == "text/html" }

    /// Reads a term that holds one address, or a list of them; links inside of links, as PeerTube nests the files of a
    /// stream in its `tag`, stand behind the one that holds them.
    static func read(_ value: JSONValue?) -> [ObjectLink] {
        var links: [ObjectLink] = []
        for entry in (value?.asList ?? []).prefix(ObjectLimits.links) {
            guard let link = ObjectLink(entry) else { continue }
            links.append(link)
            for inner in (entry.object?["tag"]?.asList ?? []).prefix(ObjectLimits.links) {
                if inner.object?.types.first == "Link", let link = ObjectLink(inner) { links.append(link) }
            }
            if links.count >= ObjectLimits.links { break }
        }
        return Array(links.prefix(ObjectLimits.links))
    }

    /// Takes a text, or an object with `href`, or one with a `url` of its own that is a text.
    init?(_ value: JSONValue) {
        if let text = value.string {
            (href, mediaType, width, height) = (text, nil, nil, nil)
            return
        }
        guard let object = value.object, let href = object["href"]?.string ?? object["url"]?.string else {
            return nil
        }
        self.href = href
        mediaType = object.mediaType
        width = object.pixels("width")
        height = object.pixels("height")
    }
}

extension JSONObject {
    /// The media type, in lower case and without parameters.
    var mediaType: String? {
        guard let text = self["mediaType"]?.string, text.utf8.count <= ObjectLimits.mediaType else {
            return nil
        }
        let name = text.prefix { $0 != ";" && $0 != " " }.lowercased()
        let isName = name.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F } && name.contains("/")
        return isName ? name : nil
    }

    /// A size in pixels, when it makes sense.
    func pixels(_ term: String) -> Int? {
        guard let number = self[term]?.integer, (1...ObjectLimits.pixels).contains(number) else { return nil }
        return Int(exactly: number)
    }
}
