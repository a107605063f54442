import Domain
import Outbox
import Storage
import TestKit
import Testing

@testable import Delivery

@Suite("Circuits", .timeLimit(.minutes(10)))
struct CircuitTests {
    @Test(
        "a later delivery about an object that waits does not make its lane spin",
        arguments: [500, 401, 408, 302]
    )
    func noSpin(status: Int) async throws {
        let answer = Switch(.response(status))
        try await DeliveryStage.use(try LoopbackServer(address: "127.0.5.1") { _ in answer.answer }) {
            stage in
            let post = try await stage.post("First")
            let draft = PostDraft(text: "Second")
            _ = try await stage.instance.publisher.edit(post.id, draft, as: stage.ada.id)
            await stage.deliver()
            let before = stage.south.requests.count
            await stage.deliver()
            #expect(stage.south.requests.count == before)
            #expect(try await stage.queue().map(\.attempts) == [1, 0])
            answer.set(.response(202))
            await stage.deliver(after: .minutes(1))
            #expect(try await stage.states() == [.delivered, .delivered])
        }
    }

    @Test("REL-10: after a day without any connection everything goes out in order, within ten minutes")
    func partition() async throws {
        let answer = Switch(.close)
        try await DeliveryStage.use(try LoopbackServer(address: "127.0.5.2") { _ in answer.answer }) {
            stage in
            for number in 1...20 { try await stage.post("Post \(number)") }
            await stage.deliver()
            #expect(stage.south.requests.count == 1)
            for _ in 1...144 { await stage.deliver(after: .minutes(10)) }
            #expect((140...146).contains(stage.south.requests.count))
            answer.set(.response(202))
            let tried = stage.south.requests.count
            for _ in 1...10 { await stage.deliver(after: .minutes(1)) }
            #expect(Array(stage.texts.dropFirst(tried)) == (1...20).map { "Post \($0)" })
            #expect(try await stage.states() == Array(repeating: .delivered, count: 20))
        }
    }

    @Test(
        "REL-11: a server that answers 500 to everything gets one probe an interval, and no other host waits",
        arguments: [false, true]
    )
    func alwaysFails(isWriting: Bool) async throws {
        let answer = Switch(.response(500))
        let well = try LoopbackServer(address: "127.0.5.3")
        try await DeliveryStage.use(try LoopbackServer(address: "127.0.5.4") { _ in answer.answer }) {
            stage in
            _ = try await stage.addPartner("walt", at: try well.origin)
            for number in 1...40 { try await stage.post("Post \(number)") }
            await stage.deliver()
            #expect(stage.south.requests.count == 5)
            #expect(well.requests.count == 40)
            let host = stage.ben.account.uri.host
            for hour in 1...(7 * 24) {
                let before = stage.south.requests.count
                for _ in 1...12 {
                    if isWriting {
                        let now = stage.instance.clock.now()
                        try await stage.instance.database.write {
                            try $0.lanes.noteHeard(from: host, at: now)
                        }
                    }
                    await stage.deliver(after: .minutes(5))
                }
                let tried = stage.south.requests.count - before
                #expect((5...(isWriting ? 13 : 7)).contains(tried), "hour \(hour)")
                if hour % 24 == 0 { try await stage.post("Day \(hour / 24)") }
            }
            await stage.deliver()
            #expect(well.requests.count == 47)
            answer.set(.response(202))
            for _ in 1...4 { await stage.deliver(after: .minutes(5)) }
            #expect(try await stage.states().allSatisfy { $0 == .delivered })
        }
    }

    @Test("a delivery that always gets 500 keeps its own schedule, however much else the host takes")
    func poison() async throws {
        let server = try LoopbackServer(address: "127.0.5.5") { request in
            .response(String(decoding: request.body, as: UTF8.self).contains("poison") ? 500 : 202)
        }
        try await DeliveryStage.use(server) { stage in
            try await stage.post("poison")
            await stage.deliver()
            for number in 1...60 {
                try await stage.post("Post \(number)")
                await stage.deliver(after: .minutes(1))
            }
            #expect(stage.texts.filter { $0 == "poison" }.count == 4)
            #expect(stage.texts.filter { $0 != "poison" } == (1...60).map { "Post \($0)" })
        }
    }

    @Test("five failures within ten minutes open a circuit; those that lie apart do not")
    func window() async throws {
        for (pause, opens) in [(Span.minutes(2), true), (.minutes(11), false)] {
            try await DeliveryStage.use(try LoopbackServer(address: "127.0.5.6") { _ in .response(500) }) {
                stage in
                for number in 1...5 {
                    try await stage.post("Post \(number)")
                    let planner = stage.planner { settings in
                        settings.schedule = RetrySchedule(waits: [.days(1)]) { _ in 1 }
                    }
                    await stage.deliver(with: planner)
                    #expect(try await stage.lane()?.isOpen == (opens && number == 5))
                    stage.instance.clock.advance(by: pause)
                }
            }
        }
    }

    @Test(
        "Retry-After is kept to in seconds and as a date, between a second and a day",
        arguments: [
            ("600", 600), ("0", 1), ("999999", 86_400), ("99999999999999999999", 86_400),
            ("Wed, 18 Nov 2026 12:06:40 GMT", 3_600), ("Wed, 18 Nov 2020 12:06:40 GMT", 1),
            ("Wed, 18 Nov 2099 12:06:40 GMT", 86_400), ("soon", 60), ("-5", 60),
        ]
    )
    func retryAfter(text: String, seconds: Int64) async throws {
        let server = try LoopbackServer(address: "127.0.5.7") { _ in
            .response(503, fields: ["Retry-After: \(text)"])
        }
        try await DeliveryStage.use(server) { stage in
            try await stage.post("One")
            await stage.deliver()
            #expect(server.requests.count == 1)
            if seconds > 1 { await stage.deliver(after: .seconds(seconds - 1)) }
            #expect(server.requests.count == 1)
            await stage.deliver(after: .seconds(1))
            #expect(server.requests.count == 2)
        }
    }

    @Test("a server that asks for a second each time gets its own interval after the fifth failure")
    func secondForEver() async throws {
        let server = try LoopbackServer(address: "127.0.5.11") { _ in
            .response(503, fields: ["Retry-After: 1"])
        }
        try await DeliveryStage.use(server) { stage in
            try await stage.post("One")
            for _ in 1...60 { await stage.deliver(after: .seconds(1)) }
            #expect(server.requests.count == 5)
        }
    }

    @Test("what a host takes in the same moment does not undo its wish to wait, nor does its own writing")
    func wishStands() async throws {
        let server = try LoopbackServer(address: "127.0.5.8") { request in
            String(decoding: request.body, as: UTF8.self).contains("slower")
                ? .response(429, fields: ["Retry-After: 600"]) : .response(202)
        }
        try await DeliveryStage.use(server) { stage in
            try await stage.post("slower", by: stage.cleo)
            try await stage.post("One")
            await stage.deliver()
            #expect(server.requests.count == 2)
            try await stage.post("Two")
            let (host, now) = (stage.ben.account.uri.host, stage.instance.clock.now())
            try await stage.instance.database.write { try $0.lanes.noteHeard(from: host, at: now) }
            await stage.deliver(after: .seconds(599))
            #expect(server.requests.count == 2)
            await stage.deliver(after: .seconds(1))
            #expect(server.requests.count == 4)
        }
    }

    @Test("what waits for a host that is no partner any more is given up at its turn, by name")
    func ended() async throws {
        try await DeliveryStage.use(try LoopbackServer(address: "127.0.5.9")) { stage in
            try await stage.post("One")
            // Around the admin's hand, who would give it up at once.
            let partner = Partner(
                school: stage.school.id,
                host: stage.ben.account.uri.host,
                state: .ended,
                changedAt: stage.instance.clock.now()
            )
            try await stage.instance.database.write { try $0.partners.set(partner) }
            await stage.deliver()
            #expect(stage.south.requests.isEmpty)
            #expect(try await stage.queue().map(\.reason) == ["no partner any more"])
            #expect(try await stage.instance.admin.retryDeliveries(to: nil, by: "test") == 0)
        }
    }

    @Test("what waited longer than a week is given up, a partner's after a month; twin: sooner it is not")
    func expiry() async throws {
        let answer = Switch(.close)
        try await DeliveryStage.use(try LoopbackServer(address: "127.0.5.10") { _ in answer.answer }) {
            stage in
            try await stage.post("One")
            await stage.deliver()
            await stage.deliver(after: .days(29))
            #expect(try await stage.states() == [.waiting])
            await stage.deliver(after: .days(2))
            #expect(try await stage.states() == [.undelivered])
        }
    }
}
