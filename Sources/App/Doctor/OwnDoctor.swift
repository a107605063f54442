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
        var findings = [await database(), ClockCheck.own()]
        let schools = (try? await instance.database.read { try $0.schools.all() }) ?? []
        if schools.isEmpty {
            findings.append(.bad("schools", "there is none", "staffroom school add NAME --base-url URL"))
        }
        for school in schools {
            findings.append(await keys(of: school))
            findings.append(await webFinger(of: school))
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

    /// Loads every private key of a school and its accounts, and compares it with the public key that is published.
    private func keys(of school: School) async -> Finding {
        let name = "keys of \(school.host)"
        do {
            let (accounts, keys) = try await instance.database.read { db in
                let accounts = try db.accounts.list(of: school.id)
                return (accounts, try accounts.map { try db.signingKeys.list(of: $0.id) })
            }
            guard accounts.contains(where: { $0.kind == .application }) else {
                return .bad(name, "the school's own actor is missing", "restore the database from a backup")
            }
            let damaged = zip(accounts, keys).filter { !Self.areUsable($1) }.map(\.0.handle.description)
            guard damaged.isEmpty else {
                return .bad(
                    name,
                    "missing or damaged: \(damaged.prefix(10).joined(separator: ", "))"
                        + (damaged.count > 10 ? " and \(damaged.count - 10) more" : ""),
                    "restore the database from a backup: keys cannot be remade"
                )
            }
            return .fine(name, "those of the school and its \(accounts.count - 1) accounts are whole")
        } catch {
            return .bad(name, "\(error)", "look at the disk")
        }
    }

    private static func areUsable(_ keys: [StoredSigningKey]) -> Bool {
        Set(keys.map(\.algorithm)) == [.rsa, .ed25519]
            && keys.allSatisfy { stored in
                let key =
                    stored.algorithm == .rsa
                    ? try? SigningKey(rsaPEM: stored.privateKey, keyID: "doctor")
                    : try? SigningKey(ed25519Seed: stored.privateKey, keyID: "doctor")
                return (try? key?.publicText()) == stored.publicKey
            }
    }

    /// Asks our own WebFinger under the public address, as a peer would, and reads what it says.
    private func webFinger(of school: School) async -> Finding {
        let name = "own WebFinger of \(school.host)"
        let advice =
            "see that \(school.origin) leads here: DNS, firewall, reverse proxy, and that `staffroom serve` runs"
        let handle = "\(school.host.name)@\(school.host)"
        do {
            let uri = URI(origin: school.origin, target: "/.well-known/webfinger?resource=acct:\(handle)")
            let response = try await federation.client.send(OutboundRequest(method: .get, uri: uri))
            guard response.status == 200 else {
                return .bad(name, "\(uri) answered \(response.status)", advice)
            }
            let actor = LocalActorURIs(origin: school.origin).schoolActor.description
            guard let document = (try? JSONParser.parse(response.body))?.object,
                document["subject"]?.string == "acct:\(handle)",
                Self.selfLink(document) == actor
            else {
                return .bad(name, "\(uri) does not lead to \(actor)", "another server answers: \(advice)")
            }
            return .fine(name, "it leads to \(actor)")
        } catch {
            return .bad(name, error.operatorText, advice)
        }
    }

    private static func selfLink(_ document: JSONObject) -> String? {
        let links = document["links"]?.asList.compactMap(\.object) ?? []
        return links.first { $0["rel"]?.string == "self" }?["href"]?.string
    }

    private func queue() async -> Finding {
        do {
            let counts = try await instance.database.read { try $0.queue.counts() }
            let text = "\(counts[.waiting] ?? 0) waiting, \(counts[.undelivered] ?? 0) undelivered"
            return .fine("queue", text)
        } catch {
            return .bad("queue", "\(error)", "look at the disk")
        }
    }
}
