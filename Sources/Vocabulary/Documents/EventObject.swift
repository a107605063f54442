/// When and where an event takes place, and whether it does.
///
/// Spec: Activity Vocabulary, `startTime`, `endTime`, `location`; schema.org's PostalAddress and iCalendar's `status`, as
/// Mobilizon and Gancio write them.
public struct EventObject: Sendable {
    /// A moment, with what the clocks show where the event is.
    public struct Moment: Sendable, Hashable {
        /// In milliseconds since 1970.
        public let time: Int64
        /// How far the clocks are ahead of UTC, in minutes.
        public let offset: Int64

        init?(_ value: JSONValue?) {
            guard let text = value?.string, let read = WireDate.read(text) else { return nil }
            (time, offset) = read
        }
    }

    /// Whether it takes place.
    public enum Status: String, Sendable {
        /// It is called off.
        case cancelled = "CANCELLED"
        /// It may be called off.
        case tentative = "TENTATIVE"
    }

    /// When it begins.
    public let start: Moment?
    /// When it ends.
    public let end: Moment?
    /// Where it is: the name of the place, and its address.
    public let place: String?
    /// Nil when it takes place, or does not say.
    public let status: Status?

    init(plain: JSONObject) {
        start = Moment(plain["startTime"])
        end = Moment(plain["endTime"])
        place = plain["location"]?.asList.first.flatMap { $0.string ?? $0.object.flatMap(Self.place) }
        status = plain["ical:status"]?.string.flatMap { Status(rawValue: $0) }
    }

    private static func place(_ place: JSONObject) -> String? {
        let address = place["address"]
        var parts = [place.text("name")]
        if let text = address?.string { parts.append(text) }
        parts += ["streetAddress", "addressLocality"].map { address?.object?.text($0) }
        var seen: Set<String> = []
        let named = parts.compactMap { $0 }.filter { !$0.isEmpty && seen.insert($0).inserted }
        return named.isEmpty ? nil : named.joined(separator: ", ")
    }
}
