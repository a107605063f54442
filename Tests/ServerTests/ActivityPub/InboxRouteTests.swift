import Domain
import HTTPSignatures
import Outbox
import TestKit
import Testing
import Vocabulary

@testable import Server

extension FederationTests {
    @Suite("Inboxes", .timeLimit(.minutes(10)))
    struct InboxRouteTests {
        private static func create(_ name: String, by peer: TestPeer) -> [UInt8] {
            let id = "\(peer.account.uri)/notes/\(name)"
            let note: JSONObject = [
                "id": .string(id), "type": "Note", "attributedTo": .string(peer.account.uri.description),
                "content": "<p>hi</p>", "to": "https://www.w3.org/ns/activitystreams#Public",
            ]
            let activity: JSONObject = [
                "@context": "https://www.w3.org/ns/activitystreams", "id": .string(id + "/create"),
                "type": "Create",
                "actor": .string(peer.account.uri.description), "object": .object(note),
                "to": "https://www.w3.org/ns/activitystreams#Public",
            ]
            return JSONWriter.write(.object(activity))
        }

        @Test("a partner's activity is accepted at the shared inbox, the school's and an account's own")
        func accepted() async throws {
            try await FederationStage.use { stage async throws in
                let paths = ["/ap/inbox", "/ap/actor/inbox", stage.ada.uri.target + "/inbox"]
                for (number, path) in paths.enumerated() {
                    let answer = try await stage.post(
                        path,
                        Self.create("\(number)", by: stage.ben),
                        by: stage.ben
                    )
                    #expect(answer.status == 202)
                    #expect(answer.text.body.isEmpty)
                    #expect(try await stage.received() == number + 1)
                }
                #expect(
                    try await stage.post("/ap/inbox", Self.create("0", by: stage.ben), by: stage.ben).status
                        == 202
                )
                #expect(try await stage.received() == 3)
            }
        }

        @Test(
            "SIG-18: security fields come once, or nothing is read",
            arguments: ["Content-Type", "Digest", "Host"]
        )
        func twice(name: String) async throws {
            try await FederationStage.use { stage async throws in
                let body = Self.create("1", by: stage.ben)
                let answer = try await stage.post("/ap/inbox", body, by: stage.ben) { fields in
                    fields.append((name: name, value: fields.first { $0.name == name }?.value ?? ""))
                }
                #expect(answer.status == 400)
                #expect(try await stage.received() == 0)
                #expect(try await stage.post("/ap/inbox", body, by: stage.ben).status == 202)
            }
        }

        @Test("only the two media types of ActivityStreams are read")
        func otherTypes() async throws {
            try await FederationStage.use { stage async throws in
                let all: [String?] = [
                    nil, "text/html", "application/json", "application/ld+json",
                    "application/activity+json-evil",
                    "application/ld+json; profile=\"https://example.org/ns\"",
                    "text/plain; application/activity+json", "",
                ]
                for type in all {
                    let answer = try await stage.post(
                        "/ap/inbox",
                        Self.create("1", by: stage.ben),
                        by: stage.ben,
                        type: type
                    )
                    #expect(answer.status == 415, "\(type ?? "-")")
                    #expect(try await stage.received() == 0)
                }
            }
        }

        @Test("the media types are read whatever their case and parameters")
        func types() async throws {
            try await FederationStage.use { stage async throws in
                let all = [
                    "application/activity+json", "Application/Activity+JSON; charset=utf-8",
                    "application/ld+json; profile=\"https://www.w3.org/ns/activitystreams\"",
                    "application/ld+json; charset=utf-8; PROFILE=\"https://www.w3.org/ns/activitystreams\"",
                ]
                for (number, type) in all.enumerated() {
                    let body = Self.create("\(number)", by: stage.ben)
                    #expect(
                        try await stage.post("/ap/inbox", body, by: stage.ben, type: type).status == 202,
                        "\(type)"
                    )
                    #expect(try await stage.received() == number + 1)
                }
            }
        }

        @Test("a body of a mebibyte is read, one byte more is not")
        func size() async throws {
            try await FederationStage.use { stage async throws in
                let activity = Self.create("1", by: stage.ben)
                let space = Array(
                    repeating: UInt8(ascii: " "),
                    count: InboxRoutes.maximumBytes - activity.count
                )
                let tooLong = try await stage.post(
                    "/ap/inbox",
                    activity + space + [UInt8(ascii: " ")],
                    by: stage.ben
                )
                #expect(tooLong.status == 413)
                #expect(try await stage.received() == 0)
                #expect(try await stage.post("/ap/inbox", activity + space, by: stage.ben).status == 202)
                #expect(try await stage.received() == 1)
            }
        }

        @Test("an inbox that is not there is a 404, and reading one a 405")
        func missing() async throws {
            try await FederationStage.use { stage async throws in
                let body = Self.create("1", by: stage.ben)
                for path in ["/ap/actors/1/inbox", "/ap/actors/x/inbox", stage.eve.uri.target + "/inbox"] {
                    #expect(try await stage.post(path, body, by: stage.ben).status == 404)
                }
                #expect(try await stage.received() == 0)
                for path in ["/ap/inbox", "/ap/actor/inbox", stage.ada.uri.target + "/inbox"] {
                    let read = try await stage.get(path, by: stage.ben)
                    #expect(read.status == 405)
                    #expect(read.field("Allow") == "POST")
                }
            }
        }

        @Test("what is refused gets a problem document that gives nothing away, and leaves no row")
        func refused() async throws {
            try await FederationStage.use { stage async throws in
                let body = Self.create("1", by: stage.ben)
                func expect(_ answer: Answer, _ status: Int, _ reason: String) async throws {
                    #expect(answer.status == status)
                    #expect(answer.type == "application/problem+json")
                    #expect(answer.reason == reason)
                    #expect(answer.field("Cache-Control") == "no-store")
                    #expect(!answer.text.contains("ben") && !answer.text.contains("SELECT"))
                    #expect(try await stage.received() == 0)
                }
                try await expect(stage.post("/ap/inbox", Array("{".utf8), by: stage.ben), 400, "malformed")
                try await expect(stage.post("/ap/inbox", body, by: nil), 401, "bad_signature")
                try await expect(stage.post("/ap/inbox", body, by: stage.dora), 401, "not_signed_by_actor")
                try await expect(
                    stage.post("/ap/inbox", Self.create("1", by: stage.mallory), by: stage.mallory),
                    403,
                    "host_not_allowed"
                )
                let forOther = try await stage.post("/ap/inbox", body, by: stage.ben) { fields in
                    fields = fields.map { $0.name == "Host" ? ($0.name, "localhost") : $0 }
                }
                #expect(forOther.status == 404)
                let changed = body.map { $0 == UInt8(ascii: "h") ? UInt8(ascii: "H") : $0 }
                let digest = BodyDigest(of: body).digest
                let altered = try await stage.post("/ap/inbox", changed, by: stage.ben) { fields in
                    fields = fields.map { $0.name == "Digest" ? ($0.name, digest) : $0 }
                }
                #expect([400, 401].contains(altered.status ?? 0))
                #expect(try await stage.received() == 0)
                #expect(try await stage.post("/ap/inbox", body, by: stage.ben).status == 202)
                #expect(try await stage.received() == 1)
            }
        }

        @Test(
            "RES-01: over its share a host gets 429 with Retry-After and leaves no row; another host passes"
        )
        func share() async throws {
            var limits = RateLimits()
            limits.host = TokenRate(perSecond: 0.01, burst: 2)
            try await FederationStage.use(limiter: RateLimiter(limits: limits) { .zero }) {
                stage async throws in
                for number in 0..<2 {
                    let body = Self.create("\(number)", by: stage.ben)
                    #expect(try await stage.post("/ap/inbox", body, by: stage.ben).status == 202)
                }
                for (number, peer) in [stage.ben, stage.dora].enumerated() {
                    let answer = try await stage.post(
                        "/ap/inbox",
                        Self.create("x\(number)", by: peer),
                        by: peer
                    )
                    #expect(answer.status == 429 && answer.reason == "rate_limited")
                    #expect(answer.field("Retry-After") == "100")
                }
                #expect(try await stage.received() == 2)
                let other = Self.create("1", by: stage.wim)
                #expect(try await stage.post("/ap/inbox", other, by: stage.wim).status == 202)
                #expect(try await stage.received() == 3)
            }
        }

        @Test("RES-01: nobody uses up a host's share in its name")
        func forgedShare() async throws {
            var limits = RateLimits()
            limits.host = TokenRate(perSecond: 0.01, burst: 1)
            try await FederationStage.use(limiter: RateLimiter(limits: limits) { .zero }) {
                stage async throws in
                for number in 0..<5 {
                    let body = Self.create("\(number)", by: stage.ben)
                    #expect(try await stage.post("/ap/inbox", body, by: stage.mallory).status == 401)
                    #expect(try await stage.post("/ap/inbox", body, by: nil).status == 401)
                }
                let body = Self.create("9", by: stage.ben)
                #expect(try await stage.post("/ap/inbox", body, by: stage.ben).status == 202)
            }
        }

        @Test(
            "REL-05: on a full disk an inbox answers 503 with Retry-After, and reads; with room again it takes all",
            .enabled(if: TestEngine.chosen == .sqlite)
        )
        func fullDisk() async throws {
            try await FederationStage.use { stage async throws in
                let space = Array(repeating: UInt8(ascii: " "), count: 20_000)
                func post(_ name: String) async throws -> Answer {
                    try await stage.post("/ap/inbox", Self.create(name, by: stage.ben) + space, by: stage.ben)
                }
                #expect(try await post("0").status == 202)
                try await stage.instance.database.limitToPresentSize(true)
                for number in 1..<4 {
                    let answer = try await post("\(number)")
                    #expect(answer.status == 503 && answer.reason == "storage_unavailable")
                    #expect(answer.field("Retry-After") == "30")
                }
                #expect(try await stage.received() == 1)
                #expect(try await stage.get(stage.ada.uri.target, by: stage.ben).status == 200)
                try await stage.instance.database.limitToPresentSize(false)
                for number in 0..<4 { #expect(try await post("\(number)").status == 202) }
                #expect(try await stage.received() == 4)
            }
        }

        @Test("a paused partner is told to come back, and then taken")
        func paused() async throws {
            try await FederationStage.use { stage async throws in
                try await stage.setPartner("south.test", .paused)
                let body = Self.create("1", by: stage.ben)
                let answer = try await stage.post("/ap/inbox", body, by: stage.ben)
                #expect(answer.status == 503)
                #expect(answer.field("Retry-After") == "3600")
                #expect(try await stage.received() == 0)
                try await stage.setPartner("south.test", .approved)
                #expect(try await stage.post("/ap/inbox", body, by: stage.ben).status == 202)
            }
        }
    }
}
