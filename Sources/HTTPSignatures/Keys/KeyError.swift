/// Why a key was refused.
public enum KeyError: Error, Sendable, Hashable {
    /// The text is not one PEM block, its Base64 is broken, or it is longer than 16 KiB.
    case malformedPEM
    /// The block holds no plain RSA key: another kind, another label, or broken DER.
    case notRSA
    /// The modulus has fewer than 2048 or more than 4096 bits.
    case size(bits: Int)
    /// The modulus is even.
    case evenModulus
    /// The exponent is even, smaller than 65537 or larger than 33 bits.
    case exponent
    /// The text is no Multikey of an Ed25519 key.
    case malformedMultibase
    /// The seed is not the Base64 of 32 bytes.
    case malformedSeed
    /// The key id cannot stand in a header field: empty, longer than 2048 bytes, or with quotes or unprintable bytes.
    case unusableKeyID
    /// libcrypto could not make or write a key.
    case failed
}
