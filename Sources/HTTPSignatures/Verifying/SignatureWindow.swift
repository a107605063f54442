/// The time in which a signature holds.
enum SignatureWindow {
    /// Reads a time in whole seconds since the epoch: decimal digits and nothing else.
    ///
    /// - Returns: milliseconds; nil for signs, fractions, exponents, and numbers too large.
    static func milliseconds(ofSeconds text: String) -> Int64? {
        guard (1...15).contains(text.utf8.count), text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
            return nil
        }
        return Int64(text).map { $0 * 1_000 }  // 15 digits and three more fit 63 bits
    }

    /// Judges a signature's time.
    ///
    /// A date or `created` may be an hour ahead of our clock. Five minutes after it, or when `expires` says so, but
    /// at most twelve hours after it, the signature ends; an hour is added to that for slow clocks, but not to an
    /// explicit `expires`: its sender said that it must not be used any more.
    ///
    /// - Parameters: all in milliseconds since the epoch.
    /// - Throws: `tooFarAhead`, `tooOld`, `expired`, `badTimestamp` for an expiry before the beginning.
    static func check(madeAt: Int64, expires: Int64?, now: Int64) throws(SignatureError) {
        let (age, overflow) = now.subtractingReportingOverflow(madeAt)
        guard !overflow else { throw .tooOld }
        guard age >= -SignatureLimits.skew else { throw .tooFarAhead }
        guard let expires else {
            guard age <= SignatureLimits.life + SignatureLimits.skew else { throw .tooOld }
            return
        }
        guard expires >= madeAt else { throw .badTimestamp("expires") }
        guard expires > now else { throw .expired }
        guard age <= SignatureLimits.longestLife + SignatureLimits.skew else { throw .tooOld }
    }
}
