import Domain
import Foundation
import Glibc
import Storage
import StorageSQLite
import TestKit
import Testing
import Vocabulary

/// REL-17 and REL-22: what a stop and a backup under load lose.
@Suite("Stopping and backups", .timeLimit(.minutes(10)), .serialized)
struct StoppingTests {
    @Test(
        "REL-17: SIGTERM under load ends within its deadline and loses nothing",
        arguments: [SIGTERM, SIGKILL]
    )
    func stop(signal: Int32) async throws {
        let peer = try StalledPeer()
        let school = try await ServedSchool()
        let acknowledged = Ledger()
        let server = try await school.start()
        try await school.program.done(
            "follow",
            "ada",
            "peer@127.0.0.1:\(peer.server.port)",
            "--danger-allow-addresses",
            "127.0.0.0/8"
        )
        try await peer.stalls()
        let slow = try SlowClient(port: server.port)
        let began = ContinuousClock.now
        let end = try await withThrowingTaskGroup(of: Void.self) { tasks in
            for worker in 1...4 {
                tasks.addTask {
                    for number in 1... {
                        let text = "post \(worker) \(number)"
                        guard await school.post(text) else { return }
                        acknowledged.add(text)
                        if worker == 1, number == 20 { server.signal(signal) }
                    }
                }
            }
            try await tasks.waitForAll()
            return await server.end()
        }
        slow.close()
        if signal == SIGTERM {
            #expect(end.status == 0 && !end.isBySignal)
            #expect(began.duration(to: .now) < .seconds(20))
        }
        let again = try await school.start()
        let posts = try await school.contents()
        let missing = acknowledged.texts.filter { !posts.contains("<p>\($0)</p>") }
        #expect(missing.isEmpty)
        #expect(Set(posts).count == posts.count)
        let queue = try await school.program.run(["queue", "status", "--json"]).json
        #expect(queue.object?["waiting"]?.integer == 1)
        peer.server.release(.response(202))
        await again.stop()
    }

    @Test("REL-22: a backup under load restores with all that was acknowledged before it, whole")
    func backup() async throws {
        let school = try await ServedSchool()
        let server = try await school.start()
        let copy = school.program.folder + "/copy.sqlite"
        let (before, isCopied) = (Ledger(), Flag())
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            for worker in 1...4 {
                tasks.addTask {
                    for number in 1...40 {
                        let text = "post \(worker) \(number)"
                        #expect(await school.post(text))
                        if !isCopied.isSet { before.add(text) }
                        if worker == 1, number == 10 {
                            isCopied.set()
                            try await school.program.done("backup", copy)
                        }
                    }
                }
            }
            try await tasks.waitForAll()
        }
        await server.stop()
        for ending in ["", "-wal", "-shm"] {
            try? FileManager.default.removeItem(atPath: school.program.database + ending)
        }
        try FileManager.default.moveItem(atPath: copy, toPath: school.program.database)
        try await expectWhole(school.program.database)
        let restored = try await school.start()
        let posts = try await school.contents()
        #expect(before.texts.allSatisfy { posts.contains("<p>\($0)</p>") })
        #expect(await school.post("after the restore"))
        await restored.stop()
    }

    /// What must be true of every database, however it came about.
    private func expectWhole(_ path: String) async throws {
        let database = try await SQLiteDatabase.open(path: path)
        #expect(try await database.integrityProblems().isEmpty)
        for query: SQL in [
            "SELECT 1 AS n FROM pragma_foreign_key_check",
            "SELECT p.id AS n FROM post p WHERE NOT EXISTS (SELECT 1 FROM outbox_activity a WHERE a.post_id = p.id)",
            "SELECT t.post_id AS n FROM timeline_entry t WHERE NOT EXISTS (SELECT 1 FROM post p WHERE p.id = t.post_id)",
            "SELECT uri AS n FROM outbox_activity GROUP BY uri HAVING COUNT(*) > 1",
        ] {
            #expect(try await database.read { try $0.run(query).isEmpty })
        }
        try await database.close()
    }
}

/// A server with one actor whose inbox takes a delivery and says nothing.
private final class StalledPeer: Sendable {
    let server: LoopbackServer

    init() throws {
        server = try LoopbackServer { request in
            let host = request.field("Host") ?? ""
            if request.method == "POST" { return .hang }
            let actor = "http://\(host)/actor"
            if request.target.hasPrefix("/.well-known/webfinger") {
                let links = #"[{"rel":"self","type":"application/activity+json","href":"\#(actor)"}]"#
                let body = #"{"subject":"acct:peer@\#(host)","links":\#(links)}"#
                return .response(200, body, fields: ["Content-Type: application/jrd+json"])
            }
            let body =
                #"{"@context":"https://www.w3.org/ns/activitystreams","id":"\#(actor)","type":"Person","#
                + #""preferredUsername":"peer","inbox":"http://\#(host)/inbox"}"#
            return .response(200, body, fields: ["Content-Type: application/activity+json"])
        }
    }

    /// Waits until a delivery is on its way and stalls.
    func stalls() async throws {
        var count = 1
        while !server.requests.contains(where: { $0.method == "POST" }) {
            count = await server.requests(count).count + 1
        }
    }
}

/// Half a request, on a connection that stays open.
private struct SlowClient {
    private let descriptor: Int32

    init(port: UInt16) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var name = sockaddr_in()
        name.sin_family = sa_family_t(AF_INET)
        name.sin_port = port.bigEndian
        name.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let descriptor = descriptor
        let isConnected = withUnsafePointer(to: &name) { name in
            name.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
        let head = Array("POST /ap/inbox HTTP/1.1\r\nHost: school\r\nContent-Length: 1000\r\n\r\n{".utf8)
        try #require(isConnected && write(descriptor, head, head.count) == head.count)
    }

    func close() { _ = Glibc.close(descriptor) }
}
