import HTTPSignatures
import Vocabulary

/// The hosts that ada follows: their activities, signed ahead.
struct Senders {
    let stage: Stage
    private let hosts: [String]
    private let keys: [SigningKey]

    /// Makes them; `follow` comes before their activities.
    init(stage: Stage, count: Int) throws {
        self.stage = stage
        let hosts = (1...count).map { stage.peers.host("h\($0)") }
        self.hosts = hosts
        keys = try hosts.map {
            try SigningKey(rsaPEM: stage.sender.keyText, keyID: "\(stage.peers.actor($0))#main-key")
        }
    }

    /// Ada follows them.
    func follow() throws { try stage.follow(hosts) }

    /// A signed Create whose post begins with a marker; the number chooses the host.
    func request(_ marker: String, _ number: Int) throws -> [UInt8] {
        let actor = number % hosts.count
        let create = stage.sender.create("\(marker).", by: hosts[actor])
        return try stage.sender.post(JSONWriter.write(.object(create)), key: keys[actor], to: "/ap/inbox")
    }

    /// Sends some of the requests over eight connections.
    ///
    /// - Returns: the numbers of those that were acknowledged.
    func send(_ requests: [[UInt8]], _ numbers: Set<Int>) -> Set<Int> {
        var lanes = [[(index: Int, bytes: [UInt8])]](repeating: [], count: 8)
        for number in numbers.sorted() { lanes[number % 8].append((number, requests[number])) }
        let sent = Load(port: stage.program.port).send(lanes)
        return Set(sent.filter { $0.status == 202 }.map(\.index))
    }

    /// Sends those that were not acknowledged again until they are, as other servers do.
    func resend(_ requests: [[UInt8]], missing: Set<Int>) throws {
        var missing = missing
        _ = try stage.wait("the acknowledgement of what was sent again") {
            missing.subtract(send(requests, missing))
            return missing.isEmpty ? true : nil
        }
    }
}
