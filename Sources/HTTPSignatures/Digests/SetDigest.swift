/// The digest of a set of texts, whatever their order: the exclusive or of their SHA-256 hashes.
///
/// Spec: FEP-8fcf, "The Collection-Synchronization HTTP header".
public enum SetDigest {
    /// The digest as 64 lower-case hexadecimal digits; of nothing, 64 zeros.
    public static func hex(of texts: some Sequence<String>) -> String {
        var sum = [UInt8](repeating: 0, count: 32)
        for text in texts {
            for (index, byte) in DigestAlgorithm.sha256.hash(Array(text.utf8)).enumerated()
            where index < sum.count {
                sum[index] ^= byte
            }
        }
        let digits = Array("0123456789abcdef".utf8)
        return String(decoding: sum.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }
}
