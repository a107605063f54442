public import Foundation
import Glibc
import Synchronization

/// A process that a test starts: a thread of its own starts it and waits for its end, and nothing needs a run loop.
public final class ChildProcess: Sendable {
    /// How a process ended.
    public struct End: Sendable {
        /// The exit status, or the signal's number.
        public let status: Int32
        /// Whether a signal ended it.
        public let isBySignal: Bool
    }

    /// A process that could not be started.
    public struct CannotStart: Error {
        let code: Int32
    }

    private let id: pid_t
    /// Held while a signal is sent and while the end is noted, so that no signal reaches another process.
    private let isOver: Mutex<Bool>
    private let ends: AsyncStream<End>

    /// Starts a program with its three standard descriptors.
    public static func start(
        _ program: URL,
        _ arguments: [String],
        environment: [String: String],
        descriptors: [Int32]
    ) async throws -> ChildProcess {
        let (ends, end) = AsyncStream.makeStream(of: End.self)
        return try await withCheckedThrowingContinuation { continuation in
            // The thread lives as long as the child: what is told to end with its parent ends with this thread.
            Thread.detachNewThread {
                do {
                    let id = try spawn(program, arguments, environment, descriptors)
                    let process = ChildProcess(id, ends)
                    continuation.resume(returning: process)
                    end.yield(process.wait())
                } catch {
                    continuation.resume(throwing: error)
                }
                end.finish()
            }
        }
    }

    private init(_ id: pid_t, _ ends: AsyncStream<End>) {
        self.id = id
        self.ends = ends
        isOver = Mutex(false)
    }

    /// Sends it a signal, unless it has ended.
    public func signal(_ signal: Int32) {
        isOver.withLock { isOver in
            if !isOver { kill(id, signal) }
        }
    }

    /// Waits for its end; once.
    public func end() async -> End {
        for await end in ends { return end }
        return End(status: -1, isBySignal: false)
    }

    private func wait() -> End {
        var information = siginfo_t()
        while waitid(P_PID, id_t(id), &information, WEXITED | WNOWAIT) == -1, errno == EINTR {}
        return isOver.withLock { isOver in
            isOver = true
            var status: Int32 = 0
            while waitpid(id, &status, 0) == -1, errno == EINTR {}
            let signal = status & 0x7F
            return End(status: signal == 0 ? (status >> 8) & 0xFF : signal, isBySignal: signal != 0)
        }
    }

    private static func spawn(
        _ program: URL,
        _ arguments: [String],
        _ environment: [String: String],
        _ descriptors: [Int32]
    ) throws -> pid_t {
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
        return id
    }
}
