import Domain
import HTTPSignatures
import Transport

/// Compares our clock with another's by the `Date` field of an answer.
enum ClockCheck {
    /// A signature more than an hour off is refused; a minute is worth a word.
    private static let tolerance = Span.minutes(1)

    static func finding(_ name: String, _ response: OutboundResponse, now: Timestamp, whose: String)
        -> Finding
    {
        guard let seconds = response.field("date").flatMap({ HTTPDate.parse($0.utf8) }) else {
            return .fine(name, "\(whose) time is not known")
        }
        let other = Timestamp(milliseconds: seconds * 1_000)
        let difference = Span(milliseconds: abs((now - other).milliseconds))
        if difference <= tolerance { return .fine(name, "the same as \(whose) within a minute") }
        return .bad(
            name,
            "\(difference.milliseconds / 1_000) seconds away from \(whose)",
            "set both machines' clocks by NTP: signatures are good for an hour around their time"
        )
    }
}
