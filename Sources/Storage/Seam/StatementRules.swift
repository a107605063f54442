/// What a transaction's statements may be; drivers ask before they run one.
public enum StatementRules {
    /// Statements with more parameters are compiled each time: lists of every length must not fill a cache.
    public static let cachedArguments = 40

    private static let words: [[UInt8]] = [
        "BEGIN", "START", "COMMIT", "END", "ROLLBACK", "ABORT", "SAVEPOINT", "RELEASE", "PREPARE", "ATTACH",
        "DETACH", "VACUUM",
    ].map { Array($0.utf8) }

    /// Whether the first word begins or ends transactions, or needs to stand outside of one.
    public static func controlsTransactions(_ text: String) -> Bool {
        let first = text.utf8.drop { $0 <= 0x20 || $0 == UInt8(ascii: ";") }
            .prefix { ($0 | 0x20) >= UInt8(ascii: "a") && ($0 | 0x20) <= UInt8(ascii: "z") }
        return words.contains { word in
            word.count == first.count && zip(word, first).allSatisfy { $0 == $1 & 0xDF }
        }
    }
}
