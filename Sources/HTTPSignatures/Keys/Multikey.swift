/// The text form of an Ed25519 public key: multibase base58btc of the multicodec prefix and 32 bytes.
///
/// Spec: FEP-521a; W3C Controlled Identifiers, section 2.2.2.
enum Multikey {
    private static let ed25519Prefix: [UInt8] = [0xED, 0x01]
    private static let base58 = UInt8(ascii: "z")

    static func encode(_ raw: [UInt8]) -> String { "z" + Base58.encode(ed25519Prefix + raw) }

    /// Reads the 32 bytes of a key.
    static func decode(_ text: String) throws(KeyError) -> [UInt8] {
        guard text.utf8.first == base58, let bytes = Base58.decode(text.utf8.dropFirst()), bytes.count == 34,
            bytes.starts(with: ed25519Prefix)
        else { throw .malformedMultibase }
        return [UInt8](bytes.dropFirst(2))
    }
}
