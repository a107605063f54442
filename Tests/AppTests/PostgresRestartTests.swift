import Domain
import Foundation
import Glibc
import HTTPSignatures
import Storage
import StoragePostgres
import TestKit
import Testing
import Transport
import Vocabulary

/// What those who use Staffroom see of a PostgreSQL server that stops and starts again.
@Suite("Restart of PostgreSQL", .enabled(if: PostgresCluster.address != nil), .timeLimit(.minutes(10)))
struct PostgresRestartTests {
    @Test(
        "while PostgreSQL is away requests get 503 and are told to come again; afterwards nothing acknowledged is missing",
        arguments: [SIGINT, SIGQUIT]
    )
    func restart(signal: Int32) async throws {
        try await PostgresStage.use { cluster, program in
            let school = try await ServedSchool(program)
            let peers = try await PeopleElsewhere(["ben", "cleo"], following: school)
            let server = try await school.start()
            let second = try await RunningServer.start(program)
            #expect(try await peers.follow("ben").status == 202)
            try await peers.receive([], acceptancesOf: ["ben"])
            let (acknowledged, isOver) = (Ledger(), Flag())
            try await withThrowingTaskGroup(of: Void.self) { group in
                for worker in 1...2 {
                    group.addTask {
                        var number = 0
                        while !isOver.isSet {
                            number += 1
                            let text = "beside \(worker) \(number)"
                            let answer = try await school.answer(to: text)
                            if answer.status == 200 {
                                acknowledged.add(text)
                            } else {
                                Self.expectLater(answer)
                            }
                        }
                    }
                }
                defer { isOver.set() }
                for number in 1...10 {
                    let text = "before \(number)"
                    #expect(try await school.answer(to: text).status == 200)
                    acknowledged.add(text)
                }
                await cluster.stop(signal)
                try await expectAway(school, peers, second)
                try await cluster.start()
                try await waitUntilReady(school, [server, second])
                for number in 1...10 {
                    let text = "after \(number)"
                    #expect(try await school.answer(to: text).status == 200)
                    acknowledged.add(text)
                }
                #expect(try await peers.follow("cleo").status == 202)
                isOver.set()
                try await group.waitForAll()
            }
            let contents = try await school.contents()
            #expect(Set(contents).isSuperset(of: acknowledged.texts.map { "<p>\($0)</p>" }))
            #expect(Set(contents).count == contents.count)
            try await peers.receive(acknowledged.texts, acceptancesOf: ["ben", "cleo"])
            // That the database was away is no failure of a delivery: it waits for nothing.
            let database = try await PostgresDatabase.open(try PostgresAddress(program.database))
            let tried = try await database.read { db in
                try db.run("SELECT id FROM delivery WHERE attempts > 1").count
            }
            #expect(tried == 0)
            try await database.close()
            for server in [server, second] {
                let end = await server.stop()
                #expect(end.status == 0 && !end.isBySignal)
            }
        }
    }

    private static func expectLater(_ answer: OutboundResponse) {
        #expect(answer.status == 503)
        #expect(answer.field("Retry-After").flatMap { Int($0) }.map { $0 > 0 } == true)
    }

    /// Asks at every kind of door while the database is away.
    private func expectAway(_ school: ServedSchool, _ peers: PeopleElsewhere, _ second: RunningServer)
        async throws
    {
        for port in [school.port, second.port] {
            #expect(try await school.send(.get, "/livez", port: port).status == 200)
            let ready = try await school.send(.get, "/readyz", port: port)
            Self.expectLater(ready)
            #expect(try reason(ready) == "not_ready")
        }
        let host = school.origin.dropFirst("http://".count)
        for path in [
            peers.local.target, "/.well-known/webfinger?resource=acct:ada@\(host)", "/.well-known/nodeinfo",
        ] {
            let answer = try await school.send(.get, path)
            Self.expectLater(answer)
            #expect(try reason(answer) == "storage_unavailable", "\(path)")
        }
        // A peer that were told anything else would give up.
        let received = try await peers.follow("cleo")
        Self.expectLater(received)
        #expect(try reason(received) == "storage_unavailable")
        for path in ["/api/v1/timelines/home", "/api/v1/accounts/verify_credentials", "/api/v2/instance"] {
            Self.expectLater(try await school.send(.get, path, asAda: true))
        }
        Self.expectLater(try await school.answer(to: "meanwhile"))
        Self.expectLater(try await school.send(.get, "/@ada"))
    }

    private func reason(_ answer: OutboundResponse) throws -> String? {
        #expect(answer.field("Content-Type") == "application/problem+json")
        return try JSONParser.parse(answer.body).object?["reason"]?.string
    }

    private func waitUntilReady(_ school: ServedSchool, _ servers: [RunningServer]) async throws {
        for server in servers {
            while try await school.send(.get, "/readyz", port: server.port).status != 200 {
                await Task.yield()
            }
        }
    }
}

/// People on another server who follow ada.
private final class PeopleElsewhere: Sendable {
    let local: URI
    private let peer: FakePeer
    private let school: ServedSchool
    private let keys: [String: SigningKey]

    init(_ names: [String], following school: ServedSchool) async throws {
        self.school = school
        peer = try FakePeer()
        var keys: [String: SigningKey] = [:]
        for name in names {
            let key = try TestInstance.rsaSigner(keyID: "\(peer.origin)/\(name)#main-key")
            keys[name] = key
            peer.serve("/\(name)", try peer.actor("/\(name)", name, signer: key))
            peer.reply("/\(name)/inbox", .response(202))
        }
        self.keys = keys
        let accounts = try await school.program.run(["account", "list", "--json"]).json.asList
        local = try URI(try #require(accounts.first?.object?["uri"]?.string))
    }

    /// Sends a person's Follow, the same one every time.
    func follow(_ name: String) async throws -> OutboundResponse {
        let key = try #require(keys[name])
        let actor = "\(peer.origin)/\(name)"
        let body = JSONWriter.text([
            "@context": "https://www.w3.org/ns/activitystreams", "id": "\(actor)/follow", "type": "Follow",
            "actor": "\(actor)", "object": "\(local)",
        ])
        let authority = "127.0.0.1:\(school.port)"
        let type = (name: "Content-Type", value: "application/activity+json")
        let signed = try MessageSigner.sign(
            HTTPMessage(
                method: "POST",
                scheme: "http",
                authority: authority,
                target: "/ap/inbox",
                fields: [(name: "Host", value: authority), type]
            ),
            digest: BodyDigest(of: Array(body.utf8)),
            key: key,
            scheme: .cavage,
            at: Int64(Date().timeIntervalSince1970 * 1_000)
        )
        return try await school.send(.post, "/ap/inbox", body, fields: signed + [type])
    }

    /// Waits until ben's inbox has got the posts and everybody's one the answer to their Follow.
    func receive(_ texts: [String], acceptancesOf names: [String]) async throws {
        var count = 1
        while true {
            let requests = await peer.server.requests(count)
            let posts = requests.filter { $0.target == "/ben/inbox" }.map {
                String(decoding: $0.body, as: UTF8.self)
            }
            let isComplete = texts.allSatisfy { text in posts.contains { $0.contains("<p>\(text)</p>") } }
            let areAccepted = names.allSatisfy { name in
                requests.contains {
                    $0.target == "/\(name)/inbox"
                        && String(decoding: $0.body, as: UTF8.self).contains("Accept")
                }
            }
            if isComplete, areAccepted { return }
            count = requests.count + 1
        }
    }
}
