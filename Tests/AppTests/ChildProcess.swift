import Foundation
import Glibc

/// A process that a test starts: its end is waited for in a thread of its own, and nothing needs a run loop.
struct ChildProcess: Sendable {
    /// How a process ended.
    struct End: Sendable {
        /// The exit status, or the signal's number.
        let status: Int32
        let isBySignal: Bool
    }

    struct CannotStart: Error {
        let code: Int32
    }

    let id: pid_t

    /// Starts a program with its three standard descriptors.
    init(
        _ program: URL,
        _ arguments: [String],
        environment: [String: String],
        descriptors: [Int32]
    ) throws {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        for (target, descriptor) in descriptors.enumerated() {
            posix_spawn_file_actions_adddup2(&actions, descriptor, Int32(target))
        }
        var words = ([program.path] + arguments).map { strdup($0) } + [nil]
        var variables = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { for text in words + variables { free(text) } }
        var id: pid_t = 0
        let code = posix_spawn(&id, program.path, &actions, nil, &words, &variables)
        guard code == 0 else { throw CannotStart(code: code) }
        self.id = id
    }

    /// Waits for its end, in a thread of its own.
    func end() async -> End {
        await withCheckedContinuation { continuation in
            Thread.detachNewThread {
                var status: Int32 = 0
                while waitpid(id, &status, 0) == -1, errno == EINTR {}
                let signal = status & 0x7F
                continuation.resume(
                    returning: End(
                        status: signal == 0 ? (status >> 8) & 0xFF : signal,
                        isBySignal: signal != 0
                    )
                )
            }
        }
    }
}
