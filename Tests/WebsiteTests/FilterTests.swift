import Domain
import HTTPTypes
import Outbox
import Storage
import TestKit
import Testing
import Vocabulary

extension WebsiteTests {
    @Suite("Filters in the client API")
    struct FilterTests {
        @Test("a filter marks or hides posts where it holds, until it ends")
        func effects() async throws {
            try await Visitor.use { visitor async throws in
                let publisher = visitor.instance.publisher
                _ = try await publisher.follow(visitor.ada.id, as: visitor.cleo.id)
                let spoiler = try await publisher.publish(PostDraft(text: "The Finále!"), as: visitor.ada.id)
                let other = try await publisher.publish(PostDraft(text: "finalelike"), as: visitor.ada.id)
                let token = try await visitor.token("read write", for: visitor.cleo)
                let made = try await visitor.send(
                    .post,
                    "/api/v2/filters",
                    form: "title=Film&context[]=home&filter_action=warn&expires_in=60"
                        + "&keywords_attributes[0][keyword]=finale&keywords_attributes[0][whole_word]=true",
                    token: token
                )
                let filter = try #require(made.json?.object?["id"]?.string)
                #expect(made.json?.object?["keywords"]?.asList.count == 1)
                func home() async throws -> [String: Int] {
                    let list = try await visitor.send(.get, "/api/v1/timelines/home", token: token).json
                    return Dictionary(
                        (list?.asList ?? []).map {
                            ($0.object?["id"]?.string ?? "", $0.object?["filtered"]?.asList.count ?? -1)
                        }
                    ) { first, _ in first }
                }
                #expect(try await home() == [spoiler.id.description: 1, other.id.description: 0])
                let path = "/api/v2/filters/\(filter)"
                let hide = try await visitor.send(.put, path, form: "filter_action=hide", token: token)
                #expect(hide.json?.object?["filter_action"] == "hide")
                #expect(hide.json?.object?["expires_at"]?.string != nil)
                #expect(try await home() == [other.id.description: 0])
                // Elsewhere it is only marked.
                let public_ = try await visitor.ids("/api/v1/timelines/public", token)
                #expect(public_.contains(spoiler.id.description))
                visitor.instance.clock.advance(by: .seconds(61))
                #expect(try await home() == [spoiler.id.description: 0, other.id.description: 0])
            }
        }

        @Test("keywords and posts are added, changed and removed; nobody else's filter is touched")
        func parts() async throws {
            try await Visitor.use { visitor async throws in
                let publisher = visitor.instance.publisher
                let post = try await publisher.publish(PostDraft(text: "Hi"), as: visitor.ada.id)
                let token = try await visitor.token("read write", for: visitor.cleo)
                let ada = try await visitor.token("read write")
                let made = try await visitor.send(
                    .post,
                    "/api/v2/filters",
                    body: #"{"title":"T","context":["thread"],"keywords_attributes":[{"keyword":"a"}]}"#,
                    type: "application/json",
                    token: token
                )
                let filter = try #require(made.json?.object?["id"]?.string)
                let path = "/api/v2/filters/\(filter)"
                for wrong in ["title=T", "title=&context[]=home", "title=T&context[]=moon"] {
                    #expect(
                        try await visitor.send(.post, "/api/v2/filters", form: wrong, token: token).status
                            == 422
                    )
                }
                #expect(try await visitor.send(.get, path, token: ada).status == 404)
                #expect(try await visitor.send(.delete, path, token: ada).status == 404)
                let keyword = try await visitor.send(
                    .post,
                    "\(path)/keywords",
                    form: "keyword=b&whole_word=false",
                    token: token
                )
                let id = try #require(keyword.json?.object?["id"]?.string)
                #expect(keyword.json?.object?["whole_word"] == false)
                let renamed = try await visitor.send(
                    .put,
                    "/api/v2/filters/keywords/\(id)",
                    form: "keyword=c",
                    token: token
                )
                #expect(renamed.json?.object?["keyword"] == "c")
                #expect(
                    try await visitor.send(.get, "/api/v2/filters/keywords/\(id)", token: ada).status == 404
                )
                let entry = try await visitor.send(
                    .post,
                    "\(path)/statuses",
                    form: "status_id=\(post.id)",
                    token: token
                )
                #expect(entry.json?.object?["status_id"]?.string == post.id.description)
                let shown = try await visitor.send(.get, "/api/v1/statuses/\(post.id)", token: token)
                let results = shown.json?.object?["filtered"]?.asList
                #expect(results?.first?.object?["status_matches"]?.asList == [.string(post.id.description)])
                // The older API knows each keyword as a filter.
                let first = try await visitor.send(.get, "/api/v1/filters", token: token).json?.asList
                #expect(first?.compactMap { $0.object?["phrase"]?.string } == ["a", "c"])
                #expect(
                    try await visitor.send(.delete, "/api/v1/filters/\(id)", token: token).status == 200
                )
                #expect(
                    try await visitor.send(.get, path, token: token).json?.object?["keywords"]?.asList.count
                        == 1
                )
                #expect(try await visitor.send(.delete, path, token: token).status == 200)
                #expect(try await visitor.ids("/api/v2/filters", token) == [])
            }
        }
    }
}
