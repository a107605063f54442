import Domain
import Transport

/// Goes to another server and tells how far it came: the name, the connection, TLS.
struct RoadCheck {
    let client: TransportClient

    /// What was found on the way, and where it ended with what answer; nil when it did not get there.
    struct Road {
        var findings: [Finding]
        var end: (Origin, OutboundResponse)?
    }

    /// Asks for the list of NodeInfo documents, over https first.
    func travel(to host: Host) async -> Road {
        var failure: TransferError?
        for scheme in client.opensPlainHTTP ? ["https", "http"] : ["https"] {
            guard let uri = try? URI("\(scheme)://\(host)/.well-known/nodeinfo") else { continue }
            do {
                let answer = try await client.send(OutboundRequest(method: .get, uri: uri))
                let security: Finding =
                    scheme == "https"
                    ? .fine("TLS", "its certificate is good for \(host.name)")
                    : .note("TLS", "plain http, which --danger-allow-addresses opens")
                return Road(findings: Self.passed(host) + [security], end: (uri.origin, answer))
            } catch {
                // Plain http is for trials; when it leads nowhere either, what https met is what is wrong.
                failure = failure ?? error
                if !error.isTransient { break }
            }
        }
        return Road(findings: failure.map { Self.stopped($0, host) } ?? [], end: nil)
    }

    private static func passed(_ host: Host) -> [Finding] {
        [.fine("DNS", "\(host.name) has an address"), .fine("connection", "\(host) answers")]
    }

    private static func stopped(_ error: TransferError, _ host: Host) -> [Finding] {
        let text = error.operatorText
        switch error {
        case .dns:
            return [
                .bad(
                    "DNS",
                    text,
                    "see that \(host) is spelt right and that this machine can resolve it (dig \(host.name))"
                )
            ]
        case .refusedURI:
            return [.bad("address", text, "ask its admin for an address that servers use")]
        case .refusedAddress:
            return [
                .bad(
                    "DNS",
                    text,
                    "\(host) must have a public address; for trials on one machine: --danger-allow-addresses"
                )
            ]
        case .connect, .timeout:
            return [
                passed(host)[0],
                .bad(
                    "connection",
                    text,
                    "see that \(host) is up and that no firewall stands between (curl -v https://\(host)/)"
                ),
            ]
        case .tls:
            return passed(host) + [
                .bad(
                    "TLS",
                    text,
                    "its certificate must be of a known authority and name \(host.name); its admin can renew it"
                )
            ]
        case .tooLarge, .tooManyHeaders, .protocolError:
            return passed(host) + [.bad("answer", text, "ask its admin")]
        case .refusedRequest, .cancelled, .shuttingDown, .ours:
            return [.bad("answer", text, "try again; look at this server's log")]
        }
    }
}
