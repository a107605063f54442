import CClock
import Domain
import HTTPSignatures
import Transport

/// Looks at our clock: signatures are good for an hour around their time.
enum ClockCheck {
    /// A signature more than an hour off is refused; a minute is worth a word.
    private static let tolerance = Span.minutes(1)
    private static let advice = "run chrony or systemd-timesyncd (timedatectl set-ntp true)"

    /// Whether the kernel says that something keeps our clock right.
    static func own() -> Finding {
        switch staffroom_clock_is_synchronised() {
        case 1: .fine("clock", "it is kept right by NTP")
        case 0: .note("clock", "nothing keeps it right, as far as the kernel knows", advice)
        default: .note("clock", "the kernel cannot be asked whether it is kept right", advice)
        }
    }

    /// Compares our clock with another server's by the `Date` field of its answer.
    static func comparison(with host: Host, _ response: OutboundResponse, now: Timestamp) -> Finding {
        let name = "clocks"
        guard let seconds = response.field("date").flatMap({ HTTPDate.parse($0.utf8) }) else {
            return .note(name, "\(host) does not tell its time")
        }
        let other = Timestamp(milliseconds: seconds.multipliedReportingOverflow(by: 1_000).partialValue)
        let difference = Span(milliseconds: (now - other).milliseconds.magnitude.clamped)
        if difference <= tolerance { return .fine(name, "ours and that of \(host) agree within a minute") }
        let isOwnRight = staffroom_clock_is_synchronised() == 1
        return .bad(
            name,
            "ours is \(difference.milliseconds / 1_000) seconds away from that of \(host)",
            isOwnRight ? "ours is kept right by NTP: tell the admin of \(host)" : advice
        )
    }
}

extension UInt64 {
    fileprivate var clamped: Int64 { Int64(clamping: self) }
}
