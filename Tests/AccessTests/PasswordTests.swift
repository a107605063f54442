import Foundation
import Synchronization
import Testing

@testable import Access

@Suite("Passwords")
struct PasswordTests {
    /// Cheap enough for many.
    private static let cost = PasswordHash.Cost(rounds: 1 << 10, blockSize: 8, parallelism: 1)
    /// Slow enough to be measured.
    private static let slow = PasswordHash.Cost(rounds: 1 << 13, blockSize: 8, parallelism: 1)
    private let hasher = PasswordHasher(cost: cost)

    @Test("the right password matches its hash, also when read back; another does not")
    func round() async throws {
        let hash = try await hasher.hash("a long walk to school")
        let stored = try #require(PasswordHash(hash.description))
        #expect(try await hasher.matches("a long walk to school", stored))
        #expect(try await !hasher.matches("a long walk to School", stored))
        #expect(try await !hasher.matches("", stored))
        #expect(try await hasher.hash("a long walk to school").description != hash.description)
    }

    @Test("API-19: a password of 256 bytes is taken whole, one of 257 or a mebibyte is not")
    func length() async throws {
        let longest = String(repeating: "x", count: 255) + "y"
        let hash = try await hasher.hash(longest)
        #expect(try await hasher.matches(longest, hash))
        // Nothing is cut off: after 72 bytes the rest counts too.
        #expect(try await !hasher.matches(String(repeating: "x", count: 256), hash))
        for long in [longest + "z", String(repeating: "x", count: 1 << 20)] {
            await #expect(throws: PasswordError.badLength) { _ = try await hasher.hash(long) }
            #expect(try await !hasher.matches(long, hash))
        }
        await #expect(throws: PasswordError.badLength) { _ = try await hasher.hash("too short") }
    }

    @Test("API-19: NUL is a character like another")
    func nul() async throws {
        let hash = try await hasher.hash("ten letters\0and more")
        #expect(try await hasher.matches("ten letters\0and more", hash))
        #expect(try await !hasher.matches("ten letters\0and less", hash))
        #expect(try await !hasher.matches("ten letters", hash))
    }

    @Test("API-19: a composed and a decomposed spelling are one password, another letter is another")
    func normalisation() async throws {
        let composed = "caf\u{E9} im Lehrerzimmer"
        let decomposed = "cafe\u{301} im Lehrerzimmer"
        #expect(!composed.utf8.elementsEqual(decomposed.utf8))
        #expect(try await hasher.matches(decomposed, try await hasher.hash(composed)))
        #expect(try await hasher.matches(composed, try await hasher.hash(decomposed)))
        #expect(try await !hasher.matches("cafe im Lehrerzimmer", try await hasher.hash(composed)))
        // Length is that of the composed form.
        let marks = String(repeating: "e\u{301}", count: 128)
        #expect(marks.utf8.count == 384)
        #expect(try await hasher.matches(marks, try await hasher.hash(marks)))
    }

    @Test("API-19: no more than a hundred wait for the hasher, the others are told to come back")
    func slots() async throws {
        let slow = PasswordHasher(cost: Self.slow)
        let hash = try await slow.hash("a long walk to school")
        let busy = try await withThrowingTaskGroup(of: Bool.self) { tasks in
            for _ in 0..<(2 * PasswordHasher.capacity) {
                tasks.addTask {
                    do {
                        return try await !slow.matches("a long walk to school", hash)
                    } catch PasswordError.tooBusy {
                        return true
                    }
                }
            }
            return try await tasks.reduce(into: 0) { $0 += $1 ? 1 : 0 }
        }
        #expect(busy > 0 && busy <= PasswordHasher.capacity)
        #expect(try await slow.matches("a long walk to school", hash))
    }

    @Test("API-10: without an account it takes as long to say no")
    func decoy() async throws {
        let hasher = PasswordHasher(cost: Self.slow)
        let hash = try await hasher.hash("a long walk to school")
        let clock = ContinuousClock()
        var known: [Duration] = []
        var unknown: [Duration] = []
        for _ in 0..<5 {
            known.append(try await clock.measure { _ = try await hasher.matches("another password", hash) })
            unknown.append(try await clock.measure { _ = try await hasher.matches("another password", nil) })
        }
        let (least, other) = (known.min() ?? .zero, unknown.min() ?? .zero)
        // Without hashing it would be thousands of times as fast; a busy machine makes either a few times slower.
        #expect(other > least / 20, "\(known) \(unknown)")
    }

    @Test("making a hasher hashes nothing")
    func lazy() {
        let time = ContinuousClock().measure { for _ in 0..<20 { _ = PasswordHasher() } }
        #expect(time < .milliseconds(200))
    }
}
