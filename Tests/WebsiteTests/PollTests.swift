import Domain
import HTTPTypes
import Outbox
import Storage
import TestKit
import Testing
import Vocabulary

extension WebsiteTests {
    @Suite("Polls for people and their apps")
    struct PollTests {
        private let form = """
            status=Which%3F&poll%5Boptions%5D%5B%5D=Tea&poll%5Boptions%5D%5B%5D=%3Cscript%3E&poll%5Bexpires_in%5D=3600
            """

        @Test("an app writes a poll as a form or as JSON, others vote once, and read how it stands")
        func app() async throws {
            try await Visitor.use { visitor async throws in
                let ada = try await visitor.token("read write")
                let cleo = try await visitor.token("read write", for: visitor.cleo)
                let posted = try await visitor.send(.post, "/api/v1/statuses", form: form, token: ada)
                let poll = try #require(posted.json?.object?["poll"]?.object, "\(posted.text)")
                #expect(poll["expired"] == false && poll["multiple"] == false && poll["votes_count"] == 0)
                #expect(poll["options"]?.asList.map { $0.object?["title"] } == ["Tea", "<script>"])
                #expect(poll["voted"] == true && poll["own_votes"] == [])
                let id = try #require(poll["id"]?.string)
                let json =
                    #"{"status": "?", "poll": {"options": ["a", "b"], "expires_in": 300, "multiple": true, "hide_totals": true}}"#
                let secret = try await visitor.send(
                    .post,
                    "/api/v1/statuses",
                    body: json,
                    type: "application/json",
                    token: ada
                ).json?.object?["poll"]?.object
                #expect(secret?["multiple"] == true)
                #expect(secret?["options"]?.asList.first?.object?["votes_count"] == .null)
                for (body, status) in [
                    (#"{"choices": []}"#, 422), (#"{"choices": ["x"]}"#, 422), (#"{"choices": [2]}"#, 422),
                    (#"{"choices": [0, 1]}"#, 422), (#"{"choices": [1]}"#, 200),
                    (#"{"choices": ["0"]}"#, 422),
                ] {
                    let answer = try await visitor.send(
                        .post,
                        "/api/v1/polls/\(id)/votes",
                        body: body,
                        type: "application/json",
                        token: cleo
                    )
                    #expect(answer.status == status, "\(body): \(answer.text)")
                }
                let own = try await visitor.send(
                    .post,
                    "/api/v1/polls/\(id)/votes",
                    form: "choices[]=0",
                    token: ada
                )
                #expect(own.status == 422)
                let shown = try await visitor.send(.get, "/api/v1/polls/\(id)", token: cleo).json?.object
                #expect(shown?["own_votes"] == [1] && shown?["voted"] == true && shown?["voters_count"] == 1)
                let anonymous = try await visitor.send(.get, "/api/v1/polls/\(id)")
                #expect(anonymous.json?.object?["voted"] == false && !anonymous.text.contains("cleo"))
                let status = try await visitor.send(.get, "/api/v1/statuses/\(id)").json?.object
                #expect(status?["poll"]?.object?["votes_count"] == 1 && status?["replies_count"] == 0)
                let limits = try await visitor.send(.get, "/api/v2/instance").json?.object?["configuration"]
                #expect(limits?.object?["polls"]?.object?["max_options"] == 10)
            }
        }

        @Test("a poll that one may not see, and a post without one, are told alike; so is voting in them")
        func unseen() async throws {
            try await Visitor.use { visitor async throws in
                let cleo = try await visitor.token("read write", for: visitor.cleo)
                let publisher = visitor.instance.publisher
                let poll = PollDraft(options: ["a", "b"], lasts: .hours(1))
                let hidden = try await publisher.publish(
                    PostDraft(text: "?", audience: .followers, poll: poll),
                    as: visitor.ada.id
                )
                let bare = try await publisher.publish(PostDraft(text: "Hi"), as: visitor.ada.id)
                var texts: Set<String> = []
                for id in [hidden.id.description, bare.id.description, "1", "x", "-1", "9999999999999999999"]
                {
                    let answer = try await visitor.send(.get, "/api/v1/polls/\(id)", token: cleo)
                    #expect(answer.status == 404, "\(id)")
                    texts.insert(answer.text)
                }
                #expect(texts.count == 1)
                let form = "choices[]=0"
                let vote = try await visitor.send(
                    .post,
                    "/api/v1/polls/\(hidden.id)/votes",
                    form: form,
                    token: cleo
                )
                let none = try await visitor.send(.post, "/api/v1/polls/1/votes", form: form, token: cleo)
                #expect(vote.status == 404 && none.status == 404 && vote.text == none.text)
                try await visitor.instance.addFollow(of: visitor.ada, by: visitor.cleo)
                let seen = try await visitor.send(
                    .post,
                    "/api/v1/polls/\(hidden.id)/votes",
                    form: form,
                    token: cleo
                )
                #expect(seen.status == 200)
                let reader = try await visitor.token("read", for: visitor.cleo)
                #expect(
                    try await visitor.send(
                        .post,
                        "/api/v1/polls/\(hidden.id)/votes",
                        form: form,
                        token: reader
                    )
                    .status == 403
                )
            }
        }

        @Test(
            "HTM-02: on the website a poll is a form without a script, then bars with words; answers are text"
        )
        func page() async throws {
            try await Visitor.use { visitor async throws in
                let answer = OutputTests.attack
                let post = try await visitor.instance.publisher.publish(
                    PostDraft(
                        text: "Which?",
                        poll: PollDraft(options: ["Tea", answer, "Milk"], lasts: .hours(1))
                    ),
                    as: visitor.cleo.id
                )
                let path = "/posts/\(post.id)"
                let stranger = try await visitor.send(.get, path).text
                #expect(
                    stranger.contains("Tea</bdi>: 0 votes, 0\u{A0}%") && !stranger.contains("name=\"choice\"")
                )
                let (cookie, csrf) = try await visitor.signIn()
                let before = try await visitor.send(.get, path, cookie: cookie).text
                #expect(before.contains("<legend>Choose one</legend>") && before.contains("type=\"radio\""))
                for text in [stranger, before] {
                    #expect(
                        !text.contains("<script") && !text.contains("<img") && text.contains("&lt;script&gt;")
                    )
                }
                for choice in ["", "&choice=9", "&choice=x", "&choice=0&choice=1"] {
                    let refused = try await visitor.send(
                        .post,
                        "\(path)/vote",
                        form: "csrf=\(csrf)\(choice)",
                        cookie: cookie
                    )
                    #expect(refused.status == 422, "\(choice)")
                }
                let foreign = try await visitor.send(.post, "\(path)/vote", form: "choice=0", cookie: cookie)
                #expect(foreign.status == 403)
                let form = "csrf=\(csrf)&choice=0"
                let voted = try await visitor.send(.post, "\(path)/vote", form: form, cookie: cookie)
                #expect(voted.status == 303)
                let after = try await visitor.send(.get, path, cookie: cookie).text
                #expect(after.contains("(your choice)</span>: 1 vote, 100\u{A0}%"))
                #expect(after.contains("1 person voted") && !after.contains("name=\"choice\""))
                visitor.instance.clock.advance(by: .hours(1))
                #expect(try await visitor.instance.publisher.tellOfPoll())
                #expect(try await visitor.send(.get, path).text.contains("ended <time"))
                let notices = try await visitor.send(.get, "/notifications", cookie: cookie).text
                #expect(notices.contains("a poll that has ended"))
                let token = try await visitor.token("read")
                let told = try await visitor.send(.get, "/api/v1/notifications", token: token).json?.asList
                    .first
                #expect(told?.object?["type"] == "poll")
            }
        }
    }
}
