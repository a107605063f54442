import Foundation

/// A time zone, by its name in the database of IANA, such as `Europe/Berlin`.
///
/// Clocks are read and set to the minute, as `2026-12-01T10:00`, which is what browsers send of a field for a date and a
/// time (HTML, section 2.3.5.5, "local date and time").
public struct ZoneName: Sendable, Hashable, CustomStringConvertible {
    /// Where clocks show the time that is stored.
    public static let utc = ZoneName(stored: "UTC")

    /// The name.
    public let description: String

    /// Takes `UTC`, or a name that this machine knows.
    public init?(_ name: String) {
        guard name == "UTC" || TimeZone.knownTimeZoneIdentifiers.contains(name) else { return nil }
        description = name
    }

    /// Takes a name that was checked when it was stored; where it is not known any more, clocks show UTC.
    public init(stored name: String) {
        description = name
    }

    /// What a clock there shows at a time: `2026-12-01T10:00`.
    public func clock(at time: Timestamp) -> String {
        let shown = time + offset(at: time)
        let day = CalendarDay(of: shown)
        let minutes = (shown - day.start).milliseconds / 60_000
        return "\(day)T\(Self.padded(minutes / 60)):\(Self.padded(minutes % 60))"
    }

    /// When a clock there shows something; nil when no clock shows it anywhere.
    ///
    /// Seconds, which some browsers send, are left out. Of an hour that comes twice it is the first; one that is skipped is
    /// read as by a clock that nobody has set forward yet.
    public func time(ofClock text: String) -> Timestamp? {
        let parts = text.utf8.split(maxSplits: 1, omittingEmptySubsequences: false) {
            $0 == UInt8(ascii: "T") || $0 == UInt8(ascii: " ")
        }
        guard parts.count == 2, let day = CalendarDay(String(parts[0]) ?? ""),
            let minutes = Self.minutes(String(parts[1]) ?? "")
        else { return nil }
        let shown = day.start + .minutes(minutes)
        // Zones are at most fourteen hours from UTC, and change far less often than every second day.
        let before = offset(at: shown - .hours(24))
        let after = offset(at: shown + .hours(24))
        let first = shown - before
        if offset(at: first) == before { return first }
        let second = shown - after
        return offset(at: second) == after ? second : first
    }

    private func offset(at time: Timestamp) -> Span {
        guard self != .utc, let zone = TimeZone(identifier: description) else { return .seconds(0) }
        let date = Date(timeIntervalSince1970: Double(time.milliseconds) / 1_000)
        return .seconds(Int64(zone.secondsFromGMT(for: date)))
    }

    /// Reads `10:00`, or with seconds.
    private static func minutes(_ text: String) -> Int64? {
        let parts = text.utf8.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
        guard parts.count == 2 || parts.count == 3, parts.allSatisfy({ $0.prefix(2).count == 2 }),
            parts[0].count == 2, parts[1].count == 2,
            parts.allSatisfy({ $0.prefix(2).allSatisfy { (0x30...0x39).contains($0) } }),
            let hour = Int64(String(parts[0]) ?? ""), let minute = Int64(String(parts[1]) ?? ""),
            hour < 24, minute < 60
        else { return nil }
        return hour * 60 + minute
    }

    private static func padded(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }
}
