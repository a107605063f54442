import Dispatch
private import Foundation
import Synchronization

/// Hashes and checks passwords, two at a time: each takes 32 MiB and a tenth of a second, so a flood of sign-ins
/// must not take the machine down.
///
/// The work is done on a queue of its own, never on the threads that answer requests. A hundred may wait.
public final class PasswordHasher: Sendable {
    /// How many may be under way or wait.
    static let capacity = 100
    /// The longest password, in bytes of its composed form.
    static let longest = 256

    private let queues: [DispatchQueue]
    private let cost: PasswordHash.Cost
    private let waiting = Mutex(0)
    private let turn = Atomic<Int>(0)
    /// What is checked when there is no account, so that the answer takes as long as any other.
    private let decoy: PasswordHash

    /// Makes a hasher; one for a process.
    public convenience init() {
        self.init(cost: .standard)
    }

    init(cost: PasswordHash.Cost) {
        self.cost = cost
        queues = (1...2).map { DispatchQueue(label: "staffroom.passwords.\($0)") }
        decoy = PasswordHash(ofNothing: cost)
    }

    /// Hashes a new password.
    ///
    /// - Throws: `PasswordError`.
    public func hash(_ password: String) async throws(PasswordError) -> PasswordHash {
        guard password.count >= 10, let bytes = Self.composed(password) else { throw .badLength }
        let cost = cost
        return try await work { () throws(PasswordError) in try PasswordHash(of: bytes, cost: cost) }
    }

    /// Whether a password is the one that was hashed; without a hash it is not, and it takes as long to say so.
    ///
    /// - Throws: `PasswordError.tooBusy`.
    public func matches(_ password: String, _ hash: PasswordHash?) async throws(PasswordError) -> Bool {
        guard let bytes = Self.composed(password) else { return false }
        let decoy = decoy
        return try await work { () throws(PasswordError) in
            guard let hash else {
                _ = decoy.matches(bytes)
                return false
            }
            return hash.matches(bytes)
        }
    }

    /// The bytes that are hashed: one spelling (NFC) whatever keyboard they were typed on; nil when too long.
    private static func composed(_ password: String) -> [UInt8]? {
        guard password.utf8.count <= 4 * longest else { return nil }
        let bytes = Array(password.precomposedStringWithCanonicalMapping.utf8)
        return bytes.count <= longest ? bytes : nil
    }

    private func work<Value: Sendable>(
        _ body: @escaping @Sendable () throws(PasswordError) -> Value
    ) async throws(PasswordError) -> Value {
        let isAdmitted = waiting.withLock { waiting in
            guard waiting < Self.capacity else { return false }
            waiting += 1
            return true
        }
        guard isAdmitted else { throw .tooBusy }
        defer { waiting.withLock { $0 -= 1 } }
        let queue = queues[turn.wrappingAdd(1, ordering: .relaxed).newValue & 1]
        let result = await withCheckedContinuation { continuation in
            queue.async {
                let result: Result<Value, PasswordError>
                do throws(PasswordError) {
                    result = .success(try body())
                } catch {
                    result = .failure(error)
                }
                continuation.resume(returning: result)
            }
        }
        return try result.get()
    }
}
