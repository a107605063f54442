import Domain
import Outbox
import TestKit
import Testing
import Vocabulary

@testable import Server

extension FederationTests {
    @Suite("Serving collections", .timeLimit(.minutes(10)))
    struct CollectionRouteTests {
        /// Follows `first` and `next` through a collection and gives the ids of each page.
        private static func pages(
            _ stage: FederationStage,
            _ target: String,
            by peer: TestPeer
        ) async throws -> [[String]] {
            var pages: [[String]] = []
            var next = try await stage.get(target, by: peer)["first"]?.string
            while let uri = next, pages.count < 10 {
                let page = try await stage.get(try URI(uri).target, by: peer)
                #expect(page.status == 200)
                #expect(page["type"]?.string == "OrderedCollectionPage")
                #expect(page["id"]?.string == uri)
                #expect(page["partOf"]?.string == "https://school.test" + target)
                pages.append((page["orderedItems"]?.array ?? []).compactMap(\.id))
                next = page["next"]?.string
            }
            return pages
        }

        @Test("the outbox shows what is for everybody, newest first, in pages of 20 that do not overlap")
        func outbox() async throws {
            try await FederationStage.use { stage async throws in
                var expected: [String] = []
                for number in 0..<43 {
                    let audience: Audience = number.isMultiple(of: 2) ? .public : .unlisted
                    let post = try await stage.publish("post \(number)", audience)
                    expected.append("https://school.test" + (try await stage.activity("Create", about: post)))
                }
                for audience in [Audience.followers, .partners, .school] {
                    _ = try await stage.publish("hidden", audience)
                }
                _ = try await stage.publish("@ben@south.test hidden", .direct)
                let deleted = try await stage.publish("deleted")
                try await stage.instance.publisher.delete(deleted.id, as: stage.ada.id)
                let path = stage.ada.uri.target + "/outbox"
                let overview = try await stage.get(path, by: stage.ben)
                #expect(overview["type"]?.string == "OrderedCollection")
                #expect(overview["totalItems"]?.integer == 43)
                #expect(overview["orderedItems"] == nil)
                let pages = try await Self.pages(stage, path, by: stage.ben)
                #expect(pages.map(\.count) == [20, 20, 3])
                #expect(pages.flatMap { $0 } == expected.reversed())
                let page = try await stage.get(path + "?page=true", by: stage.wim)
                #expect(!page.text.contains("hidden"))
                let first = page["orderedItems"]?.array?.first?.object
                #expect(first?["type"]?.string == "Create")
                #expect(first?["@context"] == nil)
                #expect(first?["object"]?.object?["content"]?.string?.contains("post 42") == true)
            }
        }

        @Test("a server is told all of its own people who follow, and nobody else's")
        func synchronization() async throws {
            try await FederationStage.use { stage async throws in
                for peer in [stage.ben, stage.wim] {
                    try await stage.instance.addFollow(of: stage.ada, by: peer.account)
                }
                let path = stage.ada.uri.target + "/followers_synchronization"
                for peer in [stage.ben, stage.wim] {
                    let list = try await stage.get(path, by: peer)
                    #expect(list.status == 200 && list["id"]?.string == "https://school.test" + path)
                    let items = (list["orderedItems"]?.array ?? []).compactMap(\.string)
                    #expect(items == [peer.account.uri.description])
                    #expect(list["totalItems"]?.integer == 1)
                }
                #expect(try await stage.get(path).status == 401)
                #expect(try await stage.get(path, by: stage.mallory).status == 403)
            }
        }

        @Test("a full last page leads to an empty one, and the outbox shows boosts until they are undone")
        func boosts() async throws {
            try await FederationStage.use { stage async throws in
                let foreign = try await stage.addForeignPost(by: stage.dora)
                for number in 0..<19 { _ = try await stage.publish("post \(number)") }
                stage.instance.clock.advance(by: Span(milliseconds: 2))
                try await stage.instance.publisher.react(.boost, to: foreign.id, as: stage.ada.id)
                let path = stage.ada.uri.target + "/outbox"
                #expect(try await Self.pages(stage, path, by: stage.ben).map(\.count) == [20, 0])
                let first = try await stage.get(path + "?page=true", by: stage.ben)["orderedItems"]?.array?
                    .first?
                    .object
                #expect(first?["type"]?.string == "Announce")
                #expect(first?["object"]?.string == foreign.uri.description)
                try await stage.instance.publisher.undo(.boost, of: foreign.id, as: stage.ada.id)
                #expect(try await Self.pages(stage, path, by: stage.ben).map(\.count) == [19])
            }
        }

        @Test("who follows is told to signed partners alone; how many, to whoever may read")
        func followers() async throws {
            try await FederationStage.use { stage async throws in
                for number in 0..<20 {
                    let peer = try await stage.instance.addPeer("fan\(number)", at: "south.test")
                    stage.instance.clock.advance(by: Span(milliseconds: 2))
                    try await stage.instance.addFollow(of: stage.ada, by: peer.account)
                }
                try await stage.instance.addFollow(of: stage.wim.account, by: stage.ada)
                let path = stage.ada.uri.target
                let pages = try await Self.pages(stage, path + "/followers", by: stage.wim)
                #expect(pages.map(\.count) == [20, 1])
                #expect(Set(pages.flatMap { $0 }).count == 21)
                #expect(pages.last == ["https://south.test/users/ben"])
                #expect(
                    try await Self.pages(stage, path + "/following", by: stage.ben) == [
                        ["https://west.test/users/wim"]
                    ]
                )
                #expect(try await stage.get(path + "/followers?page=true", by: stage.mallory).status == 403)
                try await stage.requireSignedReads(false)
                for query in ["", "?page=true", "?page=true&before=9223372036854775807"] {
                    let open = try await stage.get(path + "/followers" + query)
                    #expect(open.status == 200)
                    #expect(open["totalItems"]?.integer == 21)
                    #expect(open["first"] == nil && open["next"] == nil && open["orderedItems"] == nil)
                    #expect(!open.text.contains("south.test"))
                }
            }
        }

        @Test("a page that is none is a 400, and a collection has no page for people")
        func badPages() async throws {
            try await FederationStage.use { stage async throws in
                let all = [
                    "?page=true&before=x", "?page=true&before=0", "?page=true&before=-1",
                    "?page=true&before=99999999999999999999", "?page=true&before=",
                ]
                for query in all {
                    let path = stage.ada.uri.target + "/outbox"
                    #expect(try await stage.get(path + query, by: stage.ben).status == 400)
                    #expect(try await stage.get(path + "?page=true&before=1", by: stage.ben).status == 200)
                    #expect(try await stage.get(path, accept: "text/html").status == 406)
                }
            }
        }

        @Test("pinned posts that the reader may see are featured, and an unknown actor has no collections")
        func featured() async throws {
            try await FederationStage.use { stage async throws in
                let path = stage.ada.uri.target + "/featured"
                #expect(try await stage.get(path, by: stage.ben)["totalItems"]?.integer == 0)
                let open = try await stage.publish("For everybody")
                let closed = try await stage.publish("For followers", .followers)
                let ours = try await stage.publish("For us", .school)
                for post in [open, closed, ours] {
                    try await stage.instance.publisher.pin(post.id, as: stage.ada.id)
                }
                func items(_ peer: TestPeer, _ query: String = "") async throws -> [String] {
                    let answer = try await stage.get(path + query, by: peer)
                    return answer["orderedItems"]?.asList.compactMap(\.string) ?? []
                }
                #expect(try await items(stage.ben) == [closed, open].map(\.uri.description))
                #expect(try await items(stage.ben, "?page=true") == [closed, open].map(\.uri.description))
                #expect(try await items(stage.wim) == [open.uri.description])
                let add = try await stage.activity("Add", about: open)
                #expect(try await stage.get(add, by: stage.ben)["type"] == "Add")
                #expect(try await stage.get(add, by: stage.wim).status == 404)
                try await stage.instance.publisher.unpin(open.id, as: stage.ada.id)
                #expect(try await items(stage.wim) == [])
                #expect(try await stage.get(add, by: stage.ben).status == 404)
                for name in ["outbox", "followers", "following", "featured"] {
                    #expect(try await stage.get("/ap/actors/1/\(name)", by: stage.ben).status == 404)
                    #expect(
                        try await stage.get("\(stage.eve.uri.target)/\(name)", by: stage.ben).status == 404
                    )
                    #expect(
                        try await stage.get("\(stage.cleo.uri.target)/\(name)", by: stage.ben).status == 200
                    )
                }
            }
        }
    }
}
