import Crypto
import FoundationEssentials

/// Random text that gives access, and its hash: only the hash is stored.
struct Secret {
    /// The text, 256 random bits in base64url.
    let text: String

    /// Makes a new one.
    init() {
        let key = SymmetricKey(size: .bits256)
        text = key.withUnsafeBytes { Self.base64URL(Data($0)) }
    }

    /// Spec: RFC 4648 section 5, without padding.
    static func base64URL(_ data: Data) -> String {
        data.base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing(
            "=",
            with: ""
        )
    }

    /// Whether a byte is one of that alphabet.
    static func isBase64URL(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
            || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_")
    }

    /// The hash under which it is found.
    var hash: String { Self.hash(of: text) }

    /// SHA-256 in hexadecimal; a slow hash is not needed for what nobody can guess.
    static func hash(of text: String) -> String { TextDigest.sha256(text) }
}
