/// Identifies one row of one kind, for ever.
///
/// The high 42 bits are the Unix time in milliseconds at which it was issued, the low 21 bits are random,
/// so ids sort by time and a restored backup never issues an id again that it has issued before.
/// On the wire it is written in decimal.
public struct ID<Of>: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// The stored number; never negative.
    public let rawValue: Int64

    /// Takes a number that came out of the database or the generator.
    public init(rawValue: Int64) {
        self.rawValue = rawValue
    }

    /// Reads the decimal form that URLs and the client API use; nil for anything but 1 to 19 digits in range.
    public init?(_ text: some StringProtocol) {
        guard (1...19).contains(text.utf8.count), text.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
            let number = Int64(text)
        else { return nil }
        rawValue = number
    }

    /// The decimal form.
    public var description: String { String(rawValue) }

    /// Orders by time of issue.
    public static func < (left: ID, right: ID) -> Bool { left.rawValue < right.rawValue }

    /// The smallest id that could have been issued at `time`; for ranges over time.
    public static func lowest(at time: Timestamp) -> ID {
        ID(rawValue: max(0, time.milliseconds) << IDGenerator.randomBits)
    }

    /// When it was issued.
    public var issuedAt: Timestamp { Timestamp(milliseconds: rawValue >> IDGenerator.randomBits) }
}

extension ID: Codable {
    /// Reads the number.
    public init(from decoder: any Decoder) throws {
        rawValue = try decoder.singleValueContainer().decode(Int64.self)
    }

    /// Writes the number.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(rawValue)
    }
}
