import Domain
import HTTPSignatures
import Peers
import Storage
import Transport
import Vocabulary

/// Examines this server.
struct OwnDoctor {
    let instance: Instance
    let federation: Federation

    func examine() async -> [Finding] {
        var findings = [await database()]
        let schools = (try? await instance.database.read { try $0.schools.all() }) ?? []
        if schools.isEmpty {
            findings.append(.bad("schools", "there is none", "staffroom school add NAME --base-url URL"))
        }
        for school in schools {
            findings.append(await key(of: school))
            findings.append(contentsOf: await webFinger(of: school))
        }
        findings.append(await queue())
        return findings
    }

    private func database() async -> Finding {
        do {
            let version = try await Migrator.appliedVersion(of: instance.database)
            try await instance.database.write { _ in }
            return .fine(
                "database",
                "\(instance.settings.database) can be read and written, schema \(version)"
            )
        } catch {
            return .bad("database", "\(error)", "look at the disk and at who owns the file")
        }
    }

    private func key(of school: School) async -> Finding {
        do {
            let key = try await federation.signers.key(of: school)
            return .fine("key of \(school.host)", key.keyID)
        } catch {
            return .bad(
                "key of \(school.host)",
                "\(error)",
                "restore the database from a backup: keys cannot be remade"
            )
        }
    }

    /// Asks our own WebFinger under the public address, and compares clocks by the answer's date.
    private func webFinger(of school: School) async -> [Finding] {
        let name = "own WebFinger of \(school.host)"
        let advice =
            "see that \(school.origin) leads here: DNS, firewall, reverse proxy, and that `staffroom serve` runs"
        do {
            let uri = URI(
                origin: school.origin,
                target: "/.well-known/webfinger?resource=acct:\(school.host.name)@\(school.host)"
            )
            let response = try await federation.client.send(OutboundRequest(method: .get, uri: uri))
            guard response.status == 200 else {
                return [.bad(name, "\(uri) answered \(response.status)", advice)]
            }
            return [.fine(name, "\(uri) answers"), clock(response, name: "clock")]
        } catch {
            return [.bad(name, error.operatorText, advice)]
        }
    }

    private func clock(_ response: OutboundResponse, name: String) -> Finding {
        guard response.field("date") != nil else {
            return .bad(name, "the answer has no Date", "let the reverse proxy pass the Date field on")
        }
        return ClockCheck.finding(name, response, now: instance.clock.now(), whose: "the reverse proxy's")
    }

    private func queue() async -> Finding {
        do {
            let counts = try await instance.database.read { try $0.queue.counts() }
            return .fine(
                "queue",
                "\(counts[.waiting] ?? 0) waiting, \(counts[.undelivered] ?? 0) undelivered"
            )
        } catch {
            return .bad("queue", "\(error)", "look at the disk")
        }
    }
}
