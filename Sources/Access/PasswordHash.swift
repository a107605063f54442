import Crypto
import CryptoExtras
import FoundationEssentials

/// A password's scrypt hash with everything that is needed to check it.
///
/// Spec: RFC 7914.
///
/// Its text is `scrypt$N$r$p$salt$key`, salt and key in base64; the parameters may be raised for new hashes without
/// invalidating old ones.
public struct PasswordHash: Sendable, CustomStringConvertible {
    /// What a hash costs.
    struct Cost: Sendable, Hashable {
        let rounds: Int
        let blockSize: Int
        let parallelism: Int

        /// 32 MiB and about 0.1 seconds.
        static let standard = Cost(rounds: 1 << 15, blockSize: 8, parallelism: 1)
    }

    private static let keyLength = 32

    private let cost: Cost
    private let salt: [UInt8]
    private let key: [UInt8]

    /// Hashes a password with a salt of its own; takes the whole cost, so only `PasswordHasher` calls it.
    init(of password: [UInt8], cost: Cost = .standard) throws(PasswordError) {
        self.cost = cost
        salt = Self.random(16)
        key = try Self.derive(password, salt, cost)
    }

    /// A hash that no password has; made in no time, it takes as long to check as any other.
    init(ofNothing cost: Cost) {
        self.cost = cost
        salt = Self.random(16)
        key = Self.random(Self.keyLength)
    }

    /// Reads a stored hash; nil when it is none of ours.
    public init?(_ text: String) {
        let parts = text.split(separator: "$", omittingEmptySubsequences: false)
        guard parts.count == 6, parts[0] == "scrypt", let rounds = Int(parts[1]),
            let blockSize = Int(parts[2]),
            let parallelism = Int(parts[3]), let salt = Data(base64Encoded: String(parts[4])),
            let key = Data(base64Encoded: String(parts[5])), key.count == Self.keyLength,
            (1 << 10...1 << 20).contains(rounds), (1...32).contains(blockSize), (1...16).contains(parallelism)
        else { return nil }
        cost = Cost(rounds: rounds, blockSize: blockSize, parallelism: parallelism)
        self.salt = Array(salt)
        self.key = Array(key)
    }

    /// Whether a password is the one; compares in constant time.
    func matches(_ password: [UInt8]) -> Bool {
        guard let derived = try? Self.derive(password, salt, cost) else { return false }
        return zip(derived, key).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
    }

    /// The text to store.
    public var description: String {
        let parts = ["scrypt", "\(cost.rounds)", "\(cost.blockSize)", "\(cost.parallelism)"]
        return (parts + [Data(salt).base64EncodedString(), Data(key).base64EncodedString()]).joined(
            separator: "$"
        )
    }

    private static func random(_ count: Int) -> [UInt8] {
        var random = SystemRandomNumberGenerator()
        return (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &random) }
    }

    private static func derive(_ password: [UInt8], _ salt: [UInt8], _ cost: Cost) throws(PasswordError)
        -> [UInt8]
    {
        do {
            let key = try KDF.Scrypt.deriveKey(
                from: password,
                salt: salt,
                outputByteCount: keyLength,
                rounds: cost.rounds,
                blockSize: cost.blockSize,
                parallelism: cost.parallelism
            )
            return key.withUnsafeBytes { Array($0) }
        } catch {
            throw .notEnoughMemory
        }
    }
}

/// Why a password was not taken or not checked.
public enum PasswordError: Error, Sendable, Hashable, CustomStringConvertible {
    /// It has fewer than 10 characters or more than 256 bytes.
    case badLength
    /// The memory for hashing could not be had.
    case notEnoughMemory
    /// Too many others are waiting for theirs to be checked.
    case tooBusy

    /// The text for the person.
    public var description: String {
        switch self {
        case .badLength: "a password has at least 10 characters and at most 256 bytes"
        case .notEnoughMemory, .tooBusy: "the server is busy, try again in a moment"
        }
    }
}
