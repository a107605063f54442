import Domain
import HTTPSignatures
import Logging
import Outbox
import Storage
import Synchronization
import TestKit
import Testing

@testable import Delivery

/// North High with ada and cleo, and a partner's server that answers as a test says; ben there follows ada.
struct DeliveryStage {
    let instance: TestInstance
    let school: School
    let ada: Account
    let cleo: Account
    let ben: TestPeer
    let south: LoopbackServer

    /// `south`: the partner's server, on an address of its own.
    static func use(
        _ south: LoopbackServer,
        _ body: (DeliveryStage) async throws -> Void
    ) async throws {
        try await TestInstance.use(reaching: [try AddressRange("127.0.0.0/8")]) { instance in
            try await body(try await DeliveryStage(instance, south))
        }
    }

    private init(_ instance: TestInstance, _ south: LoopbackServer) async throws {
        self.instance = instance
        self.south = south
        school = try await instance.addSchool("https://north.test")
        ada = try await instance.addPerson("ada", at: school)
        cleo = try await instance.addPerson("cleo", at: school)
        ben = try await instance.addPeer("ben", at: try south.origin)
        try await instance.admin.setPartner(ben.account.uri.host, .approved, at: school, by: "test")
        try await instance.addFollow(of: ada, by: ben.account)
        try await instance.addFollow(of: cleo, by: ben.account)
    }

    /// A planner as a process has one; its jitter is none.
    func planner(
        _ owner: Int64 = 1,
        in database: (any SQLDatabase)? = nil,
        change: (inout DeliverySettings) -> Void = { _ in }
    ) -> DeliveryPlanner {
        var settings = DeliverySettings()
        settings.expiryPauseAtStart = .seconds(0)
        settings.schedule = RetrySchedule { _ in 1 }
        change(&settings)
        let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        return DeliveryPlanner(
            database: database ?? instance.database,
            attempt: DeliveryAttempt(
                database: database ?? instance.database,
                signers: instance.signers,
                client: instance.client,
                clock: instance.clock,
                logger: quiet
            ),
            settings: settings,
            clock: instance.clock,
            owner: ID(rawValue: owner),
            logger: quiet
        )
    }

    /// Sends all that is due now; a lane that is due again and again for nothing is an error.
    func deliver(with planner: DeliveryPlanner? = nil) async {
        let planner = planner ?? self.planner()
        for _ in 0..<200 {
            let claimed = await planner.claim(64)
            if claimed.isEmpty { return }
            for work in claimed { await planner.lanes.run(work) }
        }
        Issue.record("the queue does not come to rest")
    }

    /// Lets time pass and sends what is due then.
    func deliver(after span: Span) async {
        instance.clock.advance(by: span)
        await deliver()
    }

    @discardableResult
    func post(_ text: String, by author: Account? = nil) async throws -> Post {
        try await instance.publisher.publish(PostDraft(text: text), as: (author ?? ada).id)
    }

    /// What stands in the queue, oldest first.
    func queue() async throws -> [QueueView.Line] {
        try await instance.database.read { try $0.queue.deliveries(nil, host: nil) }
    }

    func states() async throws -> [Delivery.State] { try await queue().map(\.state) }

    /// Makes another partner whose server really answers; its `name` follows ada.
    func addPartner(_ name: String, at origin: Origin) async throws -> Account {
        let peer = try await instance.addPeer(name, at: origin)
        try await instance.admin.setPartner(origin.host, .approved, at: school, by: "test")
        try await instance.addFollow(of: ada, by: peer.account)
        return peer.account
    }

    func line(of host: Host) async throws -> QueueView.HostLine? {
        try await instance.database.read { try $0.queue.hosts().first { $0.host == host } }
    }

    func lane() async throws -> QueueView.HostLine? {
        try await instance.database.read { try $0.queue.hosts().first }
    }

    /// The posts' texts that the partner was sent, in order.
    var texts: [String] {
        south.requests.map { request in
            let body = String(decoding: request.body, as: UTF8.self)
            return body.split(separator: "<p>").last?.split(separator: "</p>").first.map(String.init) ?? ""
        }
    }
}

extension DeliveryPlanner {
    /// Claims as many lanes, of whatever kind.
    func claim(_ limit: Int) async -> [LaneWork] {
        await claim(ActiveLanes.Room(all: limit, failing: limit))
    }
}

/// A server that a test turns on, off, or to another answer.
final class Switch: Sendable {
    private let reply: Mutex<LoopbackServer.Reply>

    init(_ reply: LoopbackServer.Reply = .close) { self.reply = Mutex(reply) }

    var answer: LoopbackServer.Reply { reply.withLock { $0 } }

    func set(_ new: LoopbackServer.Reply) { reply.withLock { $0 = new } }
}
