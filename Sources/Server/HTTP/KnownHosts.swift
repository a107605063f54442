import Domain
import HTTPTypes
import Hummingbird

/// Decides whether the host that a request names is one of ours.
struct KnownHosts: Sendable {
    /// Whether a school has this host.
    let isKnown: @Sendable (Host) -> Bool

    /// Reads the `Host` field of a request.
    ///
    /// A missing, second or malformed field is 400, as is a trailing dot, under which one page would have two names;
    /// a host that is not ours is 421. Spec: RFC 9110 sections 7.2 and 7.4.
    func host(of request: Request) throws(Problem) -> Host {
        // The codec takes the first Host field out as the authority; another one stays behind.
        guard let text = request.head.authority, !request.headers.contains(.secondHost) else {
            throw Problem(.badRequest, reason: "bad_host", detail: "Exactly one Host field is needed.")
        }
        let dot = UInt8(ascii: ".")
        let name = text.utf8.prefix { $0 != UInt8(ascii: ":") }
        guard name.last != dot, let host = try? Host(text) else {
            throw Problem(.badRequest, reason: "bad_host", detail: "The Host field is not a host name.")
        }
        guard isKnown(host) else {
            throw Problem(
                .misdirectedRequest,
                reason: "unknown_host",
                detail: "No school here has this name."
            )
        }
        return host
    }
}
