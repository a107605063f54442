import Archives
import Logging
import ServiceLifecycle

/// Makes the archives that people have ordered, and does what they bring along: each of the three kinds of work one at a
/// time, beside the others.
struct ArchiveWork: Service {
    let desk: ArchiveDesk
    let logger: Logger

    /// How often it looks for work; a look is a question of an index.
    private static let interval = Duration.seconds(1)

    func run() async throws {
        let desk = desk
        await cancelWhenGracefulShutdown {
            await withTaskGroup(of: Void.self) { group in
                group.addTask { await repeating { try await desk.makeNext() } }
                group.addTask { await repeating { try await desk.readNext() } }
                group.addTask { await repeating { try await desk.doNextRow() } }
            }
        }
    }

    private func repeating(_ step: () async throws -> Bool) async {
        while (try? await Task.sleep(for: Self.interval)) != nil {
            do {
                while !Task.isCancelled, try await step() {}
            } catch is CancellationError {
                return
            } catch {
                // The order stays, and is begun anew when nobody holds it any more.
                logger.warning("work on an archive failed", metadata: ["error": "\(error)"])
            }
        }
    }
}
