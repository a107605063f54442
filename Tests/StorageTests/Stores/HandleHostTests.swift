import Domain
import Storage
import Testing

@Suite("Handles on another host than the actor")
struct HandleHostTests {
    @Test(
        "ORI-12: sight, followers and inboxes go by the actor's host, look-up by the handle",
        arguments: Engine.all
    )
    func hosts(engine: Engine) async throws {
        try await engine.withWorld { world in
            let db = world.db
            let ada = try world.ada(.open)
            var ben = try world.peer("ben", at: "social.far.example")
            ben.handle = try Handle("ben@far.example")
            try db.accounts.update(ben)
            #expect(try db.accounts.find(ben.handle)?.id == ben.id)
            #expect(try db.accounts.find(try Handle("ben@social.far.example")) == nil)
            #expect(try db.accounts.find(ben.id)?.host == ben.uri.host)
            try world.follow(ben, ada)
            let post = try world.post(by: ada, .followers)
            for (host, isTheirs) in [("social.far.example", true), ("far.example", false)] {
                let host = try Host(host)
                #expect(try db.follows.hasFollower(at: host, of: ada.id) == isTheirs)
                #expect(try db.sights.canSee(.server(host), post) == isTheirs)
                #expect(try db.profiles.posts(of: ada.id, for: .server(host)).isEmpty != isTheirs)
            }
            try db.accounts.forgetInbox(ben.endpoints.inbox)
            #expect(try !db.follows.hasFollower(at: ben.host, of: ada.id))
            // A handle that is taken over leaves its old holder a name at the actor's own host.
            try db.accounts.releaseHandle(of: ben.id)
            #expect(try db.accounts.find(ben.id)?.handle.host == ben.host)
        }
    }
}
