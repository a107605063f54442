/// A day of the Gregorian calendar in UTC.
public struct CalendarDay: Sendable, Hashable, CustomStringConvertible {
    /// Days since 1970-01-01.
    public let number: Int64

    /// Takes the number of days since 1970-01-01.
    public init(number: Int64) {
        self.number = number
    }

    /// Reads `2026-11-25`; nil for anything else, and for days that there are not.
    public init?(_ text: String) {
        let parts = text.utf8.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
        guard parts.map(\.count) == [4, 2, 2],
            text.utf8.allSatisfy({ (0x2D...0x39).contains($0) && $0 != 0x2E && $0 != 0x2F }),
            let year = Int64(Substring(parts[0])), let month = Int64(Substring(parts[1])),
            let day = Int64(Substring(parts[2])),
            (1...12).contains(month), (1...Self.length(of: month, in: year)).contains(day)
        else { return nil }
        // Years begin in March, so that the leap day is the last of its year; eras are 400 years.
        let shifted = month <= 2 ? year - 1 : year
        let era = (shifted >= 0 ? shifted : shifted - 399) / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        number = era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    /// The day in which a time lies.
    public init(of time: Timestamp) {
        let length: Int64 = 86_400_000
        let quotient = time.milliseconds / length
        number = time.milliseconds % length < 0 ? quotient - 1 : quotient
    }

    /// Its first instant.
    public var start: Timestamp { Timestamp(milliseconds: 0) + .days(number) }
    /// The first instant of the day after it.
    public var end: Timestamp { start + .days(1) }

    /// The day as `2026-11-25`.
    public var description: String {
        let shifted = number + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let part = (5 * dayOfYear + 2) / 153
        let (month, day) = (part < 10 ? part + 3 : part - 9, dayOfYear - (153 * part + 2) / 5 + 1)
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        return "\(Self.padded(year, to: 4))-\(Self.padded(month, to: 2))-\(Self.padded(day, to: 2))"
    }

    private static func padded(_ number: Int64, to width: Int) -> String {
        let digits = "\(number)"
        return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
    }

    private static func length(of month: Int64, in year: Int64) -> Int64 {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }
}
