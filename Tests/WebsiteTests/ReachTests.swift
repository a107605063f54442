import Domain
import HTTPTypes
import Outbox
import Storage
import TestKit
import Testing
import Vocabulary

extension WebsiteTests {
    @Suite("Before a post is sent")
    struct ReachTests {
        @Test("apps ask whom it would reach; nothing is written, and only its author's token may ask")
        func reach() async throws {
            try await Visitor.use { visitor async throws in
                try await visitor.instance.addFollow(of: visitor.ada, by: visitor.cleo)
                let token = try await visitor.token("write:statuses")
                let path = "/api/staffroom/v1/statuses/reach"
                let answer = try await visitor.send(
                    .post,
                    path,
                    form: "status=Hello&visibility=private",
                    token: token
                )
                #expect(answer.status == 200)
                guard case .object(let reach)? = answer.json else {
                    Issue.record("no object")
                    return
                }
                #expect(reach["local_people"] == 1 && reach["people"] == 1)
                #expect(reach["readable_by_everybody"] == false && reach["servers"]?.asList.isEmpty == true)
                let reader = try await visitor.token("read")
                #expect(
                    try await visitor.send(.post, path, form: "status=Hello", token: reader).status == 403
                )
                #expect(
                    try await visitor.send(.post, path, form: "status=x&in_reply_to_id=7", token: token)
                        .status == 404
                )
                #expect(
                    try await visitor.instance.database.read { try $0.posts.count(of: visitor.ada.id) } == 0
                )
            }
        }
    }
}
