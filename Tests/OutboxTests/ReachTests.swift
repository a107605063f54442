import Domain
import Storage
import TestKit
import Testing

@testable import Outbox

@Suite("Whom a post would reach")
struct ReachTests {
    @Test("it names exactly the servers that publishing then sends to", arguments: Audience.allCases)
    func servers(audience: Audience) async throws {
        try await OutboxStage.use { stage in
            let text = "For @ben@south.test and @eve@east.test"
            let draft = PostDraft(text: text, audience: audience)
            let reach = try await stage.instance.publisher.reach(of: draft, as: stage.ada.id)
            #expect(try await stage.inboxes("Create").isEmpty)
            try await stage.post(text, audience)
            let hosts = try await stage.inboxes("Create").map { $0.prefix { $0 != "/" } }
            #expect(Set(reach.servers.map { Substring($0.host.description) }) == Set(hosts))
            #expect(reach.servers.map(\.people) == reach.servers.map { _ in 1 })
            #expect(
                reach.servers.filter(\.isWaiting).map(\.host.description)
                    == (hosts.contains("rest.test") ? ["rest.test"] : [])
            )
        }
    }

    @Test("it leaves out those between whom and the author a block stands, as publishing does")
    func blocked() async throws {
        try await OutboxStage.use { stage in
            let publisher = stage.instance.publisher
            let cleo = try await stage.instance.addPerson("cleo", at: stage.school)
            func people(_ audience: Audience) async throws -> Int {
                try await publisher.reach(
                    of: PostDraft(text: "For @cleo", audience: audience),
                    as: stage.ada.id
                ).localPeople
            }
            let (before, direct) = (try await people(.public), try await people(.direct))
            #expect(direct == 1)
            try await publisher.block(stage.ada.id, as: cleo.id)
            #expect(try await people(.public) == before - 1)
            await #expect(throws: OutboxError.blocked) { try await people(.direct) }
        }
    }

    @Test("it counts each person once, near and far")
    func people() async throws {
        try await OutboxStage.use { stage in
            let bea = try await stage.instance.addPeer("bea", at: "south.test").account
            try await stage.instance.addFollow(of: stage.ada, by: bea)
            let cleo = try await stage.instance.addPerson("cleo", at: stage.school)
            let dan = try await stage.instance.addPerson("dan", at: stage.school)
            try await stage.instance.addFollow(of: stage.ada, by: cleo)
            func reach(_ text: String, _ audience: Audience = .public) async throws -> Reach {
                try await stage.instance.publisher.reach(
                    of: PostDraft(text: text, audience: audience),
                    as: stage.ada.id
                )
            }
            let all = try await reach("Hello @ben@south.test, @cleo, @dan and @ada")
            #expect(all.servers.first { $0.host.description == "south.test" }?.people == 2)
            #expect(all.localPeople == 2)
            #expect(all.people == 2 + 4)
            let direct = try await reach("Hello @ben@south.test, @\(dan.handle.name)", .direct)
            #expect(direct.people == 2 && direct.servers.map(\.people) == [1])
            let school = try await reach("Hello @ben@south.test", .school)
            #expect(school.servers.isEmpty && school.people == 1)
            #expect(school.unreached.map(\.description) == ["ben@south.test"])
        }
    }

    @Test("it says who is addressed in vain")
    func unreached() async throws {
        try await OutboxStage.use { stage in
            let draft = PostDraft(text: "@mallory@evil.test and @nobody and @eve@east.test")
            let reach = try await stage.instance.publisher.reach(of: draft, as: stage.ada.id)
            #expect(reach.unreached.map(\.description) == ["mallory@evil.test"])
            #expect(reach.unknown == ["@nobody"])
            #expect(!reach.servers.contains { $0.host.description == "evil.test" })
        }
    }

    @Test("an answer to a post for everybody also reaches whom it answers")
    func answers() async throws {
        try await OutboxStage.use { stage in
            let parent = try await stage.foreignPost(by: stage.eve)
            let draft = PostDraft(text: "An answer", inReplyTo: parent.id)
            let reach = try await stage.instance.publisher.reach(of: draft, as: stage.ada.id)
            #expect(reach.servers.contains { $0.host.description == "east.test" && $0.people == 1 })
        }
    }
}
