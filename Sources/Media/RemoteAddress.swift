import Crypto
public import Domain
import Foundation

/// The address under which a school shows a peer's file, so that no reader's browser or app talks to the peer.
///
/// `/media/remote/SIGNATURE/ADDRESS`: the file's own address in Base64 for URLs, signed with the school's key
/// (HMAC-SHA256, its first 128 bits), so that nobody can have us fetch what we have not shown.
public enum RemoteAddress {
    private static let signatureBytes = 16
    private static let longest = 4_096

    /// The address of a peer's file at a school; the school's own files keep theirs.
    public static func shown(_ uri: URI, at school: School) -> String {
        uri.origin == school.origin ? uri.description : "\(school.origin)\(path(of: uri, at: school))"
    }

    /// The path of a peer's file at a school.
    public static func path(of uri: URI, at school: School) -> String {
        let address = Array(uri.description.utf8)
        return "/media/remote/\(encode(signature(of: address, school)))/\(encode(address))"
    }

    /// The file's own address; nil when the school has not signed it.
    static func read(_ signature: String, _ address: String, at school: School) -> URI? {
        guard address.utf8.count <= longest, let bytes = decode(address), let given = decode(signature),
            given.count == signatureBytes
        else { return nil }
        let expected = self.signature(of: bytes, school)
        // Without telling by the time it takes how much of it was right.
        let difference = zip(given, expected).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) }
        return difference == 0 ? try? URI(String(decoding: bytes, as: UTF8.self)) : nil
    }

    private static func signature(of address: [UInt8], _ school: School) -> [UInt8] {
        let key = SymmetricKey(data: Array(school.mediaKey.utf8))
        return Array(HMAC<SHA256>.authenticationCode(for: address, using: key).prefix(signatureBytes))
    }

    private static func encode(_ bytes: [UInt8]) -> String {
        Data(bytes).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing(
            "=",
            with: ""
        )
    }

    private static func decode(_ text: String) -> [UInt8]? {
        let plain = text.replacing("-", with: "+").replacing("_", with: "/")
        let padding = String(repeating: "=", count: (4 - plain.utf8.count % 4) % 4)
        return Data(base64Encoded: plain + padding).map { Array($0) }
    }
}
