import Domain
import HTTPSignatures
import Peers
import Storage
import Transport
import Vocabulary

/// Examines the way to another server, step by step; what depends on a failed step is left out.
struct PeerDoctor {
    let database: any SQLDatabase
    let clock: any WallClock
    let federation: Federation
    let school: School

    /// Looks at a host, and at one account there when its handle is given.
    func examine(_ host: Host, _ handle: Handle?) async -> [Finding] {
        var findings = [await partner(host)]
        let road = await RoadCheck(client: federation.client).travel(to: host)
        findings += road.findings
        guard let (origin, answer) = road.end else { return findings }
        findings.append(ClockCheck.comparison(with: host, answer, now: clock.now()))
        let nodeInfo = await NodeInfoCheck(client: federation.client).look(answer, at: origin)
        findings.append(nodeInfo.finding)
        findings.append(await lane(host))
        guard findings[0].verdict == .fine else {
            findings.append(
                .note(
                    "WebFinger, actor, key, signed fetch",
                    "not looked at: nothing is asked of a host that \(school.name) does not exchange activities with",
                    "first see to the partnership (above), then run this again"
                )
            )
            return findings
        }
        await actor(host, handle, nodeInfo.staff, &findings)
        return findings
    }

    private func partner(_ host: Host) async -> Finding {
        let school = school
        do {
            switch try await database.read({ try $0.partners.admission(of: host, at: school) }) {
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

    private func lane(_ host: Host) async -> Finding {
        let lines = (try? await database.read { try $0.queue.hosts(limit: 1_000) }) ?? []
        guard let line = lines.first(where: { $0.host == host }), line.waiting + line.undelivered > 0 else {
            return .fine("queue", "nothing waits for it")
        }
        let text =
            "\(line.waiting) waiting, \(line.undelivered) undelivered"
            + (line.lastReason.map { ": \($0)" } ?? "")
        return line.failures == 0
            ? .fine("queue", text)
            : .bad("queue", text, "when it is back: staffroom queue retry --host \(host)")
    }

    /// Finds an actor by WebFinger, fetches it by a signed request, and reads its key.
    private func actor(
        _ host: Host,
        _ handle: Handle?,
        _ staff: [URI],
        _ findings: inout [Finding]
    ) async {
        let found: URI?
        if let handle {
            (found, findings) = await resolve(handle, adding: findings)
        } else {
            (found, findings) = await guess(host, staff, adding: findings)
        }
        guard let uri = found else { return }
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

    private func resolve(_ handle: Handle, adding findings: [Finding]) async -> (URI?, [Finding]) {
        do {
            let (uri, name) = try await federation.webFinger.resolve(handle, for: school)
            return (uri, findings + [.fine("WebFinger", "\(name) is \(uri)")])
        } catch {
            let advice =
                "see that \(handle) is spelt right; else ask its admin to look at /.well-known/webfinger"
            return (nil, findings + [.bad("WebFinger", "\(handle): \(error)", advice)])
        }
    }

    /// Looks for an actor under the names of servers' own accounts, then among the staff that NodeInfo names.
    ///
    /// Some software has neither.
    private func guess(_ host: Host, _ staff: [URI], adding findings: [Finding]) async -> (URI?, [Finding]) {
        for name in [host.name, "instance.actor", "relay"] {
            guard let handle = try? Handle("\(name)@\(host)") else { continue }
            do {
                let (uri, name) = try await federation.webFinger.resolve(handle, for: school)
                return (uri, findings + [.fine("WebFinger", "\(name) is \(uri)")])
            } catch {
                // That a name is not there says nothing: most software has only one of them, or none.
                if case .transfer(let error) = error {
                    return (
                        nil,
                        findings + [
                            .bad("WebFinger", error.operatorText, "ask its admin; or try again later")
                        ]
                    )
                }
            }
        }
        if let uri = staff.first(where: { $0.host == host }) {
            return (uri, findings + [.note("WebFinger", "no server's own account; its staff has \(uri)")])
        }
        return (
            nil,
            findings + [
                .note(
                    "WebFinger, actor, key, signed fetch",
                    "not looked at: \(host) has no account of its own to ask for",
                    "name somebody there: staffroom doctor @NAME@\(host)"
                )
            ]
        )
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
