import Domain
import Storage
import Testing

@Suite("What the queue's pictures are drawn from")
struct QueueChartTests {
    @Test("what waits is counted by age, of one school and one host alone", arguments: Engine.all)
    func waiting(engine: Engine) async throws {
        try await engine.withWorld { world in
            let db = world.db
            let (north, south) = (
                try world.school("north.example", .open), try world.school("s.example", .open)
            )
            let (ada, eve) = (try world.person("ada", at: north), try world.person("eve", at: south))
            for host in ["far.example", "other.example"] {
                try world.deliver(try world.activity(by: ada), to: "https://\(host)/inbox")
            }
            try world.deliver(try world.activity(by: eve), to: "https://far.example/inbox")
            world.advance(.minutes(5))
            try world.deliver(try world.activity(by: ada), to: "https://far.example/inbox")
            let done = try world.deliver(try world.activity(by: ada), to: "https://far.example/inbox")
            try db.deliveries.markDelivered(done.id, status: 202, at: world.now)
            func counts(_ school: School, _ host: String? = nil) throws -> [Int] {
                try db.queueCharts.waiting(
                    .init(school: school.id, host: try host.map { try Host($0) }),
                    by: [.minutes(1), .minutes(10)],
                    now: world.now
                )
            }
            #expect(try counts(north) == [1, 2, 0])
            #expect(try counts(north, "far.example") == [1, 1, 0])
            #expect(try counts(south) == [0, 1, 0])
            world.advance(.minutes(5))
            #expect(try counts(north) == [0, 1, 2])
        }
    }

    @Test(
        "what arrived and what was given up falls into its hour; what is older or later does not",
        arguments: Engine.all
    )
    func hours(engine: Engine) async throws {
        try await engine.withWorld { world in
            let db = world.db
            let hour: Int64 = 3_600_000
            world.now = Timestamp(milliseconds: world.now.milliseconds / hour * hour)
            let north = try world.school("north.example", .open)
            let ada = try world.person("ada", at: north)
            let start = world.now
            func finish(_ host: String, after span: Span, arrives: Bool = true) throws {
                let delivery = try world.deliver(try world.activity(by: ada), to: "https://\(host)/inbox")
                if arrives {
                    try db.deliveries.markDelivered(delivery.id, status: 202, at: start + span)
                } else {
                    try db.deliveries.markUndelivered(delivery.id, status: 404, reason: "x", at: start + span)
                }
            }
            try finish("far.example", after: .seconds(0))
            try finish("far.example", after: .minutes(59))
            try finish("other.example", after: .minutes(61))
            try finish("far.example", after: .minutes(119), arrives: false)
            try finish("far.example", after: .minutes(121))
            typealias Hour = QueueChartsView.Hour
            let now = start + .minutes(150)
            let scope = QueueChartsView.Scope(school: north.id)
            #expect(
                try db.queueCharts.hours(scope, last: 3, now: now) == [
                    Hour(delivered: 2), Hour(delivered: 1, undelivered: 1), Hour(delivered: 1),
                ]
            )
            #expect(
                try db.queueCharts.hours(scope, last: 2, now: start + .minutes(120)) == [
                    Hour(delivered: 1, undelivered: 1), Hour(),
                ]
            )
            let hosts = try db.queueCharts.hoursByHost(scope, last: 3, now: now)
            #expect(hosts[try Host("other.example")] == [Hour(), Hour(delivered: 1), Hour()])
            #expect(hosts.count == 2)
            let far = QueueChartsView.Scope(school: north.id, host: try Host("far.example"))
            #expect(try db.queueCharts.hours(far, last: 3, now: now).map(\.delivered) == [2, 0, 1])
            let slowest = try db.queueCharts.slowest(north.id, since: start, limit: 9)
            #expect(slowest.map(\.host.description) == ["other.example", "far.example"])
            let pace = try #require(slowest.last)
            #expect(pace.delivered == 3 && pace.longest == .minutes(121) && pace.average == .minutes(60))
            #expect(try db.queueCharts.slowest(north.id, since: start + .minutes(62), limit: 9).count == 1)
        }
    }
}
