import COpenSSL
import Crypto

/// An RSA key in libcrypto, public or private.
///
/// libcrypto signs at twice the speed of swift-crypto's BoringSSL and verifies as fast as it. A key is parsed once,
/// never changed, and may be used on several threads at once; it is freed with its last reference.
final class RSAKey: Sendable {
    /// What a key must be for us to rely on it.
    enum Strength {
        /// 2048 to 4096 bits, odd modulus, odd exponent from 65537 to 33 bits.
        case enforced
        /// Whatever libcrypto reads: for the vectors of specifications, whose keys are too short.
        case anything
    }

    static let sizes = 2048...4096
    /// Larger ones serve nobody and make verifying as slow as signing; BoringSSL draws the same line.
    private static let exponents: ClosedRange<UInt64> = 65_537...(1 << 33 - 1)
    /// Enough for a private key of 4096 bits in DER, in bytes.
    private static let derCapacity = 8_192

    // libcrypto does not change a key after it was made and guards its caches itself, see COpenSSL.h.
    private nonisolated(unsafe) let key: OpaquePointer

    private init(owning key: OpaquePointer) {
        self.key = key
    }

    deinit { copenssl_key_free(key) }

    /// Reads a public key: SPKI (`PUBLIC KEY`) or PKCS#1 (`RSA PUBLIC KEY`).
    static func publicKey(pem text: String, strength: Strength) throws(KeyError) -> RSAKey {
        let pem = try PEM(text)
        switch pem.label {
        case "PUBLIC KEY": return try read(pem, copenssl_rsa_public_from_spki, strength)
        case "RSA PUBLIC KEY": return try read(pem, copenssl_rsa_public_from_pkcs1, strength)
        default: throw .notRSA
        }
    }

    /// Reads a private key: PKCS#8 (`PRIVATE KEY`) or PKCS#1 (`RSA PRIVATE KEY`), not encrypted.
    static func privateKey(pem text: String, strength: Strength) throws(KeyError) -> RSAKey {
        let pem = try PEM(text)
        switch pem.label {
        case "PRIVATE KEY": return try read(pem, copenssl_rsa_private_from_pkcs8, strength)
        case "RSA PRIVATE KEY": return try read(pem, copenssl_rsa_private_from_pkcs1, strength)
        default: throw .notRSA
        }
    }

    /// Makes a key of 2048 bits; takes about a tenth of a second of CPU.
    static func generate() throws(KeyError) -> RSAKey {
        guard let key = copenssl_rsa_generate(UInt32(sizes.lowerBound)) else { throw .failed }
        return RSAKey(owning: key)
    }

    private static func read(
        _ pem: PEM,
        _ parse: (UnsafePointer<UInt8>, Int) -> OpaquePointer?,
        _ strength: Strength
    ) throws(KeyError) -> RSAKey {
        guard let pointer = parse(pem.bytes, pem.bytes.count) else { throw .notRSA }
        let key = RSAKey(owning: pointer)
        if strength == .enforced { try key.checkStrength() }
        return key
    }

    private func checkStrength() throws(KeyError) {
        let bits = Int(copenssl_rsa_bits(key))
        guard Self.sizes.contains(bits) else { throw .size(bits: bits) }
        guard copenssl_rsa_modulus_is_odd(key) == 1 else { throw .evenModulus }
        let exponent = copenssl_rsa_exponent(key)
        guard Self.exponents.contains(exponent), exponent % 2 == 1 else { throw .exponent }
    }

    /// Signs a message: RSASSA-PKCS1-v1_5 with SHA-256.
    ///
    /// Spec: RFC 8017 section 8.2.
    ///
    /// - Returns: nil when this is a public key or libcrypto failed.
    func sign(_ message: [UInt8]) -> [UInt8]? {
        let digest = DigestAlgorithm.sha256.hash(message)
        let size = (Int(copenssl_rsa_bits(key)) + 7) / 8
        let signature = [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
            guard let base = buffer.baseAddress else { return }
            count = copenssl_rsa_sign_sha256(key, digest, digest.count, base, buffer.count)
        }
        return signature.isEmpty ? nil : signature
    }

    /// Tells whether a signature is this key's over a message.
    func verifies(_ signature: [UInt8], over message: [UInt8]) -> Bool {
        let digest = DigestAlgorithm.sha256.hash(message)
        return copenssl_rsa_verify_sha256(key, digest, digest.count, signature, signature.count) == 1
    }

    /// The public half as SPKI PEM.
    func publicPEM() throws(KeyError) -> String { try write("PUBLIC KEY", copenssl_rsa_write_spki) }

    /// The private key as PKCS#8 PEM.
    func privatePEM() throws(KeyError) -> String { try write("PRIVATE KEY", copenssl_rsa_write_pkcs8) }

    private func write(
        _ label: String,
        _ serialize: (OpaquePointer, UnsafeMutablePointer<UInt8>, Int) -> Int
    ) throws(KeyError) -> String {
        let bytes = [UInt8](unsafeUninitializedCapacity: Self.derCapacity) { buffer, count in
            guard let base = buffer.baseAddress else { return }
            count = serialize(key, base, buffer.count)
        }
        guard !bytes.isEmpty else { throw .failed }
        return PEM(label: label, bytes: bytes).text
    }
}
