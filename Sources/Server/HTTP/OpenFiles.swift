#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// The number of files and sockets that the process may have open.
enum OpenFiles {
    /// Files kept for everything but clients: databases, outbound connections, logs.
    static let reserve = 512

    /// Raises the soft limit so that as many clients fit, as far as the hard limit lets it; gives how many do.
    ///
    /// Most systems start a process with a soft limit of 1,024, which a flood of connections would exhaust.
    static func makeRoom(forClients clients: Int) -> Int {
        #if canImport(Glibc)
        let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        #else
        let resource = RLIMIT_NOFILE
        #endif
        var limit = rlimit()
        guard getrlimit(resource, &limit) == 0 else { return clients }
        let wanted = rlim_t(clamping: min(clients, 1 << 24) + reserve)
        if limit.rlim_cur < wanted {
            limit.rlim_cur = min(wanted, limit.rlim_max)
            _ = setrlimit(resource, &limit)
            guard getrlimit(resource, &limit) == 0 else { return clients }
        }
        return room(forClients: clients, files: Int(clamping: limit.rlim_cur))
    }

    /// How many clients fit under a limit; at least 16, for a server without clients is none.
    static func room(forClients clients: Int, files: Int) -> Int {
        min(clients, max(16, files - min(reserve, files / 2)))
    }
}
