import Foundation
import HTTPSignatures
import Vocabulary

/// A measured server together with the hosts that are played for it.
struct Stage {
    let program: Program
    let peers: FakePeers
    var sender: Sender
    let folder: String

    /// Sets everything up in a folder of its own and starts the server.
    ///
    /// `database`: a PostgreSQL database instead of a file; `delay`: how long peers take to answer a delivery;
    /// `options`: more options of `serve`.
    static func make(
        _ path: String,
        scheme: SigningScheme = .cavage,
        database: String? = nil,
        delay: Duration = .zero,
        options: [String] = []
    ) async throws -> Stage {
        let key = try SigningKey.generateRSA(keyID: "bench")
        let peers = try await FakePeers(publicKey: try key.publicText(), delay: delay)
        let folder = NSTemporaryDirectory() + "staffroom-bench-\(UUID().uuidString.prefix(8))"
        let program = try Program(
            path: path,
            folder: folder,
            port: try freePort(),
            database: database,
            options: options
        )
        try program.start()
        let sender = Sender(peers: peers, keyText: try key.privateText(), host: program.host, scheme: scheme)
        return Stage(program: program, peers: peers, sender: sender, folder: folder)
    }

    /// Ends everything; the folder stays when it is still wanted.
    func end(keepsFolder: Bool = false) async throws {
        program.end()
        try await peers.stop()
        if !keepsFolder { try FileManager.default.removeItem(atPath: folder) }
    }

    /// Ada follows the actor of each of these hosts, and each accepts.
    func follow(_ hosts: [String]) throws {
        for host in hosts {
            let found = try program.api("GET", "/v2/search?resolve=true&type=accounts&q=peer@\(host)")
            guard let id = found.object?["accounts"]?.asList.first?.object?["id"]?.string else {
                throw Program.Failed(description: "peer@\(host) is not found")
            }
            let start = peers.count
            _ = try program.api("POST", "/v1/accounts/\(id)/follow", form: "")
            let follow = try wait("the Follow at \(host)") {
                peers.deliveries(from: start).first {
                    $0.host == host && $0.activity["type"]?.string == "Follow"
                }
            }
            let accept = try sender.post(sender.accept(follow.activity, by: host), by: host, to: "/ap/inbox")
            let answer = try BlockingConnection(port: program.port).exchange(accept)
            guard answer.status == 202 else {
                throw Program.Failed(description: "the Accept was answered \(answer.status)")
            }
            _ = try wait("the follow of \(host)") {
                try program.api("GET", "/v1/accounts/relationships?id[]=\(id)").asList.first?.object?[
                    "following"
                ]?.bool == true
                    ? true : nil
            }
        }
    }

    /// The actor of each of these hosts follows ada.
    func beFollowed(by hosts: [String]) throws {
        let ada = try program.api("GET", "/v1/accounts/verify_credentials").object?["uri"]?.string ?? ""
        let start = peers.count
        let connection = BlockingConnection(port: program.port)
        for host in hosts {
            let follow = try sender.post(sender.follow(ada, by: host), by: host, to: "/ap/inbox")
            let answer = try connection.exchange(follow)
            guard answer.status == 202 else {
                throw Program.Failed(description: "the Follow was answered \(answer.status)")
            }
        }
        _ = try wait("\(hosts.count) Accepts", seconds: 120) {
            peers.deliveries(from: start).filter { $0.activity["type"]?.string == "Accept" }.count
                >= hosts.count ? true : nil
        }
    }

    /// How many requests a second the load and the played hosts can exchange at most, without a server between.
    func ceiling(_ lanes: [[(index: Int, bytes: [UInt8])]]) -> Double {
        let began = ContinuousClock.now
        let sent = Load(port: peers.port).send(lanes)
        return Double(sent.count) / began.duration(to: .now).milliseconds * 1_000
    }

    /// Asks again and again until there is an answer.
    func wait<Value>(_ what: String, seconds: Double = 60, _ body: () throws -> Value?) throws -> Value {
        let end = ContinuousClock.now + .seconds(seconds)
        while ContinuousClock.now < end {
            if let value = try body() { return value }
            usleep(10_000)
        }
        throw Program.Failed(description: "\(what) did not happen within \(seconds) seconds; see \(folder)")
    }

    /// A port that nobody listens on at the moment.
    static func freePort() throws -> UInt16 {
        for _ in 0..<100 {
            let port = UInt16.random(in: 20_000...30_000)
            if (try? BlockingConnection(port: port).exchange([])) == nil { return port }
        }
        throw Program.Failed(description: "no port is free")
    }
}
