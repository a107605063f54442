/// Why the server does not start.
///
/// `description` is for the operator and names the setting.
public enum HTTPServerError: Error, Sendable {
    /// No address for the schools' routes is given.
    case noAddress
    /// The number of event loop threads is out of range.
    case badThreads(Int)
    /// An address that others can reach would be served over plain http, with no trusted proxy before it.
    case plainHTTP(ListeningAddress)
    /// The certificate or key file cannot be read or the two do not belong together.
    case badCertificate(file: String, why: String)
    /// The address cannot be bound: taken, not ours, or a privileged port.
    case cannotListen(ListeningAddress, why: String)
}

extension HTTPServerError: CustomStringConvertible {
    /// What is wrong and with which setting.
    public var description: String {
        switch self {
        case .noAddress:
            "listen: give at least one address, such as 127.0.0.1:8080"
        case .badThreads(let count):
            "threads: \(count) is not between 1 and 256"
        case .plainHTTP(let address):
            """
            listen: \(address) can be reached from other machines, so give a TLS certificate (tls-certificate and \
            tls-key) or name the reverse proxy that has one (trusted-proxies)
            """
        case .badCertificate(let file, let why):
            "tls-certificate, tls-key: \(file): \(why)"
        case .cannotListen(let address, let why):
            "listen: cannot listen on \(address): \(why)"
        }
    }
}
