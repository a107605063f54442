/// Recognises the two media types of ActivityStreams documents.
public enum MediaType {
    private static let profile = "https://www.w3.org/ns/activitystreams"

    /// Whether a Content-Type says ActivityStreams: `application/activity+json`, or `application/ld+json`
    /// with the profile among its profiles.
    ///
    /// Spec: ActivityPub 3.2; everything else could be something a user uploaded.
    public static func isActivityStreams(_ contentType: String?) -> Bool {
        guard let contentType, contentType.utf8.count <= 512 else { return false }
        let parts = contentType.split(separator: ";", omittingEmptySubsequences: true)
        guard let type = parts.first.map(trimmed)?.lowercased() else { return false }
        if type == "application/activity+json" { return true }
        guard type == "application/ld+json" else { return false }
        return parts.dropFirst().contains { part in
            let pair = part.split(separator: "=", maxSplits: 1)
            guard pair.count == 2, trimmed(pair[0]).lowercased() == "profile" else { return false }
            let value = trimmed(pair[1]).trimmingQuotes
            return value.split(separator: " ").contains { $0 == profile }
        }
    }

    private static func trimmed(_ text: Substring) -> Substring {
        var rest = text
        while rest.first == " " || rest.first == "\t" { rest.removeFirst() }
        while rest.last == " " || rest.last == "\t" { rest.removeLast() }
        return rest
    }
}

extension Substring {
    fileprivate var trimmingQuotes: Substring {
        guard count >= 2, first == "\"", last == "\"" else { return self }
        return dropFirst().dropLast()
    }
}
