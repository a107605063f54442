public import HTTPTypes

/// A form in which a resource can be sent.
public enum Representation: String, Sendable, CaseIterable {
    /// ActivityStreams as `application/activity+json`.
    case activity = "application/activity+json"
    /// ActivityStreams as `application/ld+json` with its profile.
    case linkedData = "application/ld+json; profile=\"https://www.w3.org/ns/activitystreams\""
    /// Plain JSON.
    case json = "application/json"
    /// A page for people.
    case html = "text/html; charset=utf-8"

    /// The value of `Content-Type`.
    public var contentType: String { rawValue }

    fileprivate var type: (String, String) {
        switch self {
        case .activity: ("application", "activity+json")
        case .linkedData: ("application", "ld+json")
        case .json: ("application", "json")
        case .html: ("text", "html")
        }
    }

    static let profile = "https://www.w3.org/ns/activitystreams"
}

/// Chooses the form that a client likes best.
public enum ContentNegotiation {
    /// Picks among offers by `Accept`; equals go to the earlier offer.
    ///
    /// A missing `Accept` takes the first offer. Ranges beyond the 64th are not read. Whoever answers by it must also
    /// say `Vary: Accept`. Spec: RFC 9110 section 12.5.1, ActivityPub section 3.2.
    ///
    /// - Throws: `Problem` with status 406 when no offer is acceptable.
    public static func choose(
        _ offers: [Representation],
        for fields: HTTPFields
    ) throws(Problem) -> Representation {
        let ranges = AcceptRange.parse(fields[values: .accept])
        guard !ranges.isEmpty else {
            if let first = offers.first { return first }
            throw Problem(.notAcceptable)
        }
        var best: (offer: Representation, quality: Int)?
        for offer in offers {
            let quality = quality(of: offer, in: ranges)
            if quality > (best?.quality ?? 0) { best = (offer, quality) }
        }
        if let best { return best.offer }
        throw Problem(.notAcceptable, headers: [.vary: "Accept"])
    }

    /// The quality, in thousandths, of the most specific range that covers an offer; 0 when none does.
    private static func quality(of offer: Representation, in ranges: [AcceptRange]) -> Int {
        var found = (precision: -1, quality: 0)
        for range in ranges {
            guard let precision = precision(of: range, for: offer) else { continue }
            if precision > found.precision || precision == found.precision && range.quality > found.quality {
                found = (precision, range.quality)
            }
        }
        return found.quality
    }

    /// How closely a range names an offer: 0 for `*/*` up to 3 with the profile; nil when it does not cover it.
    private static func precision(of range: AcceptRange, for offer: Representation) -> Int? {
        let (type, subtype) = offer.type
        if range.type == "*", range.subtype == "*" { return 0 }
        guard range.type == type else { return nil }
        if range.subtype == "*" { return 1 }
        guard range.subtype == subtype else { return nil }
        guard offer == .linkedData, let profile = range.profile else { return 2 }
        let named = profile.utf8.split(separator: UInt8(ascii: " "))
        return named.contains { $0.elementsEqual(Representation.profile.utf8) } ? 3 : nil
    }
}
