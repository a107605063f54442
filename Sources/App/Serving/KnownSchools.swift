import Domain
import Logging
import Server
import ServiceLifecycle
import Storage
import Synchronization

/// The schools' hosts for the front door, which asks at every request and cannot wait.
///
/// The database is looked at every second, so a school that is added on the command line is served soon after.
final class KnownSchools: Service {
    private let database: any SQLDatabase
    private let allowsPlainHTTP: Bool
    private let logger: Logger
    private let known = Mutex<Set<Host>>([])

    init(database: any SQLDatabase, settings: Settings, logger: Logger) {
        self.database = database
        self.logger = logger
        allowsPlainHTTP = !settings.dangerousRanges.isEmpty
    }

    /// The hosts, in order.
    var hosts: [String] { known.withLock { $0.map(\.description).sorted() } }

    func contains(_ host: Host) -> Bool { known.withLock { $0.contains(host) } }

    /// Reads the schools.
    ///
    /// - Throws: `StorageError`; `SettingError` when a school's base URL is plain http and that is not allowed.
    func refresh() async throws {
        let schools = try await database.read { try $0.schools.all() }
        if !allowsPlainHTTP, let plain = schools.first(where: { $0.origin.scheme == .http }) {
            throw SettingError(
                .dangerAllowAddresses,
                "is not given, but the base URL of \(plain.name) is \(plain.origin): plain http is for trials only"
            )
        }
        known.withLock { $0 = Set(schools.map(\.host)) }
    }

    func run() async throws {
        await cancelWhenGracefulShutdown {
            var failure: String?
            while (try? await Task.sleep(for: .seconds(1))) != nil {
                let previous = failure
                failure = await self.failureOfRefresh()
                // The old list serves until it can be read again; one line tells of it, not one a second.
                if let failure, failure != previous {
                    self.logger.error("kept the old list of schools", metadata: ["error": "\(failure)"])
                }
            }
        }
    }

    private func failureOfRefresh() async -> String? {
        do {
            try await refresh()
            return nil
        } catch {
            return "\(error)"
        }
    }
}
