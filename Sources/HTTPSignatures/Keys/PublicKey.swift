import Crypto
import FoundationEssentials

/// A peer's public key, parsed and found strong enough.
///
/// Parsing takes about 90 microseconds for RSA, so callers keep the value.
public struct PublicKey: Sendable {
    /// The two kinds of key that this network signs with.
    public enum Kind: Sendable, Hashable {
        /// RSASSA-PKCS1-v1_5 with SHA-256.
        case rsa
        /// Ed25519, RFC 8032.
        case ed25519
    }

    private enum Material {
        case rsa(RSAKey)
        case ed25519(Curve25519.Signing.PublicKey)
    }

    private let material: Material

    /// Reads an RSA key of an actor's `publicKeyPem`: SPKI or PKCS#1, one block.
    ///
    /// - Throws: `KeyError`: 2048 to 4096 bits, an odd modulus, and an odd exponent from 65537 are required; EC and
    ///   RSA-PSS keys are refused.
    public init(pem: String) throws(KeyError) {
        try self.init(pem: pem, strength: .enforced)
    }

    init(pem: String, strength: RSAKey.Strength) throws(KeyError) {
        material = .rsa(try RSAKey.publicKey(pem: pem, strength: strength))
    }

    /// Reads an Ed25519 key of a Multikey's `publicKeyMultibase`, which begins with `z6Mk`.
    ///
    /// Spec: FEP-521a.
    ///
    /// - Throws: `KeyError.malformedMultibase`.
    public init(multibase: String) throws(KeyError) {
        let raw = try Multikey.decode(multibase)
        guard let key = try? Curve25519.Signing.PublicKey(rawRepresentation: raw) else {
            throw .malformedMultibase
        }
        material = .ed25519(key)
    }

    /// For what the key is made.
    public var kind: Kind {
        switch material {
        case .rsa: .rsa
        case .ed25519: .ed25519
        }
    }

    /// Tells whether a signature is this key's over the exact bytes of a message.
    func verifies(_ signature: [UInt8], over message: [UInt8]) -> Bool {
        switch material {
        case .rsa(let key): key.verifies(signature, over: message)
        case .ed25519(let key): key.isValidSignature(signature, for: message)
        }
    }
}
