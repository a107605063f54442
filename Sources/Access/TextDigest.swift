import Crypto

/// The digest of a text that tells two apart and gives neither away.
public enum TextDigest {
    /// SHA-256 of the text's UTF-8, in hexadecimal.
    public static func sha256(_ text: String) -> String {
        let digits = Array("0123456789abcdef".utf8)
        let bytes = SHA256.hash(data: Array(text.utf8)).flatMap {
            [digits[Int($0 >> 4)], digits[Int($0 & 15)]]
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
