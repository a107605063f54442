/// The one date format that HTTP senders must use: `Sun, 06 Nov 1994 08:49:37 GMT`.
///
/// Spec: RFC 9110 section 5.6.7, IMF-fixdate. The two obsolete formats are refused.
public enum HTTPDate {
    // 1970-01-01 was a Thursday.
    private static let weekdays = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]
    private static let secondsPerDay: Int64 = 86_400

    /// Writes a time in seconds since the epoch, from 1970 to 9999.
    static func format(_ seconds: Int64) -> String {
        let seconds = min(max(seconds, 0), 253_402_300_799)
        let (days, time) = seconds.quotientAndRemainder(dividingBy: secondsPerDay)
        let (year, month, day) = civil(fromDays: days)
        let clock = "\(two(time / 3600)):\(two(time / 60 % 60)):\(two(time % 60))"
        let name = weekdays[Int(days % 7)]
        let zeros = String(repeating: "0", count: max(0, 4 - "\(year)".utf8.count))
        return "\(name), \(two(day)) \(months[Int(month - 1)]) \(zeros)\(year) \(clock) GMT"
    }

    /// Reads a date into seconds since the epoch; nil when it is anything but a real date from 1970 on in that format.
    public static func parse(_ text: some Collection<UInt8>) -> Int64? {
        let bytes = [UInt8](text)
        guard bytes.count == 29,
            let month = months.firstIndex(where: { $0.utf8.elementsEqual(bytes[8..<11]) }),
            let day = number(bytes[5..<7]), let year = number(bytes[12..<16]),
            let hour = number(bytes[17..<19]),
            let minute = number(bytes[20..<22]), let second = number(bytes[23..<25])
        else { return nil }
        guard year >= 1970, day >= 1, hour < 24, minute < 60, second < 60 else { return nil }
        let days = days(fromYear: year, month: Int64(month) + 1, day: day)
        let seconds = days * secondsPerDay + hour * 3600 + minute * 60 + second
        // Written again it must be the same text: that judges the weekday, the day of the month and the punctuation.
        return format(seconds).utf8.elementsEqual(bytes) ? seconds : nil
    }

    private static func number(_ digits: ArraySlice<UInt8>) -> Int64? {
        var value: Int64 = 0
        for digit in digits {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(digit) else { return nil }
            value = value * 10 + Int64(digit - UInt8(ascii: "0"))
        }
        return value
    }

    private static func two(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }

    // Howard Hinnant, "chrono-compatible low-level date algorithms"; years begin in March, so a leap day comes last.
    private static func days(fromYear year: Int64, month: Int64, day: Int64) -> Int64 {
        let shifted = month <= 2 ? year - 1 : year
        let era = shifted / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    private static func civil(fromDays days: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let shifted = days + 719_468
        let era = shifted / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let index = (5 * dayOfYear + 2) / 153
        let month = index < 10 ? index + 3 : index - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * index + 2) / 5 + 1)
    }
}
