/// How large and how old a signature may be.
///
/// Times are Mastodon's, which the others of this network had to follow: a date is good for five minutes, anything for at
/// most twelve hours, and clocks may differ by an hour.
enum SignatureLimits {
    /// The bytes of a Signature or Signature-Input field.
    static let fieldBytes = 8_192
    /// The names that a signature covers.
    static let names = 64
    /// The bytes of a key id.
    static let keyIDBytes = 2_048
    /// The algorithms in one digest field.
    static let digests = 8
    /// How far a peer's clock may be from ours, in milliseconds.
    static let skew: Int64 = 3_600_000
    /// How long a signature without an expiry holds, in milliseconds.
    static let life: Int64 = 300_000
    /// How long any signature holds, in milliseconds.
    static let longestLife: Int64 = 43_200_000
}
