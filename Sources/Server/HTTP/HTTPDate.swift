import Domain
import Synchronization

/// The `Date` field's text, made at most once a second.
final class HTTPDate: Sendable {
    private let clock: any WallClock
    private let latest = Mutex((second: Int64.min, text: ""))

    init(clock: any WallClock) {
        self.clock = clock
    }

    /// The present time, such as `Sun, 06 Nov 1994 08:49:37 GMT`.
    var text: String {
        let second = clock.now().milliseconds.flooredBy(1000).quotient
        return latest.withLock { latest in
            if latest.second != second { latest = (second, Self.format(second)) }
            return latest.text
        }
    }

    /// Writes seconds since 1970 as an IMF-fixdate.
    ///
    /// Spec: RFC 9110 section 5.6.7. The calendar arithmetic is Howard Hinnant's `civil_from_days`.
    static func format(_ second: Int64) -> String {
        let (day, time) = second.flooredBy(86_400)
        let (era, dayOfEra) = (day + 719_468).flooredBy(146_097)
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shifted = (5 * dayOfYear + 2) / 153
        let month = shifted < 10 ? shifted + 3 : shifted - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        let weekday = (day + 4).flooredBy(7).remainder
        let date = "\(two(dayOfYear - (153 * shifted + 2) / 5 + 1)) \(months[Int(month - 1)]) \(year)"
        let clock = "\(two(time / 3600)):\(two(time / 60 % 60)):\(two(time % 60))"
        return "\(weekdays[Int(weekday)]), \(date) \(clock) GMT"
    }

    private static let weekdays = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    private static func two(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }
}

extension Int64 {
    /// Divides so that the remainder is never negative; the divisor is a positive constant.
    fileprivate func flooredBy(_ divisor: Int64) -> (quotient: Int64, remainder: Int64) {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
    }
}
