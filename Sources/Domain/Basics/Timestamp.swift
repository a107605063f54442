/// An instant in milliseconds since 1970-01-01T00:00:00Z, the only form of time that is stored.
public struct Timestamp: Sendable, Hashable, Comparable, Codable {
    /// Milliseconds since the epoch; may be negative.
    public let milliseconds: Int64

    /// Takes milliseconds since the epoch.
    public init(milliseconds: Int64) {
        self.milliseconds = milliseconds
    }

    /// Orders by time.
    public static func < (left: Timestamp, right: Timestamp) -> Bool {
        left.milliseconds < right.milliseconds
    }

    /// Later by a span; stops at the ends of the range instead of trapping.
    public static func + (left: Timestamp, right: Span) -> Timestamp {
        let (sum, overflow) = left.milliseconds.addingReportingOverflow(right.milliseconds)
        return Timestamp(milliseconds: overflow ? (right.milliseconds > 0 ? .max : .min) : sum)
    }

    /// Earlier by a span.
    public static func - (left: Timestamp, right: Span) -> Timestamp {
        left + Span(milliseconds: right.milliseconds == .min ? .max : -right.milliseconds)
    }

    /// The span from `right` to `left`; stops at the ends of the range.
    public static func - (left: Timestamp, right: Timestamp) -> Span {
        let (difference, overflow) = left.milliseconds.subtractingReportingOverflow(right.milliseconds)
        return Span(milliseconds: overflow ? (left > right ? .max : .min) : difference)
    }
}

/// A length of time in milliseconds.
public struct Span: Sendable, Hashable, Comparable, Codable {
    /// Milliseconds; may be negative.
    public let milliseconds: Int64

    /// Takes milliseconds.
    public init(milliseconds: Int64) {
        self.milliseconds = milliseconds
    }

    /// A span of whole seconds; saturates.
    public static func seconds(_ count: Int64) -> Span { Span(milliseconds: count.saturatingTimes(1000)) }
    /// A span of whole minutes.
    public static func minutes(_ count: Int64) -> Span { .seconds(count.saturatingTimes(60)) }
    /// A span of whole hours.
    public static func hours(_ count: Int64) -> Span { .minutes(count.saturatingTimes(60)) }
    /// A span of whole days.
    public static func days(_ count: Int64) -> Span { .hours(count.saturatingTimes(24)) }

    /// Orders by length.
    public static func < (left: Span, right: Span) -> Bool { left.milliseconds < right.milliseconds }

    /// The same length for `Task.sleep` and timers.
    public var duration: Duration { .milliseconds(milliseconds) }
}

extension Int64 {
    /// Multiplies and stops at the ends of the range.
    func saturatingTimes(_ factor: Int64) -> Int64 {
        let (product, overflow) = multipliedReportingOverflow(by: factor)
        guard overflow else { return product }
        return (self < 0) == (factor < 0) ? .max : .min
    }
}
