import Domain
import TestKit
import Testing

@testable import Outbox

@Suite("Addressing")
struct AddressingTests {
    @Test(
        "each audience has its lists on the wire",
        arguments: [
            (Audience.public, ["everybody"], ["followers", "ben"]),
            (.unlisted, ["followers"], ["everybody", "ben"]),
            (.followers, ["followers"], ["ben"]),
            (.partners, ["followers"], ["ben"]),
            (.direct, ["ben"], []),
            (.school, [], []),
        ]
    )
    func table(audience: Audience, to: [String], cc: [String]) async throws {
        try await OutboxStage.use { stage in
            let names = [
                "everybody": "https://www.w3.org/ns/activitystreams#Public",
                "followers": "\(stage.ada.uri)/followers", "ben": stage.ben.uri.description,
            ]
            let addressing = Addressing(audience, author: stage.ada, mentioned: [stage.ben])
            #expect(addressing.to == to.compactMap { names[$0] })
            #expect(addressing.cc == cc.compactMap { names[$0] })
        }
    }
}
