import Testing
import Vocabulary

@Suite("Shapes of ActivityStreams documents")
struct ShapeTests {
    private func object(_ text: String) throws -> JSONObject {
        try #require(try JSONParser.parse(Array(text.utf8)).object)
    }

    @Test(
        "one or many, a text or an object, read alike",
        arguments: [
            #"{"type":"Like","actor":"https://a/u","object":"https://b/1","to":"https://b/u"}"#,
            #"{"type":["Like"],"actor":{"id":"https://a/u"},"object":{"id":"https://b/1","type":"Note"},"to":["https://b/u"]}"#,
            #"{"@type":"as:Like","actor":["https://a/u"],"object":["https://b/1"],"to":[{"id":"https://b/u"}]}"#,
            #"{"type":"https://www.w3.org/ns/activitystreams#Like","as:actor":"https://a/u","object":{"@id":"https://b/1"},"to":"https://b/u"}"#,
        ]
    )
    func alike(_ text: String) throws {
        let activity = try Activity(object(text))
        #expect(activity.type == .like)
        #expect(activity.actor == "https://a/u")
        #expect(activity.object.id == "https://b/1")
        #expect(activity.to == ["https://b/u"])
    }

    @Test(
        "a type that is many, unknown, long or missing is no error",
        arguments: [
            (#"{"type":["Foo","Create"]}"#, ActivityType.create), (#"{"type":"Zap"}"#, .unknown("Zap")),
            (#"{"type":null}"#, .unknown("")), (#"{}"#, .unknown("")), (#"{"type":{"a":1}}"#, .unknown("")),
            (
                #"{"type":"\#(String(repeating: "x", count: 1_024))"}"#,
                .unknown(String(repeating: "x", count: 64))
            ),
        ]
    )
    func types(_ text: String, _ type: ActivityType) throws {
        #expect(try Activity(object(text)).type == type)
    }

    @Test("PAR-07: two values for one term are refused, the same value twice is not")
    func aliases() throws {
        #expect(throws: ShapeError.conflictingAliases("id")) {
            try Activity(object(#"{"id":"https://a/1","@id":"https://a/2","type":"Like"}"#))
        }
        #expect(throws: ShapeError.conflictingAliases("actor")) {
            try Activity(
                object(#"{"type":"Create","object":{"actor":"https://a/1","as:actor":"https://a/2"}}"#)
            )
        }
        #expect(try Activity(object(#"{"id":"https://a/1","@id":"https://a/1"}"#)).id == "https://a/1")
    }

    @Test(
        "PAR-07: keywords that hide what a document says are refused",
        arguments: ["@graph", "@included", "@reverse"]
    )
    func keywords(_ keyword: String) throws {
        #expect(throws: ShapeError.unsupportedKeyword(keyword)) {
            try Activity(object(#"{"type":"Create","object":{"\#(keyword)":[]}}"#))
        }
    }

    @Test(
        "PAR-07: a context that gives our terms another meaning is refused",
        arguments: [
            #"{"actor":"https://evil.example/ns#victim"}"#, #"{"type":"https://evil.example/t"}"#,
            #"[ "https://www.w3.org/ns/activitystreams", {"id":"https://evil.example/id"} ]"#,
            #"{"as":"https://evil.example/"}"#, #"{"publicKey":{"@id":"https://evil.example/key"}}"#,
            #"{"object":null}"#,
        ]
    )
    func redefined(_ context: String) throws {
        #expect(throws: ShapeError.self) {
            try Activity(object(#"{"@context":\#(context),"type":"Create"}"#))
        }
    }

    @Test(
        "contexts as servers send them pass",
        arguments: [
            #""https://www.w3.org/ns/activitystreams""#,
            #"["https://www.w3.org/ns/activitystreams",{"ostatus":"http://ostatus.org#","sensitive":"as:sensitive","featured":{"@id":"toot:featured","@type":"@id"},"inbox":"ldp:inbox"}]"#,
            #"{"@vocab":"https://www.w3.org/ns/activitystreams#","to":{"@type":"@id"},"id":"@id","type":"@type"}"#,
            "null", "7",
        ]
    )
    func usual(_ context: String) throws {
        #expect(try Activity(object(#"{"@context":\#(context),"type":"Create"}"#)).type == .create)
    }

    @Test(
        "everybody has three spellings",
        arguments: ["as:Public", "Public", "https://www.w3.org/ns/activitystreams#Public"]
    )
    func everybody(_ spelling: String) throws {
        let activity = try Activity(object(#"{"type":"Create","to":["\#(spelling)"]}"#))
        #expect(activity.to.contains(where: PublicAudience.isPublic))
        #expect(!PublicAudience.isPublic("https://evil.example/ns#Public"))
    }

    @Test("recipients of an unknown shape are left out, and lists are cut at their limit")
    func recipients() throws {
        #expect(try Activity(object(#"{"to":[1,null,{"name":"x"},[["y"]]],"cc":{"a":1}}"#)).to.isEmpty)
        let many = (0..<1_500).map { #""https://a/\#($0)""# }.joined(separator: ",")
        #expect(try Activity(object(#"{"to":[\#(many)]}"#)).to.count == Activity.maximumRecipients)
    }

    @Test("a note's words may be in language maps, its author embedded, its page a Link")
    func note() throws {
        let note = try NoteObject(
            object(
                #"""
                {"id":"https://a/1","type":"Note","attributedTo":{"id":"https://a/u","type":"Person"},
                 "contentMap":{"es":"<p>Hola</p>"},"nameMap":{"es":"Saludo"},"sensitive":true,
                 "url":[{"type":"Link","mediaType":"video/mp4","href":"https://a/v"},{"type":"Link","mediaType":"text/html","href":"https://a/p"}],
                 "tag":[{"type":"Mention","href":"https://b/u","name":"@u"},{"type":"Hashtag","name":"#Uno"},7,{"type":"Emoji"}],
                 "published":"2026-01-02T03:04:05+01:00"}
                """#
            )
        )
        #expect(note.content == "<p>Hola</p>")
        #expect(note.name == "Saludo")
        #expect(note.language == "es")
        #expect(note.attributedTo == "https://a/u")
        #expect(note.url == "https://a/p")
        #expect(note.tags == [.mention(href: "https://b/u", name: "@u"), .hashtag(name: "Uno")])
        #expect(note.published == WireDate.parse("2026-01-02T02:04:05Z"))
    }

    @Test("an actor's keys are read, at most ten of a kind")
    func keys() throws {
        let keys = (0..<1_000).map {
            #"{"id":"https://a/u#k\#($0)","owner":"https://a/u","publicKeyPem":"P\#($0)"}"#
        }
        let actor = try Actor(
            object(
                #"""
                {"id":"https://a/u","type":"Person","inbox":"https://a/u/inbox","endpoints":{"sharedInbox":"https://a/inbox"},
                 "publicKey":[\#(keys.joined(separator: ","))],
                 "assertionMethod":[{"id":"https://a/u#e","type":"Multikey","controller":"https://a/u","publicKeyMultibase":"z6Mk"},"https://a/u#x"]}
                """#
            )
        )
        #expect(actor.publicKeys.count == Actor.maximumKeys)
        #expect(actor.publicKeys.first?.pem == "P0")
        #expect(actor.assertionMethods.map(\.publicKeyMultibase) == ["z6Mk"])
        #expect(actor.sharedInbox == "https://a/inbox")
    }
}
