import Crypto
import FoundationEssentials

/// A private key of ours with the id under which peers find its public half.
public struct SigningKey: Sendable, CustomStringConvertible {
    private enum Material {
        case rsa(RSAKey)
        case ed25519(Curve25519.Signing.PrivateKey)
    }

    private let material: Material
    /// The key's id, a URI such as `https://school.example/ap/actors/1#main-key`.
    public let keyID: String

    /// Reads an RSA key: PKCS#8 or PKCS#1 PEM, not encrypted.
    ///
    /// - Throws: `KeyError`; the key must be as strong as `PublicKey` asks of peers.
    public init(rsaPEM: String, keyID: String) throws(KeyError) {
        try self.init(.rsa(try RSAKey.privateKey(pem: rsaPEM, strength: .enforced)), keyID)
    }

    /// Reads an Ed25519 key: the Base64 of its 32 bytes of seed.
    ///
    /// - Throws: `KeyError`.
    public init(ed25519Seed: String, keyID: String) throws(KeyError) {
        guard let seed = Base64.decode(ed25519Seed.utf8),
            let key = try? Curve25519.Signing.PrivateKey(rawRepresentation: seed)
        else { throw .malformedSeed }
        try self.init(.ed25519(key), keyID)
    }

    /// Makes an RSA key of 2048 bits.
    ///
    /// It takes about a tenth of a second of CPU: not for an event loop.
    ///
    /// - Throws: `KeyError`.
    public static func generateRSA(keyID: String) throws(KeyError) -> SigningKey {
        try SigningKey(.rsa(try RSAKey.generate()), keyID)
    }

    /// Makes an Ed25519 key.
    ///
    /// - Throws: `KeyError.unusableKeyID`.
    public static func generateEd25519(keyID: String) throws(KeyError) -> SigningKey {
        try SigningKey(.ed25519(Curve25519.Signing.PrivateKey()), keyID)
    }

    private init(_ material: Material, _ keyID: String) throws(KeyError) {
        guard (1...SignatureLimits.keyIDBytes).contains(keyID.utf8.count),
            keyID.utf8.allSatisfy({ ASCII.isPrintable($0, spaces: false) && $0 != 0x22 && $0 != 0x5C })
        else { throw .unusableKeyID }
        self.material = material
        self.keyID = keyID
    }

    /// The key's id alone, so that a key in a log line gives nothing away.
    public var description: String { keyID }

    /// For what the key is made.
    public var kind: PublicKey.Kind {
        switch material {
        case .rsa: .rsa
        case .ed25519: .ed25519
        }
    }

    /// The public half as an actor document shows it: SPKI PEM for RSA, multibase (`z6Mk...`) for Ed25519.
    ///
    /// - Throws: `KeyError.failed` when memory ran out.
    public func publicText() throws(KeyError) -> String {
        switch material {
        case .rsa(let key): try key.publicPEM()
        case .ed25519(let key): Multikey.encode([UInt8](key.publicKey.rawRepresentation))
        }
    }

    /// The private key as the initialisers read it: PKCS#8 PEM for RSA, the Base64 seed for Ed25519.
    ///
    /// A secret: it is never logged.
    ///
    /// - Throws: `KeyError.failed` when memory ran out.
    public func privateText() throws(KeyError) -> String {
        switch material {
        case .rsa(let key): try key.privatePEM()
        case .ed25519(let key): Base64.encode([UInt8](key.rawRepresentation))
        }
    }

    /// Signs the exact bytes of a message.
    func sign(_ message: [UInt8]) throws(SignatureError) -> [UInt8] {
        switch material {
        case .rsa(let key):
            guard let signature = key.sign(message) else { throw .cannotSign("libcrypto failed") }
            return signature
        case .ed25519(let key):
            guard let signature = try? key.signature(for: message) else {
                throw .cannotSign("swift-crypto failed")
            }
            return [UInt8](signature)
        }
    }
}
