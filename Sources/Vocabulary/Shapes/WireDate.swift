/// Times as ActivityStreams documents write them.
///
/// Spec: RFC 3339; Activity Streams 2.0, section 2.3.
public enum WireDate {
    private static let millisecondsADay: Int64 = 86_400_000

    /// Reads a time with an offset or `Z`.
    ///
    /// - Returns: milliseconds since 1970, negative before; nil when it is no time of the years 1 to 9999.
    public static func parse(_ text: String) -> Int64? { read(text)?.time }

    /// Reads a time, and how many minutes its clock is ahead of UTC.
    static func read(_ text: String) -> (time: Int64, offset: Int64)? {
        var digits = Digits(text)
        guard let year = digits.number(4), digits.skip("-"), let month = digits.number(2), digits.skip("-"),
            let day = digits.number(2), digits.skip("T") || digits.skip("t"), let hour = digits.number(2),
            digits.skip(":"), let minute = digits.number(2)
        else { return nil }
        // Seconds may be missing (xsd:dateTime of Activity Streams 2.0), a leap second counts as the one before.
        var second: Int64 = 0
        var fraction: Int64 = 0
        if digits.skip(":") {
            guard let number = digits.number(2) else { return nil }
            second = min(number, 59)
            guard number <= 60 else { return nil }
            if digits.skip(".") {
                guard let milliseconds = digits.milliseconds() else { return nil }
                fraction = milliseconds
            }
        }
        guard let offset = digits.offset(), digits.isAtEnd, (1...9999).contains(year),
            (1...12).contains(month),
            (1...daysOf(month, year)).contains(day), hour <= 23, minute <= 59
        else { return nil }
        let seconds = hour * 3_600 + minute * 60 + second - offset * 60
        return (days(year, month, day) * millisecondsADay + seconds * 1_000 + fraction, offset)
    }

    /// Writes a time in UTC with milliseconds, the years 1 to 9999 at most.
    ///
    /// `milliseconds`: since 1970; what lies outside those years is moved to their ends.
    public static func format(_ milliseconds: Int64) -> String {
        let time = min(max(milliseconds, -62_135_596_800_000), 253_402_300_799_999)
        let day = (time >= 0 ? time : time - millisecondsADay + 1) / millisecondsADay
        let rest = time - day * millisecondsADay
        let (year, month, dayOfMonth) = date(ofDay: day)
        let clock = [rest / 3_600_000, rest / 60_000 % 60, rest / 1_000 % 60].map { padded($0, 2) }
        return
            "\(padded(year, 4))-\(padded(month, 2))-\(padded(dayOfMonth, 2))T\(clock[0]):\(clock[1]):\(clock[2])"
            + ".\(padded(rest % 1_000, 3))Z"
    }

    private static func padded(_ number: Int64, _ width: Int) -> String {
        let text = number.description
        return String(repeating: "0", count: max(0, width - text.utf8.count)) + text
    }

    private static func daysOf(_ month: Int64, _ year: Int64) -> Int64 {
        switch month {
        case 2: (year % 4 == 0 && year % 100 != 0) || year % 400 == 0 ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    /// The days from 1970-01-01 to a date of the Gregorian calendar; a year is taken to begin in March.
    private static func days(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
        let year = month <= 2 ? year - 1 : year
        let monthFromMarch = (month + 9) % 12
        let dayOfYear = (153 * monthFromMarch + 2) / 5 + day - 1
        return year * 365 + year / 4 - year / 100 + year / 400 + dayOfYear - 719_468
    }

    private static func date(ofDay day: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let shifted = day + 719_468
        let era = shifted / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        return (year, month, dayOfYear - (153 * monthFromMarch + 2) / 5 + 1)
    }
}

/// Reads fields of digits one after the other.
private struct Digits {
    private var rest: Substring.UTF8View

    init(_ text: String) { rest = text.utf8.prefix(64) }

    var isAtEnd: Bool { rest.isEmpty }

    mutating func skip(_ character: Unicode.Scalar) -> Bool {
        guard let byte = rest.first, UInt32(byte) == character.value else { return false }
        rest.removeFirst()
        return true
    }

    mutating func number(_ count: Int) -> Int64? {
        var number: Int64 = 0
        for _ in 0..<count {
            guard let digit = digit() else { return nil }
            number = number * 10 + digit
        }
        return number
    }

    /// The first three digits of a fraction; the others are read and dropped.
    mutating func milliseconds() -> Int64? {
        var count = 0
        var number: Int64 = 0
        while let digit = digit() {
            count += 1
            if count <= 3 { number = number * 10 + digit }
        }
        switch count {
        case 0: return nil
        case 1: return number * 100
        case 2: return number * 10
        default: return number
        }
    }

    /// The offset from UTC in minutes.
    mutating func offset() -> Int64? {
        if skip("Z") || skip("z") { return 0 }
        let sign: Int64
        if skip("+") { sign = 1 } else if skip("-") { sign = -1 } else { return nil }
        guard let hours = number(2), skip(":"), let minutes = number(2), hours <= 23, minutes <= 59 else {
            return nil
        }
        return sign * (hours * 60 + minutes)
    }

    private mutating func digit() -> Int64? {
        guard let byte = rest.first, (0x30...0x39).contains(byte) else { return nil }
        rest.removeFirst()
        return Int64(byte - 0x30)
    }
}
