import Domain
import HTTPSignatures
import Peers
import Storage
import Transport
import Vocabulary

/// Examines the way to another server, step by step; what depends on a failed step is left out.
struct PeerDoctor {
    let instance: Instance
    let federation: Federation
    let school: School

    func examine(_ host: Host) async -> [Finding] {
        var findings = [await partner(host)]
        guard let (origin, nodeInfo) = await reach(host, &findings) else { return findings }
        findings.append(ClockCheck.finding("clock", nodeInfo, now: instance.clock.now(), whose: "\(host)'s"))
        findings.append(await software(nodeInfo, origin))
        findings.append(await lane(host))
        guard findings[0].isFine else { return findings }
        await actor(host, origin, &findings)
        return findings
    }

    private func partner(_ host: Host) async -> Finding {
        let school = school
        do {
            switch try await instance.database.read({ try $0.partners.admission(of: host, at: school) }) {
            case .allowed: return .fine("partner", "\(school.name) exchanges activities with \(host)")
            case .paused:
                return .bad(
                    "partner",
                    "\(host) is paused",
                    "staffroom partner approve \(host), when it may go on"
                )
            case .refused:
                return .bad(
                    "partner",
                    "\(host) is no partner of \(school.name)",
                    "staffroom partner add \(host)"
                )
            }
        } catch {
            return .bad("partner", "\(error)", "look at the database")
        }
    }

    /// DNS, TCP and TLS: asks for the list of NodeInfo documents, over https first.
    private func reach(_ host: Host, _ findings: inout [Finding]) async -> (Origin, OutboundResponse)? {
        for scheme in federation.client.opensPlainHTTP ? ["https", "http"] : ["https"] {
            guard let uri = try? URI("\(scheme)://\(host)/.well-known/nodeinfo") else { continue }
            do {
                let response = try await federation.client.send(OutboundRequest(method: .get, uri: uri))
                findings.append(.fine("DNS, connection, TLS", "\(uri) answers \(response.status)"))
                return (uri.origin, response)
            } catch {
                if scheme == "https", federation.client.opensPlainHTTP, error.isTransient { continue }
                findings.append(.bad("DNS, connection, TLS", error.operatorText, Self.advice(error, host)))
                return nil
            }
        }
        findings.append(.bad("DNS, connection, TLS", "no connection", "see that \(host) is up"))
        return nil
    }

    private static func advice(_ error: TransferError, _ host: Host) -> String {
        switch error {
        case .dns: "see that \(host) is spelt right and that this machine can resolve it (dig \(host.name))"
        case .tls:
            "its certificate must be of a known authority and name \(host.name); its admin can renew it"
        case .connect, .timeout:
            "see that \(host) is up and that no firewall stands between (curl -v https://\(host)/)"
        case .refusedAddress:
            "\(host) resolves to an address that is not public; for trials: --danger-allow-addresses"
        default: "ask its admin"
        }
    }

    private func software(_ list: OutboundResponse, _ origin: Origin) async -> Finding {
        let name = "NodeInfo"
        guard list.status == 200, let document = try? JSONParser.parse(list.body),
            let link = document.object?["links"]?.asList.last?.object?["href"]?.string,
            let uri = try? URI(link), uri.origin == origin,
            let response = try? await federation.client.send(OutboundRequest(method: .get, uri: uri)),
            let info = try? JSONParser.parse(response.body),
            let software = info.object?["software"]?.object
        else { return .fine(name, "none; it is not needed") }
        return .fine(name, "\(software["name"]?.string ?? "?") \(software["version"]?.string ?? "?")")
    }

    private func lane(_ host: Host) async -> Finding {
        let lines = (try? await instance.database.read { try $0.queue.hosts(limit: 1_000) }) ?? []
        guard let line = lines.first(where: { $0.host == host }), line.waiting + line.undelivered > 0 else {
            return .fine("queue", "nothing waits for it")
        }
        let text =
            "\(line.waiting) waiting, \(line.undelivered) undelivered: \(line.lastReason ?? "not tried yet")"
        return line.failures == 0
            ? .fine("queue", text)
            : .bad("queue", text, "when it is back: staffroom queue retry --host \(host)")
    }

    /// WebFinger of the other's own actor, the actor by a signed request, and its key.
    private func actor(_ host: Host, _ origin: Origin, _ findings: inout [Finding]) async {
        var uri = LocalActorURIs(origin: origin).schoolActor
        for name in [host.name, "instance.actor", "relay"] {
            guard let handle = try? Handle("\(name)@\(host)"),
                let found = try? await federation.webFinger.resolve(handle, for: school)
            else { continue }
            uri = found.0
            findings.append(.fine("WebFinger", "\(handle) is \(uri)"))
            break
        }
        do {
            let document = try await federation.fetcher.fetch(uri, for: school)
            findings.append(.fine("signed fetch", "\(uri) was given to us"))
            findings.append(key(of: document))
        } catch {
            findings.append(
                .bad(
                    "signed fetch",
                    "\(uri): \(error)",
                    "ask its admin whether \(school.host) is allowed there, and whether it can reach \(school.origin)"
                )
            )
        }
    }

    private func key(of document: JSONObject) -> Finding {
        guard let actor = try? Actor(document), let pem = actor.publicKeys.first?.pem else {
            return .bad(
                "key",
                "the actor lists none",
                "ask its admin: without a key nothing it sends can be verified"
            )
        }
        do {
            return .fine("key", "\(try PublicKey(pem: pem).kind)")
        } catch {
            return .bad("key", "\(error)", "ask its admin to use RSA with 2048 bits or more")
        }
    }
}
